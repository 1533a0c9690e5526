"""Comments that suppress findings."""

from harness import CLEAN, DELETE, UPDATE, rows

IGNORE = "-- migvet:ignore unbounded-delete reason: nobody reads it\n"
OPEN = "BEGIN;\nCREATE TABLE notes (id bigint);\n"  # critical: unclosed-transaction, which squawk has too


def check_notes(t, sql, findings, notes=()):
    """Checks a file x.sql, and that each note has its word in it."""
    t.files(x=sql)
    run = t.check("x.sql")
    assert [f.removeprefix("x.sql:") for f in run.findings] == list(findings)
    assert len(run.notes) == len(notes)
    for note, word in zip(run.notes, notes):
        assert word in note
    assert run.errors == [] and run.code == bool(findings)


@rows(
    ("before", IGNORE + DELETE),
    ("before, with blank lines and comments between", IGNORE + "\n-- why\n/* and */\n\n" + DELETE),
    ("trailing", DELETE.strip() + " " + IGNORE),
    ("trailing on the first of two lines", "DELETE " + IGNORE + "FROM users;\n"),
    ("trailing on the last of two lines", "DELETE\nFROM users; " + IGNORE),
    ("inside", "DELETE\n" + IGNORE + "FROM users;\n"),
    ("without a reason", "-- migvet:ignore unbounded-delete\n" + DELETE),
    ("without blanks", "--migvet:ignore unbounded-delete\n" + DELETE),
    ("for the whole file", CLEAN + DELETE + "-- migvet:ignore-file unbounded-delete reason: all of them\n"),
    ("two rules", "-- migvet:ignore unbounded-delete, unbounded-update reason: both\n"
     "DO $$ BEGIN UPDATE a SET b = 1; DELETE FROM a; END $$;\n"),
    ("before DO", IGNORE + "DO $$ BEGIN DELETE FROM a; END $$;\n"),
    ("in DO", "DO $$\nBEGIN\n" + IGNORE + "DELETE FROM a;\nEND $$;\n"),
    ("trailing in DO", "DO $$\nBEGIN\nDELETE FROM a; " + IGNORE + "END $$;\n"),
    ("CRLF", IGNORE.replace("\n", "\r\n") + DELETE),
    ("at the very end", DELETE.strip() + " " + IGNORE.strip()),
    ("squawk's name", "-- squawk-ignore ban-uncommitted-transaction\n" + OPEN),
    ("squawk's, for the file", "-- squawk-ignore-file ban-uncommitted-transaction\n" + OPEN),
    ("squawk's, two names", "-- squawk-ignore ban-uncommitted-transaction, prefer-robust-stmts\n" + OPEN),
)
def test_a_comment_suppresses(t, what, sql):
    check_notes(t, sql, [])
    assert "1 suppressed" in t.last.err or "2 suppressed" in t.last.err


@rows(
    ("the next statement", IGNORE + DELETE + DELETE, ["3 unbounded-delete"], []),
    ("another rule", "-- migvet:ignore drop-table\n" + DELETE, ["2 unbounded-delete"], ["drop-table"]),
    ("a comment of another kind", "-- see migvet:ignore unbounded-delete\n" + DELETE, ["2 unbounded-delete"], []),
    ("a string", "SELECT '\n" + IGNORE + "';\n" + DELETE, ["4 unbounded-delete"], []),
    ("a statement behind the next", IGNORE + CLEAN + DELETE, ["3 unbounded-delete"], ["matches no finding"]),
    ("the statement before", DELETE + IGNORE, ["1 unbounded-delete"], ["unbounded-delete"]),
    ("another squawk rule", "-- squawk-ignore ban-drop-table\n" + OPEN, ["2 unclosed-transaction"], []),
    ("half of it", "-- migvet:ignore unbounded-delete, drop-table\n" + DELETE, [], ["drop-table"]),
    ("nothing at all", "-- migvet:ignore-file truncate\n" + CLEAN, [], ["truncate"]),
)
def test_a_comment_does_not_suppress(t, what, sql, findings, notes):
    check_notes(t, sql, findings, notes)


