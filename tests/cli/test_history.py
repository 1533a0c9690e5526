"""Histories: which files are replayed before those that are reported, and how they are run."""

from harness import CLEAN, DELETE, rows

CREATE = "CREATE TABLE users (id bigint, name varchar(10), email text);\n"
WIDEN = "ALTER TABLE users ALTER COLUMN name TYPE varchar(20);\n"  # harmless where the old type is known
RETYPE = ["x.sql:1 retype-column"]
ONLY = ["--rule", "retype-column"]

# What pg_dump 15 writes, but for most of its comments.
DUMP = r"""--
-- PostgreSQL database dump
--

\restrict 5Cv0tB8yXfmkJ3wT

-- Dumped from database version 15.8
-- Dumped by pg_dump version 15.8

SET statement_timeout = 0;
SET lock_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET default_tablespace = '';
SET default_table_access_method = heap;

CREATE TABLE public.users (
    id bigint NOT NULL,
    name character varying(10),
    email text
);

ALTER TABLE public.users OWNER TO postgres;

COPY public.users (id, name, email) FROM stdin;
1	it's; DROP	\N
2	$$ /* "	x@example.org
\.

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

--
-- PostgreSQL database dump complete
--

\unrestrict 5Cv0tB8yXfmkJ3wT
"""


def test_a_file_is_reported_after_those_before_it(t):
    t.file("db/000001_users.up.sql", CREATE)
    t.file("db/000002_widen.up.sql", WIDEN)
    t.file("db/000003_more.up.sql", DELETE)
    rule = ["--rule", "retype-column"]
    assert t.check(*rule, "db/000002_widen.up.sql").findings == []
    assert t.check(*rule, "--no-history", "db/000002_widen.up.sql").findings == [
        "db/000002_widen.up.sql:1 retype-column"]
    history = t.json("db/000002_widen.up.sql")["histories"]
    assert [(h["root"], h["front"], h["replayed"]) for h in history] == [("db", "golang-migrate", 1)]


def test_numbers_are_compared_as_numbers(t):
    t.file("db/9_users.up.sql", CREATE)
    t.file("db/10_widen.up.sql", WIDEN)
    assert t.check("--rule", "retype-column", "db/10_widen.up.sql").findings == []


def test_what_comes_later_is_not_replayed(t):
    t.file("db/000001_widen.up.sql", WIDEN)
    t.file("db/000002_users.up.sql", CREATE)
    assert len(t.check("--rule", "retype-column", "db/000001_widen.up.sql").findings) == 1


def test_two_roots_are_two_histories(t):
    t.file("a/000001_users.up.sql", CREATE)
    t.file("b/000002_widen.up.sql", WIDEN)
    run = t.check("--format", "json", "--rule", "retype-column", "a", "b")
    assert run.findings == ["b/000002_widen.up.sql:1 retype-column"]
    assert [h["root"] for h in run.json["histories"]] == ["a", "b"]


def test_folders_of_up_and_down(t):
    t.file("m/2024-01-01-100000_users/up.sql", CREATE)
    t.file("m/2024-01-01-100000_users/down.sql", "DROP TABLE users;")
    t.file("m/2024-01-02-100000_widen/up.sql", WIDEN)
    t.file("m/2024-01-02-100000_widen/down.sql", "SELECT 1;")
    assert t.check(*ONLY, "m/2024-01-02-100000_widen/up.sql").findings == []
    assert len(t.check(*ONLY, "--no-history", "m/2024-01-02-100000_widen/up.sql").findings) == 1


def test_a_syntax_error_in_the_history_is_told_and_forgiven(t):
    t.file("db/000001_a.up.sql", "SELEC 1;\n" + CREATE)
    t.file("db/000002_b.up.sql", WIDEN)
    run = t.check("--rule", "retype-column", "db/000002_b.up.sql")
    assert run.code == 0 and run.findings == run.errors == []
    assert len(run.notes) == 1 and run.notes[0].startswith("db/000001_a.up.sql:1:1: ")
    assert [e["scope"] for e in t.json("db/000002_b.up.sql")["errors"]] == ["history"]


def test_a_syntax_error_in_a_down_is_told_and_forgiven(t):
    t.file("db/000001_a.up.sql", CREATE)
    t.file("db/000001_a.down.sql", "SELEC 1;\n")
    run = t.check("db")
    assert run.code == 0 and run.errors == []
    assert len(run.notes) == 1 and run.notes[0].startswith("db/000001_a.down.sql:1:1: ")


# --- --history


def test_a_file_as_history(t):
    t.files(x=WIDEN, schema=CREATE)
    assert t.check(*ONLY, "x.sql").findings == RETYPE
    assert t.check(*ONLY, "--history", "schema.sql", "x.sql").findings == []


