"""What migvet does with files that are missing, no files, not text, or not SQL."""

import os
import socket

from harness import CLEAN, DELETE, UPDATE, rows


def check_beside_a_good_file(t, path):
    """Checks path together with a good file: that is reported all the same. Returns the one error of path."""
    t.files(zgood=DELETE)
    run = t.check(path, "zgood.sql")
    assert run.code == 2
    assert run.findings == ["zgood.sql:1 unbounded-delete"]
    assert len(run.errors) == 1
    return run.errors[0]


def test_a_missing_file_beside_a_good_one(t):
    assert check_beside_a_good_file(t, "gone.sql") == "gone.sql: No such file or directory"


def test_every_missing_file_is_told(t):
    run = t.check("b.sql", "a.sql", "c/d.sql")
    assert run.code == 2
    assert run.errors == [f"{path}: No such file or directory" for path in ("a.sql", "b.sql", "c/d.sql")]


def test_the_empty_path(t):
    run = t.check("")
    assert run.code == 2 and (run.errors or run.err)


def test_a_folder_without_migrations(t):
    t.file("docs/readme.txt", "nothing")
    error = check_beside_a_good_file(t, "docs")
    assert error.startswith("docs: ") and "no migration" in error


def test_an_empty_folder(t):
    (t.folder / "empty").mkdir()
    error = check_beside_a_good_file(t, "empty")
    assert error.startswith("empty: ") and "no migration" in error


def test_a_fifo_is_not_waited_for(t):
    os.mkfifo(t.folder / "f.sql")
    assert check_beside_a_good_file(t, "f.sql") == "f.sql: is a FIFO, not a regular file"


def test_a_link_to_a_device(t):
    (t.folder / "zero.sql").symlink_to("/dev/zero")
    error = check_beside_a_good_file(t, "zero.sql")
    assert error.startswith("zero.sql: is a ")


def test_a_device(t):
    error = check_beside_a_good_file(t, "/dev/null")
    assert error.startswith("/dev/null: is ")


def test_a_socket(t):
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(t.folder / "s.sql"))
    assert check_beside_a_good_file(t, "s.sql").startswith("s.sql: ")
    listener.close()


def test_a_folder_that_is_called_x_sql(t):
    t.file("x.sql/001_a.sql", DELETE)
    run = t.check("x.sql")
    assert run.findings == ["x.sql/001_a.sql:1 unbounded-delete"] and run.code == 1


def test_an_unreadable_file(t):
    t.files(secret=CLEAN, good=DELETE)
    (t.folder / "secret.sql").chmod(0)
    run = t.unprivileged("check", "secret.sql", "good.sql")
    assert run.errors == ["secret.sql: Permission denied"] and run.code == 2
    assert run.findings == ["good.sql:1 unbounded-delete"]


def test_an_unreadable_folder(t):
    t.file("db/a/001_a.sql", DELETE)
    t.file("db/b/001_a.sql", DELETE)
    (t.folder / "db/a").chmod(0)
    run = t.unprivileged("check", "db")
    (t.folder / "db/a").chmod(0o755)
    assert run.errors == ["db/a: Permission denied"] and run.code == 2
    assert run.findings == ["db/b/001_a.sql:1 unbounded-delete"]


def test_a_fifo_in_a_folder(t):
    t.file("db/001_a.sql", DELETE)
    os.mkfifo(t.folder / "db/002_b.sql")
    run = t.check("db")
    assert run.findings == ["db/001_a.sql:1 unbounded-delete"]
    assert run.errors == ["db/002_b.sql: is a FIFO, not a regular file"] and run.code == 2


def test_what_a_link_out_of_the_repository_leads_to_is_not_shown(t):
    (t.folder / "p.sql").symlink_to("/etc/passwd")
    assert "leads out of the repository" in check_beside_a_good_file(t, "p.sql")
    assert "root" not in t.last.out


def test_a_link_within_the_repository(t):
    t.files(a=DELETE)
    (t.folder / "link.sql").symlink_to("a.sql")
    assert t.check("link.sql").findings == ["link.sql:1 unbounded-delete"]


def test_a_broken_link(t):
    (t.folder / "gone.sql").symlink_to("nowhere.sql")
    assert check_beside_a_good_file(t, "gone.sql") == "gone.sql: No such file or directory"