def test_an_unknown_rule_in_a_comment(t):
    t.files(x="SELECT 1;\n  -- migvet:ignore drop-table, unbounded-delet reason: none\n" + DELETE)
    run = t.check("x.sql")
    assert run.errors == ['x.sql:3:1'] or run.errors[0].startswith("x.sql:2:32: ")
    assert 'unknown rule "unbounded-delet"; did you mean "unbounded-delete"?' in run.errors[0]
    assert run.findings == ["x.sql:3 unbounded-delete"] and run.code == 2


@rows(("-- migvet:ignroe unbounded-delete\n",), ("-- migvet:ignore\n",), ("-- migvet:ignore reason: because\n",),
      ("-- migvet:ignore-line unbounded-delete\n",), ("-- migvet: ignore unbounded-delete\n",))
def test_a_comment_that_cannot_be_understood(t, comment):
    t.files(x=comment + DELETE)
    run = t.check("x.sql")
    assert run.findings == ["x.sql:2 unbounded-delete"] and run.code == 2
    assert len(run.errors) == 1 and run.errors[0].startswith("x.sql:1:")


def test_suppressed_findings_are_listed_when_asked_for(t):
    t.files(x=IGNORE + DELETE + UPDATE)
    shown, hidden = t.check("--show-suppressed", "x.sql"), t.check("x.sql")
    assert shown.findings == ["x.sql:3 unbounded-update", "x.sql:2 unbounded-delete"]
    assert "nobody reads it" in shown.out and "nobody reads it" not in hidden.out
    assert hidden.findings == ["x.sql:3 unbounded-update"]
    suppressed = [f["suppressed"] for f in t.json("--show-suppressed", "x.sql")["findings"]]
    assert suppressed == [{"by": "comment", "reason": "nobody reads it"}, None]
    assert t.json("x.sql")["summary"]["suppressed"] == 1
    assert t.check("--show-suppressed", "--fail-on", "critical", "x.sql").code == 0


def test_comments_may_be_taken_no_notice_of(t):
    t.files(x=IGNORE + DELETE + "-- squawk-ignore ban-uncommitted-transaction\n" + OPEN +
            "-- migvet:ignore quux\nSELECT 1;")
    run = t.check("--no-inline-suppressions", "x.sql")
    assert run.findings == ["x.sql:2 unbounded-delete", "x.sql:4 unclosed-transaction"]
    assert run.code == 1 and run.errors == run.notes == []


def test_a_reason_may_be_required(t):
    t.file(".migvet.yml", "ignore_reason: required\n")
    t.files(x="-- migvet:ignore unbounded-delete\n" + DELETE + IGNORE + DELETE)
    run = t.check("x.sql")
    assert run.findings == ["x.sql:2 unbounded-delete"]
    assert len(run.notes) == 1 and run.notes[0].startswith("x.sql:1:") and "reason" in run.notes[0]


def test_a_reason_that_is_empty_is_none(t):
    t.file(".migvet.yml", "ignore_reason: required\n")
    t.files(x="-- migvet:ignore unbounded-delete reason:  \n" + DELETE)
    assert t.check("x.sql").findings == ["x.sql:2 unbounded-delete"]


def test_a_missing_down_is_answered_by_a_note(t):
    t.file("db/000001_a.up.sql", CLEAN)
    t.file("db/000001_a.down.sql", "DROP TABLE notes;")
    t.file("db/000002_b.up.sql", "-- migvet:irreversible the labels were read by nobody\nDROP VIEW labels;")
    assert t.check("--rule", "missing-down", "db").findings == []


def test_ignore_comments_in_a_replayed_file_are_not_told(t):
    t.file("db/000001_a.up.sql", "-- migvet:ignore drop-table\nSELECT 1;\n-- migvet:ignore quux\nSELECT 1;\n")
    t.file("db/000002_b.up.sql", CLEAN)
    t.file("db/000002_b.down.sql", "DROP TABLE notes;")
    run = t.check("--rule", "unbounded-delete", "db/000002_b.up.sql")
    assert (run.code, run.out) == (0, "")
