"""Comments that suppress findings."""

from harness import CLEAN, CRITICAL, MAJOR, rows

IGNORE = "-- migvet:ignore drop-column reason: nobody reads it\n"


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
    ("before", IGNORE + CRITICAL),
    ("before, with blank lines and comments between", IGNORE + "\n-- why\n/* and */\n\n" + CRITICAL),
    ("trailing", CRITICAL.strip() + " " + IGNORE),
    ("trailing on the first of two lines", "ALTER TABLE users " + IGNORE + "DROP COLUMN email;\n"),
    ("trailing on the last of two lines", "ALTER TABLE users\nDROP COLUMN email; " + IGNORE),
    ("inside", "ALTER TABLE users\n" + IGNORE + "DROP COLUMN email;\n"),
    ("without a reason", "-- migvet:ignore drop-column\n" + CRITICAL),
    ("without blanks", "--migvet:ignore drop-column\n" + CRITICAL),
    ("for the whole file", CLEAN + CRITICAL + "-- migvet:ignore-file drop-column reason: all of them\n"),
    ("two rules", "-- migvet:ignore drop-column, index-not-concurrent reason: both\n"
     "DO $$ BEGIN CREATE INDEX i ON a (b); ALTER TABLE a DROP COLUMN c; END $$;\n"),
    ("before DO", IGNORE + "DO $$ BEGIN ALTER TABLE a DROP COLUMN c; END $$;\n"),
    ("in DO", "DO $$\nBEGIN\n" + IGNORE + "ALTER TABLE a DROP COLUMN c;\nEND $$;\n"),
    ("trailing in DO", "DO $$\nBEGIN\nALTER TABLE a DROP COLUMN c; " + IGNORE + "END $$;\n"),
    ("CRLF", IGNORE.replace("\n", "\r\n") + CRITICAL),
    ("at the very end", CRITICAL.strip() + " " + IGNORE.strip()),
    ("squawk's name", "-- squawk-ignore ban-drop-column\n" + CRITICAL),
    ("squawk's, for the file", "-- squawk-ignore-file ban-drop-column\n" + CRITICAL),
    ("squawk's, two names", "-- squawk-ignore ban-drop-column, prefer-robust-stmts\n" + CRITICAL),
)
def test_a_comment_suppresses(t, what, sql):
    check_notes(t, sql, [])
    assert "1 suppressed" in t.last.err or "2 suppressed" in t.last.err


@rows(
    ("the next statement", IGNORE + CRITICAL + CRITICAL, ["3 drop-column"], []),
    ("another rule", "-- migvet:ignore drop-table\n" + CRITICAL, ["2 drop-column"], ["drop-table"]),
    ("a comment of another kind", "-- see migvet:ignore drop-column\n" + CRITICAL, ["2 drop-column"], []),
    ("a string", "SELECT '\n" + IGNORE + "';\n" + CRITICAL, ["4 drop-column"], []),
    ("a statement behind the next", IGNORE + CLEAN + CRITICAL, ["3 drop-column"], ["matches no finding"]),
    ("the statement before", CRITICAL + IGNORE, ["1 drop-column"], ["drop-column"]),
    ("another squawk rule", "-- squawk-ignore ban-drop-table\n" + CRITICAL, ["2 drop-column"], []),
    ("half of it", "-- migvet:ignore drop-column, drop-table\n" + CRITICAL, [], ["drop-table"]),
    ("nothing at all", "-- migvet:ignore-file truncate\n" + CLEAN, [], ["truncate"]),
)
def test_a_comment_does_not_suppress(t, what, sql, findings, notes):
    check_notes(t, sql, findings, notes)


def test_an_unknown_rule_in_a_comment(t):
    t.files(x="SELECT 1;\n  -- migvet:ignore drop-table, drop-colum reason: none\n" + CRITICAL)
    run = t.check("x.sql")
    assert run.errors == ['x.sql:3:1'] or run.errors[0].startswith("x.sql:2:32: ")
    assert 'unknown rule "drop-colum"; did you mean "drop-column"?' in run.errors[0]
    assert run.findings == ["x.sql:3 drop-column"] and run.code == 2


@rows(("-- migvet:ignroe drop-column\n",), ("-- migvet:ignore\n",), ("-- migvet:ignore reason: because\n",),
      ("-- migvet:ignore-line drop-column\n",), ("-- migvet: ignore drop-column\n",))
def test_a_comment_that_cannot_be_understood(t, comment):
    t.files(x=comment + CRITICAL)
    run = t.check("x.sql")
    assert run.findings == ["x.sql:2 drop-column"] and run.code == 2
    assert len(run.errors) == 1 and run.errors[0].startswith("x.sql:1:")


def test_suppressed_findings_are_listed_when_asked_for(t):
    t.files(x=IGNORE + CRITICAL + MAJOR)
    shown, hidden = t.check("--show-suppressed", "x.sql"), t.check("x.sql")
    assert shown.findings == ["x.sql:3 index-not-concurrent", "x.sql:2 drop-column"]
    assert "nobody reads it" in shown.out and "nobody reads it" not in hidden.out
    assert hidden.findings == ["x.sql:3 index-not-concurrent"]
    suppressed = [f["suppressed"] for f in t.json("--show-suppressed", "x.sql")["findings"]]
    assert suppressed == [{"by": "comment", "reason": "nobody reads it"}, None]
    assert t.json("x.sql")["summary"]["suppressed"] == 1
    assert t.check("--show-suppressed", "--fail-on", "critical", "x.sql").code == 0


def test_comments_may_be_taken_no_notice_of(t):
    t.files(x=IGNORE + CRITICAL + "-- squawk-ignore ban-drop-column\n" + CRITICAL +
            "-- migvet:ignore quux\nSELECT 1;")
    run = t.check("--no-inline-suppressions", "x.sql")
    assert run.findings == ["x.sql:2 drop-column", "x.sql:4 drop-column"]
    assert run.code == 1 and run.errors == run.notes == []


def test_a_reason_may_be_required(t):
    t.file(".migvet.yml", "ignore_reason: required\n")
    t.files(x="-- migvet:ignore drop-column\n" + CRITICAL + IGNORE + CRITICAL)
    run = t.check("x.sql")
    assert run.findings == ["x.sql:2 drop-column"]
    assert len(run.notes) == 1 and run.notes[0].startswith("x.sql:1:") and "reason" in run.notes[0]


def test_a_reason_that_is_empty_is_none(t):
    t.file(".migvet.yml", "ignore_reason: required\n")
    t.files(x="-- migvet:ignore drop-column reason:  \n" + CRITICAL)
    assert t.check("x.sql").findings == ["x.sql:2 drop-column"]


def test_a_missing_down_is_answered_by_a_note(t):
    t.file("db/000001_a.up.sql", CLEAN)
    t.file("db/000001_a.down.sql", "DROP TABLE notes;")
    t.file("db/000002_b.up.sql", "-- migvet:irreversible the labels were read by nobody\nDROP VIEW labels;")
    assert t.check("--rule", "missing-down", "db").findings == []


def test_ignore_comments_in_a_replayed_file_are_not_told(t):
    t.file("db/000001_a.up.sql", "-- migvet:ignore drop-table\nSELECT 1;\n-- migvet:ignore quux\nSELECT 1;\n")
    t.file("db/000002_b.up.sql", CLEAN)
    t.file("db/000002_b.down.sql", "DROP TABLE notes;")
    run = t.check("--rule", "drop-column", "db/000002_b.up.sql")
    assert (run.code, run.out) == (0, "")
