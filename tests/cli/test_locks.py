"""migvet locks: what it lists, in which words, and what of the history and the transactions it knows."""

import json
import re
import shlex

from harness import CLEAN, rows

# Tables that were there before: what is made in the same file keeps nobody waiting.
BEFORE = """CREATE TABLE users (id bigint PRIMARY KEY, name text);
CREATE TABLE orders (id bigint);
INSERT INTO users VALUES (1, 'x');
"""


def history(t, sql, down=None):
    t.file("db/000001_before.up.sql", BEFORE)
    t.file("db/000002_now.up.sql", sql)
    if down is not None:
        t.file("db/000002_now.down.sql", down)
    return "db/000002_now.up.sql"


def locks(t, *arguments, **how):
    return t.migvet("locks", "--history-complete", *arguments, **how)


def document(t, *arguments, **how):
    return locks(t, "--format", "json", *arguments, **how).json


def taken(statement):
    return [f"{lock['mode']} {lock['relation']}" for lock in statement["locks"]]


def body(text):
    """The lines of a text without the header, up to the first error."""
    return text.split("\n\n", 1)[1]


# --- the list


def test_every_statement_is_listed_in_order(t):
    path = history(t, "BEGIN; SET lock_timeout = '1s'; SELECT 1; ; -- nothing\nSELEC 1; COMMIT; SHOW x")
    found = document(t, path)["statements"]
    assert [s["sql"] for s in found] == [
        "BEGIN", "SET lock_timeout = '1s'", "SELECT 1", "SELEC 1", "COMMIT", "SHOW x"]  # fmt: skip
    assert [(s["line"], s["column"]) for s in found] == [(1, 1), (1, 8), (1, 33), (2, 1), (2, 10), (2, 18)]


def test_sql_is_on_one_line_without_comments(t):
    path = history(t, "/* a */ ALTER  TABLE\n\tusers -- why\n  ADD COLUMN a text\n  DEFAULT 'x  --\ny' ;")
    assert document(t, path)["statements"][0]["sql"] == "ALTER TABLE users ADD COLUMN a text DEFAULT 'x  --\ny'"
    assert "   1  ALTER TABLE users ADD COLUMN a text DEFAULT 'x -- y'\n" in locks(t, path).out


def test_only_what_was_named_is_listed(t):
    path = history(t, "ALTER TABLE users ADD COLUMN a int;")
    assert {s["file"] for s in document(t, path)["statements"]} == {path}
    assert len(document(t, "db")["statements"]) == 4


def test_the_keys_of_the_contract(t):
    found = document(t, history(t, "ALTER TABLE users ALTER COLUMN id TYPE text;"))
    assert found["version"] == 1 and found["errors"] == []
    assert found["histories"] == [
        {"root": "db", "front": "golang-migrate", "target": 15, "files": 2, "replayed": 1}]  # fmt: skip
    statement = found["statements"][0]
    assert list(statement)[:11] == [
        "file", "line", "column", "sql", "direction", "in_transaction_ok", "fails", "locks", "rewrites",
        "rebuilds", "scans"]  # fmt: skip
    assert statement["unknown"] == []
    assert (statement["direction"], statement["in_transaction_ok"], statement["fails"]) == ("up", True, None)
    assert statement["locks"][0]["kind"] == "table"
    assert statement["rewrites"] == ["public.users"] and statement["rebuilds"] == ["public.users_pkey"]


@rows(
    ("CREATE TABLE made (id int)", []),
    ("ALTER TABLE users ADD COLUMN a int", ["ACCESS EXCLUSIVE public.users"]),
    ("CREATE INDEX ON orders (id)", ["SHARE public.orders"]),
    ("ALTER TABLE users RENAME TO people", ["ACCESS EXCLUSIVE public.people"]),
    ("CREATE TABLE o2 (id bigint REFERENCES users)", ["SHARE ROW EXCLUSIVE public.users"]),
    ("SELECT 1", []),
)
def test_relations_and_modes(t, sql, expected):
    found = document(t, history(t, sql))["statements"][0]
    assert taken(found) == expected and found["fails"] is None