def test_links_in_a_circle(t):
    (t.folder / "db").mkdir()
    t.file("db/001_a.sql", DELETE)
    (t.folder / "db/again").symlink_to(".")
    (t.folder / "db/002_b.sql").symlink_to("002_b.sql")
    run = t.check("db")
    assert run.findings == ["db/001_a.sql:1 unbounded-delete"]
    assert run.code == 2 and len(run.errors) == 1 and "002_b.sql" in run.errors[0]


def test_a_path_that_is_too_long(t):
    assert "File name too long" in check_beside_a_good_file(t, "d/" * 3000 + "x.sql")


@rows(("a\nb.sql", r"a\nb.sql"), ("a\x1b[31m.sql", r"a\x1B[31m.sql"), (b"a\xff.sql", r"a\xFF.sql"),
      ("::error::a.sql", "./::error::a.sql"), ("##[error]a.sql", r"#\#[error]a.sql"))
def test_a_hostile_file_name_is_escaped(t, name, shown):
    path = os.fsencode(name)
    (t.folder / os.fsdecode(path)).write_text(DELETE)
    run = t.check(os.fsdecode(path))
    assert run.out.startswith(f"{shown}:1:"), run.out.splitlines()[0]
    assert run.code == 1
    missing = t.check(os.fsdecode(b"no" + path))
    assert missing.out.count("\n") == 1 and "\x1b" not in missing.out + missing.err


# --- bytes


def test_a_nul_byte(t):
    t.file("x.sql", b"SELECT 1;\nSELECT \0 2;\n" + DELETE.encode())
    error = check_beside_a_good_file(t, "x.sql")
    assert error.startswith("x.sql:2:8: ") and "NUL" in error


@rows(("utf-16",), ("utf-16-le",), ("utf-16-be",))
def test_utf_16(t, encoding):
    t.file("x.sql", DELETE.encode(encoding))
    error = check_beside_a_good_file(t, "x.sql")
    assert error.startswith("x.sql") and ("UTF-16" in error or "NUL" in error)


def test_a_bom_does_not_count_in_columns(t):
    t.file("x.sql", b"\xef\xbb\xbf" + DELETE.encode())
    t.file("y.sql", DELETE)
    with_bom, without = t.json("x.sql")["findings"][0], t.json("y.sql")["findings"][0]
    assert (with_bom["line"], with_bom["column"]) == (without["line"], without["column"])
    assert with_bom["offset"] == without["offset"] + 3


@rows(("CRLF", "\r\n"), ("CR", "\r"), ("LF", "\n"))
def test_the_ends_of_lines(t, what, end):
    t.file("x.sql", f"-- one{end}{end}SELECT 1;{end}" + DELETE.replace("\n", end))
    assert t.check("x.sql").findings == ["x.sql:4 unbounded-delete"]
    assert t.last.code == 1


def test_a_comment_ends_at_a_lone_cr(t):
    t.file("x.sql", "-- comment\r" + DELETE)
    assert t.check("x.sql").findings == ["x.sql:2 unbounded-delete"]


def test_a_tab_is_one_column(t):
    t.file("x.sql", "\t" + DELETE)
    t.file("y.sql", " " + DELETE)
    tab, blank = t.json("x.sql")["findings"][0], t.json("y.sql")["findings"][0]
    assert tab["column"] == blank["column"]


def test_columns_are_code_points_and_offsets_are_bytes(t):
    t.file("x.sql", "/* Ünïcödé 😀 */ " + DELETE)
    t.file("y.sql", "/* Unicode x */ " + DELETE)
    wide, narrow = t.json("x.sql")["findings"][0], t.json("y.sql")["findings"][0]
    assert wide["column"] == narrow["column"] and wide["offset"] == narrow["offset"] + 4 + 3


def test_latin_1_is_linted_and_noted_once(t):
    t.file("x.sql", "-- gr\u00fcn\n-- gr\u00f6n\n".encode("latin-1") + DELETE.encode())
    run = t.check("x.sql")
    assert run.findings == ["x.sql:3 unbounded-delete"] and run.code == 1
    assert len(run.notes) == 1 and run.notes[0].startswith("x.sql:1:") and "UTF-8" in run.notes[0]


