"""Where reports go, and what is in them: -o, pipes, formats, colour, and the same bytes every time."""

import os
import re
import shutil
import subprocess

from harness import CLEAN, DELETE, ROOT, UPDATE, rows

HOSTILE = ("a\nb.sql", "c\x1b[31m.sql", "::error::d.sql", "e,f:g%0Ah.sql", "##[i].sql", "<j>&\"'.sql", "\u202ek.sql")


# --- -o


@rows(("-o",), ("--output",))
def test_the_report_into_a_file(t, option):
    t.files(x=DELETE)
    expected = t.check("x.sql")
    run = t.check(option, "report.txt", "x.sql")
    assert (run.code, run.out, run.err) == (1, "", expected.err)
    assert t.read("report.txt") == expected.out


def test_a_clean_report_replaces_an_older_one(t):
    t.files(x=CLEAN)
    t.file("report.txt", "old")
    assert t.check("-o", "report.txt", "x.sql").code == 0
    assert t.read("report.txt") == ""


def test_a_clean_report_makes_an_empty_file_also_when_quiet(t):
    t.files(x=CLEAN)
    assert t.check("-q", "-o", "report.txt", "x.sql").code == 0
    assert t.read("report.txt") == ""


def test_a_report_is_written_by_rename_with_the_usual_mode(t):
    t.files(x=DELETE)
    t.file("report.txt", "old")
    before = (t.folder / "report.txt").stat().st_ino
    reader = (t.folder / "report.txt").open()
    t.shell("umask 027; migvet check -o report.txt x.sql")
    after = (t.folder / "report.txt").stat()
    assert reader.read() == "old" and after.st_ino != before
    assert after.st_mode & 0o777 == 0o640
    assert sorted(os.listdir(t.folder)) == [".git", "report.txt", "x.sql"]


def check_refused(t, path, why, check=None):
    t.files(x=DELETE)
    run = (check or t.migvet)("check", "-o", path, "x.sql")
    assert run.code == 2 and why in run.err.splitlines()[-1]
    assert run.err.splitlines()[-1].startswith(f"migvet: {path}: ")
    return run


def test_a_report_does_not_go_through_a_link(t):
    t.file("victim.txt", "precious")
    (t.folder / "link").symlink_to("victim.txt")
    check_refused(t, "link", "symbolic link")
    assert t.read("victim.txt") == "precious"


def test_a_report_does_not_replace_a_folder(t):
    (t.folder / "out").mkdir()
    check_refused(t, "out", "is a directory")


def test_a_report_does_not_go_into_a_device(t):
    check_refused(t, "/dev/full", "")


def test_a_report_in_a_folder_that_is_not_there(t):
    check_refused(t, "no/report.txt", "No such file or directory")


def test_a_report_in_a_folder_that_cannot_be_written(t):
    (t.folder / "ro").mkdir(0o555)
    check_refused(t, "ro/report.txt", "Permission denied", t.unprivileged)


def test_a_usage_error_leaves_an_older_report_alone(t):
    t.files(x=DELETE)
    t.file("report.txt", "old")
    assert t.check("-o", "report.txt", "--rule", "quux", "x.sql").code == 2
    assert t.read("report.txt") == "old"


# --- standard output


def test_a_full_disk_behind_standard_output(t):
    t.files(x=DELETE)
    with open("/dev/full", "wb") as full:
        run = t.check("x.sql", stdout=full)
    assert run.code == 2
    assert "migvet: standard output: No space left on device\n" in run.err


def test_a_closed_standard_output(t):
    t.files(x=DELETE)
    run = t.shell("migvet check x.sql >&-")
    assert run.code == 2 and "standard output: Bad file descriptor" in run.err
    assert t.read("x.sql") == DELETE


def test_a_reader_that_leaves_is_told_nothing(t):
    t.files(x=DELETE * 3000)
    run = t.shell("migvet check -q x.sql | head -n 1; exit ${PIPESTATUS[0]}")
    assert run.out.count("\n") == 1 and run.err == ""
    assert run.code == 2