def test_a_certain_failure_and_one_on_a_condition(t):
    found = document(t, history(t, "ALTER TABLE users ADD COLUMN a int NOT NULL;"))["statements"][0]["fails"]
    assert found["sqlstate"] == "23502" and found["certain"] is False and "rows" in found["if"]
    found = document(t, history(t, "ALTER TABLE nowhere ADD COLUMN a int;"))["statements"][0]["fails"]
    assert (found["sqlstate"], found["certain"], found["if"]) == ("42P01", True, None)
    assert found["why"] == 'relation "nowhere" does not exist'


def test_a_statement_that_refuses_transactions(t):
    sql = "CREATE INDEX CONCURRENTLY i ON users (name);"
    alone = document(t, history(t, sql))["statements"][0]
    assert alone["in_transaction_ok"] is False and alone["fails"] is None
    within = document(t, history(t, "SELECT 1;" + sql))["statements"][1]
    assert within["fails"]["sqlstate"] == "25001" and within["fails"]["certain"]
    t.file("x.sql", sql)
    unknown = t.migvet("locks", "--format", "json", "--history", "db/000001_before.up.sql", "x.sql").json
    fails = unknown["statements"][0]["fails"]
    assert fails["sqlstate"] == "25001" and not fails["certain"] and "transaction" in fails["if"]


def test_statements_of_a_do_block_come_behind_it(t):
    sql = "DO $$ BEGIN\n  ALTER TABLE users ADD COLUMN a int;\n  IF random() > 0.5 THEN\n    DELETE FROM orders;\n  END IF;\nEND $$;\nSELECT 1;"
    path = history(t, sql)
    found = document(t, path)["statements"]
    assert [(s["line"], s["sql"][:6]) for s in found] == [
        (1, "DO $$ "), (2, "ALTER "), (4, "DELETE"), (7, "SELECT")]  # fmt: skip
    text = locks(t, path).out
    assert "\n   2    ALTER TABLE users ADD COLUMN a int\n" in text
    assert "note      may not run: it depends on a condition" in text


# --- histories and options


def test_an_editors_text_has_its_history(t):
    path = history(t, "SELECT 1;")
    run = locks(t, "--format", "json", "--stdin-filename", path, "-", stdin="ALTER TABLE users DROP COLUMN name;")
    assert taken(run.json["statements"][0]) == ["ACCESS EXCLUSIVE public.users"]
    assert run.json["statements"][0]["file"] == path
    assert locks(t, "-", stdin="SELECT 1;").out.splitlines()[2] == "   1  SELECT 1"


def test_downs_are_listed_as_such(t):
    history(t, "ALTER TABLE users ADD COLUMN a int;", "ALTER TABLE users DROP COLUMN a;")
    found = document(t, "db/000002_now.down.sql")["statements"]
    assert [(s["direction"], s["fails"]) for s in found] == [("down", None)]
    assert locks(t, "db/000002_now.down.sql").out.startswith("db/000002_now.down.sql  (down; transaction: ")


@rows((["--pg-version", "12"], True), (["--pg-version", "18"], False))
def test_the_version_decides(t, options, fails):
    path = history(t, "ALTER TABLE users ADD CONSTRAINT n NOT NULL name NOT VALID;")
    found = document(t, *options, path)
    assert found["histories"][0]["target"] == int(options[1])
    if found["tool"]["grammar"].startswith("18"):
        assert bool(found["statements"][0]["fails"]) == fails


def test_the_configuration_decides(t):
    path = history(t, "SELECT 1;")
    t.file(".migvet.yml", "target: 13\n")
    assert document(t, path)["histories"][0]["target"] == 13
    assert document(t, "--no-config", path)["histories"][0]["target"] == 15