def test_a_folder_as_history(t):
    t.files(x=WIDEN)
    t.file("old/000001_users.up.sql", CREATE.replace("10", "30"))
    t.file("old/000001_users.down.sql", "DROP TABLE users;")
    t.file("old/000002_users.up.sql", "ALTER TABLE users ALTER name TYPE varchar(10);")
    assert t.check(*ONLY, "--history", "old", "x.sql").findings == []


def test_histories_are_replayed_in_the_order_in_which_they_are_given(t):
    t.files(x=WIDEN, a="ALTER TABLE users ALTER name TYPE varchar(10);", b=CREATE.replace("10", "30"))
    assert t.check(*ONLY, "--history", "b.sql", "--history", "a.sql", "x.sql").findings == []
    assert t.check(*ONLY, "--history", "a.sql", "--history", "b.sql", "x.sql").findings == RETYPE


def test_a_dump_as_history(t):
    t.files(x=WIDEN, dump=DUMP)
    run = t.check(*ONLY, "--history", "dump.sql", "x.sql")
    assert (run.code, run.out) == (0, "")


def test_a_dump_that_is_checked_itself(t):
    t.files(dump=DUMP)
    run = t.check("dump.sql")
    assert (run.code, run.out) == (0, "")


def test_history_replaces_what_would_be_found(t):
    t.file("db/000001_users.up.sql", CREATE)
    t.file("db/000002_widen.up.sql", WIDEN)
    t.files(other=CLEAN)
    rule = ["--rule", "retype-column", "db/000002_widen.up.sql"]
    assert t.check(*rule).findings == []
    assert len(t.check("--history", "other.sql", *rule).findings) == 1


def test_a_history_that_is_not_there(t):
    t.files(x=DELETE)
    run = t.check("--history", "gone.sql", "x.sql")
    assert run.code == 2
    assert "gone.sql: No such file or directory" in run.errors + [run.err.removeprefix("migvet: ").strip()]


def test_nothing_of_a_history_is_reported(t):
    t.files(x=CLEAN, old=CREATE + DELETE)
    run = t.check("--history", "old.sql", "x.sql")
    assert (run.code, run.out) == (0, "")


def test_a_complete_history_knows_what_is_not_there(t):
    t.file("db/001_a.sql", CREATE)
    t.file("db/002_b.sql", "DROP TABLE IF EXISTS invoices;\n")
    finding, rule = ["db/002_b.sql:1 drop-table"], ["--rule", "drop-table"]
    assert t.check(*rule, "db/002_b.sql").findings == finding
    assert t.check("--history-complete", "db/002_b.sql").findings == []
    t.file(".migvet.yml", "history: complete\n")
    assert t.check("db/002_b.sql").findings == []


# --- transactions and versions


CONCURRENTLY = "CREATE INDEX CONCURRENTLY a ON users (id);\nSELECT 1;\n"


@rows(
    ("unknown", [], []),
    ("each statement alone", ["--no-transaction"], []),
    ("one transaction", ["--in-transaction"], ["x.sql:1 concurrently-in-transaction"]),
)
def test_the_transaction_of_a_plain_file(t, what, options, findings):
    t.files(x=CONCURRENTLY)
    assert t.check(*options, "x.sql").findings == findings


def test_no_transaction_overrules_the_framework(t):
    t.file("db/000001_a.up.sql", CONCURRENTLY)
    rule = ["--rule", "concurrently-in-transaction", "db"]
    assert len(t.check(*rule).findings) == 1
    assert t.check("--no-transaction", *rule).findings == []


def test_the_target_version(t):
    t.files(x=DELETE)
    assert t.json("--pg-version", "17", "x.sql")["histories"][0]["target"] == 17
    assert "17" in t.check("--pg-version", "17", "x.sql").err
    t.file(".migvet.yml", "target: 16\n")
    assert t.json("x.sql")["histories"][0]["target"] == 16
    assert t.json("--pg-version", "17", "x.sql")["histories"][0]["target"] == 17


def test_the_target_version_decides(t):
    t.files(x="ALTER TABLE users ADD COLUMN key uuid DEFAULT uuidv7();\n")
    told = {v: t.check("--pg-version", v, "--rule", "volatile-default", "x.sql").out for v in ("12", "18")}
    assert told["12"] != told["18"]


# --- standard input


def test_standard_input(t):
    run = t.check("-", stdin=DELETE)
    assert run.code == 1 and len(run.findings) == 1
    assert "unbounded-delete" in run.findings[0]