def test_a_latin_1_identifier_comes_out_escaped(t):
    t.file("x.sql", b"DELETE FROM gr\xfcn;\n")
    run = t.check("x.sql")
    assert run.findings == ["x.sql:1 unbounded-delete"]
    assert rb"gr\xFCn" in run.raw and b"\xfc" not in run.raw


@rows(("",), (" \n\t\n",), ("-- nothing\n/* at /* all */ */\n",), (";",), (";;\n ; -- end",), ("\ufeff",))
def test_a_file_without_statements_is_clean(t, content):
    t.files(x=content)
    run = t.check("x.sql")
    assert (run.code, run.out) == (0, "")


# --- SQL that does not parse


def test_a_syntax_error_among_statements(t):
    t.files(x=DELETE + "ALTER TABEL users ADD x int;\n" + UPDATE)
    run = t.check("x.sql")
    assert run.findings == ["x.sql:1 unbounded-delete", "x.sql:3 unbounded-update"]
    assert run.errors == ['x.sql:2:7: syntax error at or near "TABEL"'] and run.code == 2
    assert "  2 | ALTER TABEL users ADD x int;\n    |       ^\n" in run.out


@rows(
    ("a wide character before it", "SELECT '😀ü', FROM FROM;", 'x.sql:1:14: syntax error at or near "FROM"'),
    ("the end", "SELECT 1 +", "x.sql:1:11: syntax error at end of input"),
    ("the second line", "SELECT 1\n  + ;", 'x.sql:2:5: syntax error at or near ";"'),
    ("CRLF", "SELECT 1;\r\n\r\n  SELEC 2;", 'x.sql:3:3: syntax error at or near "SELEC"'),
    ("a BOM", "\ufeffSELEC 2;", 'x.sql:1:1: syntax error at or near "SELEC"'),
    ("a comment in front", "-- a ;\n/* ; */ SELEC 2;", 'x.sql:2:9: syntax error at or near "SELEC"'),
)
def test_where_a_syntax_error_is(t, what, sql, error):
    t.files(x=sql)
    run = t.check("x.sql")
    assert run.errors == [error] and run.code == 2


def test_a_broken_statement_in_a_do_block(t):
    t.files(x="DO $$\nBEGIN\n  ALTER TABEL x;\n  DELETE FROM t;\nEND $$;")
    run = t.check("x.sql")
    assert run.findings == ["x.sql:4 unbounded-delete"] and run.code == 2
    assert run.errors == ['x.sql:3:9: syntax error at or near "TABEL"; PL/pgSQL fails on it when the block runs']


@rows(("'",), ('"',), ("$$",), ("$a$ $$",), ("/*",), ("E'\\'",), ("U&'",))
def test_what_is_not_ended_is_told_at_its_beginning(t, opener):
    t.files(x=DELETE + "SELECT " + opener + " ;\n" + UPDATE)
    run = t.check("x.sql")
    assert run.findings == ["x.sql:1 unbounded-delete"]
    assert len(run.errors) == 1 and run.errors[0].startswith("x.sql:2:8: unterminated ")
    assert run.code == 2


def test_each_broken_statement_is_told_once(t):
    t.files(x="SELEC 1; SELEC 2 SELEC; SELECT 3;\nSELEC 4;")
    places = [error.split(": ")[0] for error in t.check("x.sql").errors]
    assert places == ["x.sql:1:1", "x.sql:1:10", "x.sql:2:1"]


def test_newer_syntax_is_called_that(t):
    if t.grammar >= 18:
        t.skip("the grammar knows all of it")
    t.files(x="CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a) VIRTUAL);\n" + DELETE)
    run = t.check("--format", "json", "x.sql")
    assert [e["kind"] for e in run.json["errors"]] == ["newer-syntax"]
    assert run.findings == ["x.sql:2 unbounded-delete"] and run.code == 2


def test_dynamic_sql_is_told_as_not_analysed(t):
    t.files(x="DO $$\nBEGIN\n  EXECUTE 'DROP TABLE ' || quote_ident('x');\nEND $$;\n")
    run = t.check("x.sql")
    assert run.code == 0
    assert len(run.notes) == 1 and run.notes[0].startswith("x.sql:3:") and "not analysed" in run.notes[0]
    document = t.json("x.sql")
    assert [(p["file"], p["line"]) for p in document["not_analyzed"]] == [("x.sql", 3)]
    assert document["summary"]["not_analyzed"] == 1