@rows(
    ([], "one simple-query string; golang-migrate"),
    (["--in-transaction"], "one per file; --in-transaction"),
    (["--no-transaction"], "per statement; --no-transaction"),
)
def test_how_a_file_is_run_stands_in_its_header(t, options, words):
    path = history(t, "SELECT 1;")
    assert locks(t, *options, path).out.startswith(f"{path}  (transaction: {words})\n\n")


def test_no_history(t):
    path = history(t, "ALTER TABLE users ADD COLUMN a int;")
    found = t.migvet("locks", "--no-history", "-f", "json", path).json
    assert [h["replayed"] for h in found["histories"]] == [0]
    assert taken(found["statements"][0]) == ["ACCESS EXCLUSIVE public.users"]


# --- transactions


def test_what_a_transaction_holds_is_told(t):
    path = history(t, """ALTER TABLE users ADD COLUMN a int;
SET LOCAL lock_timeout = '1s';
CREATE INDEX ON orders (id);
SELECT count(*) FROM generate_series(1, 9);
""")
    assert locks(t, path).out == f"""{path}  (transaction: one simple-query string; golang-migrate)

   1  ALTER TABLE users ADD COLUMN a int
      locks     ACCESS EXCLUSIVE  public.users (blocks reads and writes)
   2  SET LOCAL lock_timeout = '1s'
   3  CREATE INDEX ON orders (id)
      held      ACCESS EXCLUSIVE public.users (line 1)
      locks     SHARE  public.orders (blocks writes)
      scans     public.orders
   4  SELECT count(*) FROM generate_series(1, 9)
      held      ACCESS EXCLUSIVE public.users (line 1), SHARE public.orders (line 3)

    held until the end of the migration:
      from line 1  ACCESS EXCLUSIVE public.users, blocks reads and writes
      from line 3  SHARE public.orders, blocks writes
"""


def test_nothing_is_held_between_statements_that_run_alone(t):
    path = history(t, "ALTER TABLE users ADD COLUMN a int;\nSELECT 1;")
    found = locks(t, "--no-transaction", path)
    assert "held" not in found.out
    assert document(t, "--no-transaction", path)["transactions"] == []


def test_begin_and_commit(t):
    path = history(t, "BEGIN;\nALTER TABLE users ADD COLUMN a int;\nCOMMIT;\nBEGIN;\nDELETE FROM orders;\nROLLBACK;")
    found = document(t, "--no-transaction", path)
    assert [(x["line"], x["end_line"], x["end"], x["certain"]) for x in found["transactions"]] == [
        (1, 3, "commit", True), (4, 6, "rollback", True)]  # fmt: skip
    assert [s["transaction"] for s in found["statements"]] == [0, 0, 0, 1, 1, 1]
    text = locks(t, "--no-transaction", path).out
    assert "    held until COMMIT (line 3):\n      from line 2  ACCESS EXCLUSIVE public.users, " in text
    assert "    held until ROLLBACK (line 6):\n      from line 5  ROW EXCLUSIVE public.orders, " in text


def test_commit_and_chain_begins_another(t):
    path = history(t, "BEGIN;\nALTER TABLE users ADD COLUMN a int;\nCOMMIT AND CHAIN;\nSELECT 1;\nCOMMIT;")
    found = document(t, "--no-transaction", path)
    assert [s["transaction"] for s in found["statements"]] == [0, 0, 0, 1, 1]
    assert [len(x["locks"]) for x in found["transactions"]] == [1, 0]


def test_a_savepoint_gives_back_what_it_took(t):
    path = history(t, "BEGIN;\nSAVEPOINT s;\nALTER TABLE users ADD COLUMN a int;\nROLLBACK TO s;\nSELECT 1;\nCOMMIT;")
    text = locks(t, "--no-transaction", path).out
    assert "held" not in text
    assert document(t, "--no-transaction", path)["transactions"][0]["locks"] == []