def test_closed_standard_streams_are_not_written_to_as_files(t):
    t.files(x=DELETE, y="SELEC")
    t.shell("migvet check -o report.txt x.sql y.sql <&- >&- 2>&-")
    assert t.read("x.sql") == DELETE and t.read("y.sql") == "SELEC"
    assert t.read("report.txt") == t.check("x.sql", "y.sql").out


# --- colour


def test_no_color_in_a_pipe(t):
    t.files(x=DELETE)
    run = t.check("x.sql")
    assert "\x1b" not in run.out + run.err


@rows(
    ("a terminal", {}, [], True),
    ("NO_COLOR", {"NO_COLOR": "1"}, [], False),
    ("an empty NO_COLOR", {"NO_COLOR": ""}, [], True),
    ("TERM=dumb", {"TERM": "dumb"}, [], False),
    ("no TERM", {"TERM": None}, [], False),
    ("--color never", {}, ["--color", "never"], False),
    ("--color auto", {}, ["--color", "auto"], True),
    ("NO_COLOR and --color always", {"NO_COLOR": "1"}, ["--color", "always"], True),
)
def test_color_on_a_terminal(t, what, env, options, colored):
    t.files(x=DELETE)
    run = t.terminal("check", *options, "x.sql", env=env)
    assert ("\x1b[" in run.out) is colored
    assert re.sub(r"\x1b(\[[\d;]*m|\]8;;.*?\x1b\\)", "", run.out).startswith("x.sql:1:")


def links(text):
    return re.findall(r"\x1b\]8;;(.+?)\x1b\\", text)


def test_paths_are_links_on_a_terminal_with_color(t):
    t.file("db/a b?\x1b]8;;x.sql", DELETE)
    run = t.terminal("check", "db")
    assert links(run.out) == [f"file://{t.folder}/db/a%20b%3F%1B%5D8%3B%3Bx.sql"]
    assert links(t.terminal("check", "--color", "never", "db").out) == []
    assert links(t.check("--color", "always", "db").out) == []


def test_links_lead_to_the_file_from_any_folder(t):
    t.file("db/001_a.sql", DELETE)
    assert links(t.terminal("check", ".", cwd="db").out) == [f"file://{t.folder}/db/001_a.sql"]
    (t.folder / ".git").rmdir()
    assert links(t.terminal("check", ".", cwd="db").out) == [f"file://{t.folder}/db/001_a.sql"]