def test_standard_input_stands_for_a_file(t):
    t.file("db/000001_users.up.sql", CREATE)
    t.file("db/000002_widen.up.sql", "on disk it is not SQL")
    t.file("db/000003_more.up.sql", DELETE)
    run = t.check("--rule", "retype-column", "--stdin-filename", "db/000002_widen.up.sql", "-", stdin=WIDEN)
    assert (run.code, run.out) == (0, "")
    run = t.check("--fail-on", "major", "--stdin-filename", "db/000002_widen.up.sql", "-", stdin=WIDEN + DELETE)
    assert run.findings[:1] == ["db/000002_widen.up.sql:2 unbounded-delete"]


def test_standard_input_stands_for_a_new_file(t):
    t.file("db/000001_users.up.sql", CREATE)
    run = t.check("--rule", "retype-column", "--stdin-filename", "db/000002_widen.up.sql", "-", stdin=WIDEN)
    assert (run.code, run.out) == (0, "")


def test_standard_input_stands_for_an_old_file_in_the_history_of_another(t):
    t.file("db/000001_users.up.sql", CREATE.replace("10", "30"))
    t.file("db/000002_widen.up.sql", WIDEN)
    run = t.check("--format", "json", "--stdin-filename", "db/000001_users.up.sql", "-", "db/000002_widen.up.sql",
                  "--rule", "retype-column", stdin=CREATE)
    assert run.findings == []


def test_the_configuration_of_standard_input(t):
    t.file("db/.migvet.yml", "rules: {unbounded-delete: off}\n")
    t.file("db/001_a.sql")
    assert t.check("--stdin-filename", "db/001_a.sql", "-", stdin=DELETE).findings == []
    assert len(t.check("-", stdin=DELETE).findings) == 1


def test_an_excluded_name_for_standard_input_is_clean(t):
    t.file(".migvet.yml", "paths: {exclude: ['gen/**']}\n")
    run = t.check("--stdin-filename", "gen/001_a.sql", "-", stdin=DELETE)
    assert run.code == 0 and run.findings == []


def test_a_name_for_standard_input_that_is_not_read(t):
    t.files(x=DELETE)
    run = t.check("--stdin-filename", "y.sql", "x.sql", stdin=DELETE)
    assert run.err == 'migvet: --stdin-filename wants "-" among the paths: it names standard input\n'
    assert (run.code, run.out) == (2, "")


def test_empty_standard_input(t):
    run = t.check("-", stdin="")
    assert (run.code, run.out) == (0, "")


def test_standard_input_that_is_not_text(t):
    run = t.check("--stdin-filename", "x.sql", "-", stdin=b"\x7fELF\0\0")
    assert run.code == 2 and len(run.errors) == 1 and "NUL" in run.errors[0]


# --- paths


def test_paths_are_relative_to_the_repository(t):
    t.file("db/001_a.sql", DELETE)
    assert t.check("001_a.sql", cwd="db").findings == ["db/001_a.sql:1 unbounded-delete"]
    assert t.check(".", cwd="db").findings == ["db/001_a.sql:1 unbounded-delete"]
    assert t.check(t.folder / "db/001_a.sql").findings == ["db/001_a.sql:1 unbounded-delete"]


def test_without_a_repository_paths_are_relative_to_the_working_directory(t):
    (t.folder / ".git").rmdir()
    t.file("db/001_a.sql", DELETE)
    assert t.check("001_a.sql", cwd="db").findings == ["001_a.sql:1 unbounded-delete"]
    assert t.check("../db/001_a.sql", cwd="db").findings == ["001_a.sql:1 unbounded-delete"]


def test_a_file_that_is_named_twice_is_reported_once(t):
    t.file("db/001_a.sql", DELETE)
    run = t.check("db", "db/001_a.sql", "./db//001_a.sql", "db/../db")
    assert run.findings == ["db/001_a.sql:1 unbounded-delete"]


def test_folders_in_folders(t):
    t.file("svc/a/db/001_a.sql", DELETE)
    t.file("svc/b/db/001_a.sql", DELETE)
    assert t.check("svc").findings == ["svc/a/db/001_a.sql:1 unbounded-delete", "svc/b/db/001_a.sql:1 unbounded-delete"]


def test_a_file_that_is_never_run_is_told_where_the_rule_is_off(t):
    t.file("db/000001_t.up.sql", CLEAN)
    t.file("db/000002-u.up.sql", CLEAN)
    told = "db/000002-u.up.sql: golang-migrate does not run a file of this name: not analysed"
    assert t.check("db", "--rule", "drop-table").notes == [told]
    assert t.check("db", "--rule", "file-never-run").notes == []