def test_the_strongest_lock_counts_from_where_it_was_taken(t):
    path = history(t, "DELETE FROM users;\nALTER TABLE users ADD COLUMN a int;\nDELETE FROM users;\n")
    text = locks(t, "--in-transaction", path).out
    assert text.endswith("      from line 2  ACCESS EXCLUSIVE public.users, blocks reads and writes\n")
    assert "held      ROW EXCLUSIVE public.users (line 1)" in text
    assert "held      ACCESS EXCLUSIVE public.users (line 2)" in text


def test_what_is_held_is_called_as_it_is_now(t):
    path = history(t, "ALTER TABLE users ADD COLUMN a int;\nALTER TABLE users RENAME TO people;\nSELECT 1;")
    text = locks(t, "--in-transaction", path).out
    assert "RENAME TO people\n      held      ACCESS EXCLUSIVE public.users (line 1)\n" in text
    assert "SELECT 1\n      held      ACCESS EXCLUSIVE public.people (line 1)\n" in text
    assert "      from line 1  ACCESS EXCLUSIVE public.people, " in text


def test_the_same_is_said_once(t):
    path = history(t, "ALTER TABLE users ADD COLUMN a int;\nSELECT 1;\nSELECT 2;\nALTER TABLE orders ADD COLUMN a int;\nSELECT 3;")
    text = locks(t, "--in-transaction", path).out
    assert [line.split(None, 1)[1] for line in text.splitlines() if line.startswith("      held")] == [
        "ACCESS EXCLUSIVE public.users (line 1)", "as before", "as before",
        "ACCESS EXCLUSIVE public.users (line 1), public.orders (line 4)"]  # fmt: skip


def test_a_table_made_here_keeps_nobody_waiting(t):
    path = history(t, "CREATE TABLE made (id int);\nCREATE INDEX ON made (id);\nSELECT 1;")
    text = locks(t, "--in-transaction", path).out
    assert "locks     SHARE  public.made (new here)\n" in text
    assert "held" not in text
    assert document(t, path)["statements"][1]["locks"][0]["new"] is True


def test_an_unknown_runner_is_hedged(t):
    t.file("before.sql", BEFORE)
    t.file("x.sql", "ALTER TABLE users ADD COLUMN a int;\nSELECT 1;")
    run = locks(t, "--history", "before.sql", "x.sql")
    assert "      held" not in run.out
    assert "held until the end of the migration, if it runs in one transaction:\n" in run.out
    assert run.out.startswith("x.sql  (transaction: unknown; plain)\n")


def test_a_file_that_runs_in_no_transaction_holds_nothing(t):
    t.file("before.sql", BEFORE)
    t.file("x.sql", "ALTER TABLE users ADD COLUMN a int;\nCREATE INDEX CONCURRENTLY i ON orders (id);\n")
    assert "held" not in locks(t, "--history", "before.sql", "x.sql").out


def test_a_begin_without_an_end(t):
    path = history(t, "BEGIN;\nALTER TABLE users ADD COLUMN a int;")
    text = locks(t, "--no-transaction", path).out
    assert "held until the end of the session, as no COMMIT follows:\n" in text


def test_a_do_block_is_a_transaction_up_to_its_commit(t):
    path = history(t, "DO $$ BEGIN\n  ALTER TABLE users ADD COLUMN a int;\n  COMMIT;\n  DELETE FROM orders;\nEND $$;\nSELECT 1;")
    found = document(t, "--no-transaction", path)
    assert [s["transaction"] for s in found["statements"]] == [0, 0, 0, 1, None]
    assert [x["end"] for x in found["transactions"]] == ["commit", "end of do"]
    assert [s["fails"] for s in found["statements"]] == [None] * 5
    assert [taken(x) for x in found["transactions"]] == [
        ["ACCESS EXCLUSIVE public.users"], ["ROW EXCLUSIVE public.orders"]]  # fmt: skip