@rows(
    ("CLICOLOR_FORCE", {"CLICOLOR_FORCE": "1"}, [], True),
    ("CLICOLOR_FORCE=0", {"CLICOLOR_FORCE": "0"}, [], False),
    ("CLICOLOR_FORCE and NO_COLOR", {"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, [], False),
    ("CLICOLOR_FORCE and --color never", {"CLICOLOR_FORCE": "1"}, ["--color", "never"], False),
    ("--color always", {}, ["--color", "always"], True),
)
def test_color_in_a_pipe(t, what, env, options, colored):
    t.files(x=DELETE)
    assert ("\x1b[" in t.check(*options, "x.sql", env=env).out) is colored


def test_color_changes_nothing_but_color(t):
    t.files(x=DELETE + UPDATE + "SELEC;")
    plain, colored = t.check("x.sql").out, t.check("--color", "always", "x.sql").out
    assert re.sub(r"\x1b\[[\d;]*m", "", colored) == plain
    for line in colored.splitlines():
        assert "\x1b[" not in line or line.rindex("\x1b[0m") == line.rindex("\x1b[")


@rows((40,), (80,), (160,))
def test_a_report_fits_its_terminal(t, columns):
    t.files(x=DELETE + UPDATE + "ALTER TABLE users RENAME COLUMN a TO b; " * 3)
    run = t.terminal("check", "--color", "never", "x.sql", columns=columns)
    words = [line for line in run.out.splitlines() if re.match(r"  (why|lock|work): | {11}\w", line)]
    assert len(words) > 4 and max(map(len, words)) <= columns


# --- json


def check_shape(value, shape, where="report"):
    """shape: a type, a tuple of shapes of which one fits, a set of words, [shape of each item], {key: shape}."""
    if isinstance(shape, dict):
        assert isinstance(value, dict) and set(value) >= set(shape), f"{where}: {value!r}"
        for key in shape:
            check_shape(value[key], shape[key], f"{where}.{key}")
    elif isinstance(shape, list):
        assert isinstance(value, list), f"{where}: {value!r}"
        for i, item in enumerate(value):
            check_shape(item, shape[0], f"{where}[{i}]")
    elif isinstance(shape, set):
        assert value in shape, f"{where}: {value!r}"
    elif isinstance(shape, tuple):
        assert value is None or check_shape(value, shape[0], where) is None
    else:
        assert type(value) is shape, f"{where}: {value!r} is no {shape.__name__}"


PLACE = {"file": str, "line": int, "column": int}
REPORT = {
    "version": int,
    "tool": {"name": str, "version": str, "grammar": str},
    "histories": [{"root": str, "front": str, "target": int, "files": int, "replayed": int}],
    "findings": [{
        **PLACE, "rule": str, "tier": {"critical", "major", "minor"}, "message": str, "why": str, "instead": str,
        "direction": {"up", "down"}, "end_line": int, "end_column": int, "offset": int, "end_offset": int,
        "statement": int, "object": ({"kind": str, "name": str},),
        "locks": [{"relation": str, "mode": str, "blocks": [{"reads", "writes"}]}],
        "rewrites": [str], "scans": [str], "fingerprint": str,
        "suppressed": ({"by": {"comment", "config", "baseline"}, "reason": (str,)},)}],
    "errors": [{
        **PLACE, "kind": {"syntax", "newer-syntax", "encoding", "io", "limit", "crash", "config"},
        "scope": {"reported", "history", "down"}, "message": str}],
    "not_analyzed": [{**PLACE, "why": str}],
    "summary": {key: int for key in ("files", "statements", "critical", "major", "minor", "suppressed", "baselined",
                                     "not_analyzed")},
}


def write_all_kinds(t):
    """A folder that gives a report with something of everything; returns the arguments."""
    t.file("db/000001_a.up.sql", "CREATE TABLE users (id bigint, email text, name varchar(10));")
    t.file("db/000001_a.down.sql", "DROP TABEL users;")
    t.file("db/000002_b.up.sql", DELETE + UPDATE + "-- migvet:ignore rename-table reason: a \"view\"\n"
           "ALTER TABLE users RENAME TO people; SELEC;\nDO $$ BEGIN EXECUTE 'x' || y; END $$;\n")
    t.file("db/000003_c.up.sql", "ALTER TABLE people ALTER name TYPE int USING 1, ADD code uuid DEFAULT "
           "gen_random_uuid();\nDROP INDEX a, b;\nTRUNCATE people;")
    t.file("db/000004_d.up.sql", b"\xff\xfeSELECT")
    return ["db", "missing.sql"]


def test_the_json_contract(t):
    run = t.check("--format", "json", "--show-suppressed", *write_all_kinds(t))
    assert run.code == 2
    check_shape(run.json, REPORT)
    report = run.json
    assert report["version"] == 1 and report["tool"]["name"] == "migvet"
    assert {f["tier"] for f in report["findings"]} == {"critical", "major", "minor"}
    assert {e["kind"] for e in report["errors"]} >= {"syntax", "encoding", "io"}
    assert {e["scope"] for e in report["errors"]} == {"reported", "down"}
    assert any(f["suppressed"] for f in report["findings"])
    assert any(f["locks"] for f in report["findings"]) and any(f["rewrites"] for f in report["findings"])


def test_the_json_summary_counts_what_is_listed(t):
    report = t.json("--show-suppressed", *write_all_kinds(t))
    shown = [f for f in report["findings"] if not f["suppressed"]]
    for tier in ("critical", "major", "minor"):
        assert report["summary"][tier] == sum(f["tier"] == tier for f in shown), tier
    assert report["summary"]["suppressed"] == len(report["findings"]) - len(shown)
    assert report["summary"]["not_analyzed"] == len(report["not_analyzed"])


def test_positions_in_json_lead_to_the_text(t):
    sql = "-- ü\nSELECT 1; ALTER TABLE \"Üsers\"\n\tDROP COLUMN \"ä\", DROP b;\n"
    t.files(x=sql)
    findings = t.json("--rule", "drop-column", "x.sql")["findings"]
    assert len(findings) == 2
    lines = sql.split("\n")
    for finding in findings:
        assert finding["statement"] == 2 and finding["line"] == finding["end_line"] == 3
        by_column = lines[2][finding["column"] - 1:finding["end_column"] - 1]
        by_offset = sql.encode()[finding["offset"]:finding["end_offset"]].decode()
        assert by_column == by_offset
    assert [f["object"]["name"] for f in findings] == ['public."Üsers"."ä"', 'public."Üsers".b']


def test_fingerprints_survive_edits_elsewhere(t):
    t.files(x=DELETE + UPDATE + DELETE)
    before = [f["fingerprint"] for f in t.json("x.sql")["findings"]]
    t.files(x="SELECT 1;\n\n" + DELETE.replace(" ", " /* new */ ").replace("users", "USERS") + UPDATE + DELETE)
    assert [f["fingerprint"] for f in t.json("x.sql")["findings"]] == before
    assert len(set(before)) == 3


def test_fingerprints_tell_constants_apart(t):
    prints = []
    for constant in (1, 2):
        t.files(x=f"ALTER TABLE t ADD c int NOT NULL CHECK (c > {constant});")
        prints += [f["fingerprint"] for f in t.json("--rule", "not-null-without-default", "x.sql")["findings"]]
    assert len(set(prints)) == len(prints) == 2


def test_findings_come_in_order(t):
    t.files(a=UPDATE + DELETE, b=DELETE + UPDATE)
    assert t.check("-fjson", "b.sql", "a.sql").findings == [
        "a.sql:1 unbounded-update", "a.sql:2 unbounded-delete", "b.sql:1 unbounded-delete", "b.sql:2 unbounded-update"]


def test_text_has_the_worst_first(t):
    t.files(a=UPDATE + DELETE, b=DELETE + UPDATE)
    assert t.check("a.sql", "b.sql").findings == [
        "a.sql:2 unbounded-delete", "b.sql:1 unbounded-delete", "a.sql:1 unbounded-update", "b.sql:2 unbounded-update"]


# --- other formats


def test_gcc(t):
    t.file("000001_a.up.sql", DELETE + "SELEC;\n" + UPDATE)
    t.file("000001_a.down.sql", "")
    t.file("000002_b.up.sql", CLEAN)
    run = t.check("--format", "gcc", ".")
    lines = re.findall(r"^(\S+):(\d+):(\d+): (error|warning|note): (.*?)(?: \[([\w-]+)\])?$", run.out, re.M)
    assert len(lines) == run.out.count("\n")
    assert [(x[0], x[1], x[3], x[5]) for x in lines] == [
        ("000001_a.up.sql", "2", "error", ""),
        ("000001_a.up.sql", "1", "error", "unbounded-delete"),
        ("000001_a.up.sql", "1", "note", "irreversible-step"),
        ("000001_a.up.sql", "3", "warning", "unbounded-update"),
        ("000002_b.up.sql", "1", "note", "missing-down")]
    assert run.code == 2


def test_a_hostile_identifier_in_every_format(t):
    name = "a\x1b[31mb\r\n::error::c##[group]\u202e\x9b\x85\ufeffd"
    t.files(x=f'ALTER TABLE "{name}" DROP COLUMN "{name}";\n')
    for form in ("text", "json", "sarif", "gcc", "github"):
        run = t.check("--format", form, "x.sql")
        assert run.code == 1, form
        for text in (run.out, run.err):
            assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]", text), form
            assert "##[" not in text, form
        for line in run.out.splitlines():
            assert form == "github" or not line.lstrip().startswith("::"), form


def commands(text):
    """What GitHub's runner would take as commands: [(name, {property: value}, data)]."""
    found = []
    for line in text.splitlines():
        match = re.match(r"\s*::(\w[\w-]*)(?: (.*?))?::(.*)$", line)
        if not match:
            assert "##[" not in line
            continue
        undo = [("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")]
        pairs = dict(pair.split("=", 1) for pair in (match[2] or "").split(",") if pair)
        for old, new in undo:
            pairs = {key: value.replace(old, new) for key, value in pairs.items()}
        found.append((match[1], pairs, match[3]))
    return found


def test_github(t):
    t.files(x=DELETE + UPDATE)
    run = t.check("--format", "github", "x.sql")
    found = commands(run.out)
    assert [(name, pairs["file"], pairs["line"]) for name, pairs, _ in found] == [
        ("error", "x.sql", "1"), ("warning", "x.sql", "2")]
    assert all("users" in data for _, _, data in found)
    assert run.code == 1 and not commands(run.err)


def test_github_shows_the_worst_first_and_tells_what_is_left_out(t):
    t.files(x=UPDATE * 30 + DELETE * 30)
    found = commands(t.check("--format", "github", "x.sql").out)
    errors = [name for name, *_ in found]
    assert errors[0] == "error" and errors.count("error") <= 10 and errors.count("warning") <= 10
    assert re.search(r"\b(40|more)\b", t.last.out)


@rows(*[(name,) for name in HOSTILE])
def test_hostile_names_in_github_commands(t, name):
    t.file(name, DELETE + "SELEC;")
    run = t.check("--format", "github", name)
    found = commands(run.out)
    assert {pairs["line"] for _, pairs, _ in found} == {"1", "2"}
    assert {command for command, *_ in found} <= {"error", "warning", "notice"}
    assert not commands(run.err)
    if not re.search("[\x00-\x1f\u202e]|##", name):
        assert {pairs["file"] for _, pairs, _ in found} <= {name, "./" + name}


@rows(*[(name,) for name in HOSTILE])
def test_hostile_names_in_gcc_lines(t, name):
    t.file(name, DELETE + "SELEC;")
    run = t.check("--format", "gcc", name)
    assert run.out.count("\n") == 2 and not commands(run.out + run.err)


@rows(*[(name,) for name in HOSTILE])
def test_hostile_names_in_json(t, name):
    t.file(name, DELETE)
    assert t.json(name)["findings"][0]["file"] == name


def validate_sarif(t, run):
    t.file("report.sarif", run.raw)
    validate = ROOT / "tests/sarif/validate"
    if not validate.exists():
        t.skip("there is no tests/sarif/validate")
    done = subprocess.run([validate, t.folder / "report.sarif"], capture_output=True, text=True)
    if done.returncode == 77:  # a part of the checks cannot be had here; the others passed
        t.skip(done.stderr.strip())
    assert done.returncode == 0, done.stdout + done.stderr


def test_sarif(t):
    run = t.check("--format", "sarif", *write_all_kinds(t))
    assert run.code == 2 and run.json["version"] == "2.1.0"
    assert {r["level"] for r in run.json["runs"][0]["results"]} == {"error", "warning", "note"}
    validate_sarif(t, run)


def test_sarif_of_nothing(t):
    t.files(x=CLEAN)
    run = t.check("--format", "sarif", "x.sql")
    assert run.code == 0 and run.json["runs"][0]["results"] == []
    validate_sarif(t, run)


def test_sarif_of_hostile_names(t):
    for name in HOSTILE:
        t.file(name, DELETE + "SELEC;")
    validate_sarif(t, t.check("--format", "sarif", *HOSTILE))


def test_every_format_has_the_same_exit_code(t):
    t.files(x=DELETE, y="SELEC;", z=CLEAN)
    for form in ("text", "json", "sarif", "gcc", "github"):
        assert [t.check("-f", form, f"{name}.sql").code for name in "xyz"] == [1, 2, 0], form


# --- the same bytes every time


@rows(("text",), ("json",), ("sarif",), ("gcc",), ("github",))
def test_a_report_depends_on_nothing_else(t, form):
    paths = write_all_kinds(t) + ["z.sql", "a.sql"]
    t.files(z=DELETE, a="SELEC;" + UPDATE)
    first = t.check("--format", form, *paths)
    assert first.code == 2 and first.out
    for changes in ({"TZ": "Asia/Kathmandu"}, {"LC_ALL": "C.UTF-8"}, {"HOME": None}, {"COLUMNS": "40"},
                    {"LC_ALL": "no_SUCH"}, {"TERM": "xterm"}, {"GITHUB_ACTIONS": "true"}):
        again = t.check("--format", form, *paths, env=changes)
        assert (again.out, again.err, again.code) == (first.out, first.err, first.code), changes
    for order in (paths[::-1], paths[1:] + paths[:1], paths + paths, ["./" + p for p in paths]):
        again = t.check("--format", form, *order)
        assert (again.out, again.err, again.code) == (first.out, first.err, first.code), order


def test_files_of_a_folder_in_any_order_on_disk(t):
    t.file("a/000001_x.up.sql", "CREATE TABLE t (a int);")
    t.file("a/000002_x.up.sql", DELETE)
    for name in ("000002_x.up.sql", "000001_x.up.sql"):
        t.file(f"b/{name}", t.read(f"a/{name}"))
    first = t.check("a").out
    shutil.rmtree(t.folder / "a")
    (t.folder / "b").rename(t.folder / "a")
    assert t.check("a").out == first


def test_a_turkish_locale(t):
    made = t.shell("localedef -i tr_TR -f UTF-8 ./tr_TR.UTF-8 && LOCPATH=$PWD LC_ALL=tr_TR.UTF-8 locale charmap")
    if (made.code, made.out) != (0, "UTF-8\n"):
        t.skip("it cannot be made here")
    t.files(x="ALTER TABLE İI DROP COLUMN INDIRIM; alter table III rename column I to i;")
    expected = t.check("x.sql").out
    assert t.check("x.sql", env={"LC_ALL": "tr_TR.UTF-8", "LOCPATH": str(t.folder)}).out == expected != ""


def test_what_is_said_of_many_files(t):
    """A rule that speaks once a file is told once of many files, and each is in a report as JSON."""
    t.file("db/000_t.sql", "CREATE TABLE t (id bigint);\n")
    for i in range(1, 8):
        t.file(f"db/00{i}_c.sql", f"ALTER TABLE t ADD COLUMN c{i} text;\n")
    run = t.check("db", "--rule", "no-lock-timeout")
    assert run.findings == ["db/001_c.sql:1 no-lock-timeout"]
    assert "also:    6 more files: db/002_c.sql, db/003_c.sql ... (--format json has all)" in run.out
    assert "7 minor" in run.err
    assert len(t.check("db", "--rule", "no-lock-timeout", "--format", "json").json["findings"]) == 7
    t.file("db/006_c.sql", "-- migvet:ignore-file no-lock-timeout reason: x\nALTER TABLE t ADD COLUMN c6 text;\n")
    (t.folder / "db/007_c.sql").unlink()
    assert len(t.check("db", "--rule", "no-lock-timeout").findings) == 5