# --- too much of it


@rows(("parentheses", "SELECT " + "(" * 50_000 + "1" + ")" * 50_000 + ";\n"),
      ("brackets", "SELECT " + "ARRAY[" * 50_000 + "]" * 50_000 + ";\n"),
      ("CASE", "SELECT " + "CASE WHEN true THEN " * 20_000 + "1" + " END" * 20_000 + ";\n"),
      ("NOT", "SELECT " + "NOT " * 50_000 + "true;\n"),
      ("minus", "SELECT " + "+ -" * 50_000 + "1;\n"),
      ("operators", "SELECT 1" + " + 1" * 50_000 + ";\n"),
      ("AND", "SELECT true" + " AND true" * 50_000 + ";\n"),
      ("subqueries", "SELECT " + "(SELECT " * 10_000 + "1" + ")" * 10_000 + ";\n"),
      ("comments", "/*" * 60_000 + "*/" * 60_000 + " SELECT 1;\n"),
      ("UNION", "SELECT 1" + " UNION SELECT 1" * 20_000 + ";\n"),
      ("quotes", "SELECT '" + "''" * 200_000 + "';\n"))
def test_deep_nesting_ends_in_a_result_or_a_limit(t, what, sql):
    t.files(deep=sql + DELETE, other=UPDATE)
    run = t.check("deep.sql", "other.sql")
    assert run.findings == ["deep.sql:2 unbounded-delete", "other.sql:1 unbounded-update"]
    assert run.code in (1, 2)
    assert len(run.errors) == run.code - 1


def test_many_statements(t):
    t.files(x=CLEAN + "INSERT INTO notes VALUES (1);\n" * 50_000)
    run = t.json("x.sql")
    assert run["summary"]["statements"] == 50_001 and run["findings"] == run["errors"] == []


def test_memory_that_runs_out_is_an_error_of_its_statement(t):
    if t.is_sanitized:
        t.skip("AddressSanitizer wants all address space")
    t.files(big="SELECT 1;\nSELECT " + "1," * 6_000_000 + "1;\n" + DELETE, other=UPDATE)
    run = t.shell("ulimit -v 1200000; migvet check big.sql other.sql")
    assert run.code == 2
    assert run.findings == ["big.sql:3 unbounded-delete", "other.sql:1 unbounded-update"]
    assert len(run.errors) == 1 and run.errors[0].startswith("big.sql:2:")


# --- strings as they were before PostgreSQL 9.1


OLD_STRINGS = "INSERT INTO a VALUES ('it\\'s; DROP TABLE users;');\nDROP TABLE a;\n"


@rows(
    ("SET standard_conforming_strings = off;\n", True),
    ("SET SESSION standard_conforming_strings TO 'OFF';\n", True),
    ("SET standard_conforming_strings = 0;\n", True),
    ("SET standard_conforming_strings = off;\nSET standard_conforming_strings = on;\n", False),
    ("SET standard_conforming_strings = off;\nRESET standard_conforming_strings;\n", False),
    ("", False),
)
def test_backslashes_in_strings(t, before, stops):
    t.file("x.sql", before + OLD_STRINGS)
    run = t.check("x.sql", "--rule", "drop-table")
    place = f"x.sql:{before.count(chr(10)) + 1}:23"
    told = f"{place}: note: not analysed: a backslash in a string while standard_conforming_strings is off"
    assert (told in run.out) == stops
    assert bool(run.findings) != stops


def test_old_strings_without_a_backslash_are_read(t):
    t.file("x.sql", "SET standard_conforming_strings = off;\nINSERT INTO a VALUES (E'\\n', '');\nDROP TABLE a;\n")
    run = t.check("x.sql", "--rule", "drop-table")
    assert run.findings == ["x.sql:3 drop-table"] and "not analysed" not in run.out


def test_a_broken_string_that_execute_runs_is_told(t):
    t.file("x.sql", "DO $$ BEGIN EXECUTE 'CREATE TABEL t (a int)'; END $$;\n")
    run = t.check("x.sql")
    assert run.code == 0 and "x.sql:1:29: note: not analysed: could not be read" in run.out