def test_a_do_block_in_a_transaction_cannot_commit(t):
    path = history(t, "DO $$ BEGIN\n  ALTER TABLE users ADD COLUMN a int;\n  COMMIT;\nEND $$;\nSELECT 1;")
    found = document(t, "--in-transaction", path)
    assert found["statements"][2]["fails"]["sqlstate"] == "2D000"
    assert {s["transaction"] for s in found["statements"]} == {0}


def test_what_follows_a_failure_in_its_transaction_is_skipped(t):
    path = history(t, "BEGIN;\nALTER TABLE nowhere ADD COLUMN a int;\nALTER TABLE users ADD COLUMN a int;\nCOMMIT;\nALTER TABLE users ADD COLUMN a int;")
    found = document(t, "--no-transaction", path)["statements"]
    assert [s["fails"] and s["fails"]["sqlstate"] for s in found] == [None, "42P01", "25P02", None, None]
    assert taken(found[2]) == [] and taken(found[4]) == ["ACCESS EXCLUSIVE public.users"]
    text = locks(t, "--no-transaction", path).out
    assert '      fails     42P01: relation "nowhere" does not exist\n' in text
    assert "      skipped   the transaction has failed before\n" in text


# --- errors and exit codes


def test_what_cannot_be_parsed_is_an_error_in_its_place(t):
    path = history(t, "SELECT 1;\nSELEC 1;\nALTER TABLE users ADD COLUMN a int;")
    run = locks(t, path)
    assert run.code == 2
    assert '   2  SELEC 1\n      error     syntax error at or near "SELEC"\n   3  ALTER' in run.out
    assert run.errors == [f'{path}:2:1: syntax error at or near "SELEC"']
    assert "; 1 error (PostgreSQL 15" in run.err
    found = document(t, path)
    assert [s["fails"] and s["fails"]["sqlstate"] for s in found["statements"]] == [None, "42601", None]
    assert [(e["line"], e["kind"], e["scope"]) for e in found["errors"]] == [(2, "syntax", "reported")]


def test_errors_in_the_history_do_not_count(t):
    path = history(t, "SELECT 1;")
    t.file("db/000001_before.up.sql", "SELEC 1;")
    assert locks(t, path).code == 0


def test_what_is_locked_does_not_change_the_exit_code(t):
    run = locks(t, history(t, "DROP TABLE users;"))
    assert run.code == 0
    assert run.err == "migvet: 1 blocks reads and writes in 1 statement of 1 file (PostgreSQL 15, grammar " + \
        run.err.rsplit(" ", 1)[1]


def test_a_path_that_is_not_there(t):
    run = locks(t, "nowhere.sql")
    assert run.code == 2 and run.errors == ["nowhere.sql: No such file or directory"]


def test_a_file_without_statements(t):
    path = history(t, "-- nothing\n")
    assert locks(t, path).out.endswith(")\n\n    no statement\n")
    assert document(t, path)["statements"] == []


@rows(
    ("locks", "no path given: name files or folders of migrations, or - for standard input"),
    ("locks --format sarif x.sql", 'locks knows the formats text, json and markdown, not "sarif"'),
    ("locks --pg-version 11 x.sql", '--pg-version wants a major version from 12 to 18, not "11"'),
    ("locks --fail-on major x.sql", 'option --fail-on does not go with "migvet locks"'),
    ("locks --rule drop-column x.sql", 'option --rule does not go with "migvet locks"'),
    ("locks --show-suppressed x.sql", 'option --show-suppressed does not go with "migvet locks"'),
)
def test_wrong_usage(t, arguments, message):
    t.files(x=CLEAN)
    run = t.migvet(*shlex.split(arguments))
    assert (run.code, run.out, run.err) == (2, "", f"migvet: {message}\n")


def test_quiet_and_into_a_file(t):
    path = history(t, "DROP TABLE users;")
    loud = locks(t, path)
    assert locks(t, "-q", path).err == ""
    run = locks(t, "-o", "report.txt", path)
    assert run.out == "" and t.read("report.txt") == loud.out


# --- what people see


def test_colour_and_width_on_a_terminal(t):
    path = history(t, "ALTER TABLE users " + ", ".join(f"ADD COLUMN column_{i} text" for i in range(9)) + ";")
    for columns in (80, 160):
        out = t.terminal("locks", "-q", path, columns=columns).out
        assert "\x1b[1;31mACCESS EXCLUSIVE\x1b[0m  public.users" in out
        lines = re.sub(r"\x1b\[[\d;]*m", "", out).splitlines()
        assert max(map(len, lines)) == columns and lines[2].endswith("...")
    assert "\x1b" not in locks(t, path).out
    assert "\x1b" in locks(t, "--color", "always", path).out


def test_hostile_names_do_nothing(t):
    name = 'a|b`c``"" <img> @all\x1b[31m\u202e\n::error::x ##[error]'
    path = history(t, f'ALTER TABLE "{name}" ADD COLUMN a int;')
    for form in ("text", "json", "markdown"):
        out = t.migvet("locks", "-f", form, path).out
        assert "\x1b" not in out and "\u202e" not in out and "##[" not in out
        assert not re.search(r"^\s*::", out, re.M)
    found = t.migvet("locks", "-f", "json", path).json
    assert found["statements"][0]["sql"] == f'ALTER TABLE "{name}" ADD COLUMN a int'


def test_markdown_is_a_table_for_each_migration(t):
    history(t, "ALTER TABLE users ADD COLUMN a int;\nSELEC 1;")
    out = t.migvet("locks", "-f", "markdown", "db").out
    assert re.findall(r"^### (.*)$", out, re.M) == [
        "`db/000001_before.up.sql`", "`db/000002_now.up.sql`", "Errors and notes"]  # fmt: skip
    assert "| 1 | `ALTER TABLE users ADD COLUMN a int` | **ACCESS EXCLUSIVE** on `public.users`, " in out
    assert "| 2 | `SELEC 1` |" in out
    assert '- `db/000002_now.up.sql:2:1`: error: `syntax error at or near "SELEC"`' in out


def test_the_same_bytes_every_time(t):
    history(t, "ALTER TABLE users ADD COLUMN a int;\nDROP TABLE orders;")
    for form in ("text", "json", "markdown"):
        first = t.migvet("locks", "-f", form, "db").out
        assert all(t.migvet("locks", "-f", form, "db").out == first for _ in range(3))


def test_json_is_linear_in_size(t):
    sizes = []
    for n in (500, 1000):
        path = history(t, "".join(f"ALTER TABLE t{i:05} ADD COLUMN a int;\n" for i in range(n)))
        sizes.append(len(json.dumps(t.migvet("locks", "-f", "json", "--in-transaction", path).json)))
    assert sizes[1] < 2.1 * sizes[0]


@rows(("SELECT make_interval(days => 10)",), ("SELECT later(by => 2)",), ("SELECT later(2)",),
      ("ALTER TABLE users ADD COLUMN at interval DEFAULT make_interval(days => 10)",))
def test_calls_with_named_arguments_are_read(t, sql):
    function = "CREATE FUNCTION later(by int) RETURNS int LANGUAGE sql AS 'SELECT by';\n"
    statements = document(t, history(t, function + sql + ";\n"))["statements"]
    assert [s["fails"] for s in statements] == [None, None]


def test_what_inherits_a_temporary_table_goes_with_it_at_commit(t):
    sql = """BEGIN;
CREATE TEMPORARY TABLE above (a int) PARTITION BY LIST (a) ON COMMIT DROP;
CREATE TEMPORARY TABLE below PARTITION OF above FOR VALUES IN (1) ON COMMIT DELETE ROWS;
COMMIT;
SELECT * FROM below;
"""
    t.file("plain.sql", sql)
    last = document(t, "plain.sql")["statements"][-1]
    assert last["fails"]["sqlstate"] == "42P01"
