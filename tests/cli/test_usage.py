"""Options, commands, help and exit codes."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

from harness import CLEAN, DELETE, MIGVET, ROOT, UPDATE, rows

OPTION_ROW = re.compile(r'^OPTION\(\w+, "([\w-]*)", (?:0|\'(\w)\')', re.M)


def options():
    """(name, letter) of every option; name is "" for -h."""
    return OPTION_ROW.findall((ROOT / "analyzer/cli/options.def").read_text())


def test_every_option_is_in_these_tests(t):
    tests = "".join(p.read_text() for p in Path(__file__).parent.glob("test_*.py"))
    assert len(options()) > 20
    for name, letter in options():
        used = re.search(rf"(?<![\w-])--{name}(?![\w-])", tests) if name else None
        assert used or re.search(rf"(?<![\w-])-{letter}(?![\w-])", tests), f"--{name} -{letter}"


VERSION_WANTED = "--pg-version wants a major version from 12 to 18, not "


@rows(
    ("--formt json x.sql", "unknown option --formt; did you mean --format?"),
    ("--zzzzzz x.sql", "unknown option --zzzzzz; see migvet --help"),
    ("--form json x.sql", "unknown option --form; did you mean --format?"),
    ("--form=json x.sql", "unknown option --form; did you mean --format?"),
    ("x.sql --quie", "unknown option --quie; did you mean --quiet?"),
    ("--stdin x.sql", "unknown option --stdin; did you mean --stdin-filename?"),
    ("--formt=json x.sql", "unknown option --formt; did you mean --format?"),
    ("-z x.sql", "unknown option -z; see migvet -h"),
    ("-qz x.sql", "unknown option -z; see migvet -h"),
    ("x.sql --format", "option --format wants an argument: FORMAT"),
    ("x.sql -o", "option -o wants an argument: FILE"),
    ("x.sql -qo", "option -o wants an argument: FILE"),
    ("--quiet=yes x.sql", "option --quiet takes no argument"),
    ("--format xml x.sql", 'unknown format "xml"; known are text, json, sarif, gcc and github'),
    ("--format jsn x.sql", 'unknown format "jsn"; did you mean "json"?'),
    ("--format '' x.sql", 'unknown format ""; known are text, json, sarif, gcc and github'),
    ("--pg-version 11 x.sql", VERSION_WANTED + '"11"'),
    ("--pg-version 19 x.sql", VERSION_WANTED + '"19"'),
    ("--pg-version 15x x.sql", VERSION_WANTED + '"15x"'),
    ("--pg-version 15.4 x.sql", VERSION_WANTED + '"15.4"'),
    ("--pg-version '' x.sql", VERSION_WANTED + '""'),
    ("--pg-version 4294967311 x.sql", VERSION_WANTED + '"4294967311"'),
    ("--fail-on severe x.sql", '--fail-on wants critical, major, minor or never, not "severe"'),
    ("--fail-on '' x.sql", '--fail-on wants critical, major, minor or never, not ""'),
    ("--rule unbounded-delet x.sql", 'unknown rule "unbounded-delet"; did you mean "unbounded-delete"?'),
    ("--rule quux x.sql", 'unknown rule "quux"; see migvet rules'),
    ("--color sometimes x.sql", '--color wants always, never or auto, not "sometimes"'),
    ("--config a.yml --no-config x.sql", "--config and --no-config exclude each other"),
    ("--history a --no-history x.sql", "--history and --no-history exclude each other"),
    ("--in-transaction --no-transaction x.sql", "--in-transaction and --no-transaction exclude each other"),
    ("explain --history a unbounded-delete", 'option --history does not go with "migvet explain"'),
    ("rules --fail-on major", 'option --fail-on does not go with "migvet rules"'),
    ("check --force x.sql", 'option --force does not go with "migvet check"'),
    ("init -q", 'option --quiet does not go with "migvet init"'),
    ("check", "no path given: name files or folders of migrations, or - for standard input"),
    ("rules x.sql", "rules takes no path; see migvet explain RULE"),
    ("rules --format yaml", 'rules knows the formats text, json and markdown, not "yaml"'),
    ("explain", "explain wants one rule or lock mode: migvet explain drop-column"),
    ("explain drop-column drop-table", "explain wants one rule or lock mode: migvet explain drop-column"),
    ("explain unbounded-delet", 'no rule or lock mode is called "unbounded-delet"; did you mean "unbounded-delete"?'),
    ("explain quux", 'no rule or lock mode is called "quux"; see migvet rules'),
)
def test_wrong_usage_is_told_in_one_line(t, arguments, message):
    t.files(x=DELETE)
    run = t.migvet(*shlex.split(arguments))
    assert run.err == f"migvet: {message}\n"
    assert (run.code, run.out) == (2, "")


def test_what_is_told_of_wrong_usage_is_escaped(t):
    run = t.migvet("check", "--rule", "a\x1b[31m\n::error::b", "x.sql")
    assert run.err.startswith(r'migvet: unknown rule "a\x1B[31m\n::error::b"')
    assert run.err.count("\n") == 1


def test_an_abbreviation_that_fits_several_options_is_refused(t):
    t.files(x=CLEAN)
    run = t.check("--no", "x.sql")
    assert run.code == 2 and "--no" in run.err


@rows(
    ("clean", CLEAN, [], 0),
    ("nothing", "", [], 0),
    ("a major finding", UPDATE, [], 1),
    ("a critical finding", DELETE, [], 1),
    ("major below critical", UPDATE, ["--fail-on", "critical"], 0),
    ("major at major", UPDATE, ["--fail-on", "major"], 1),
    ("major above minor", UPDATE, ["--fail-on", "minor"], 1),
    ("critical at critical", DELETE, ["--fail-on", "critical"], 1),
    ("never", DELETE, ["--fail-on", "never"], 0),
    ("a syntax error", "SELEC 1;", [], 2),
    ("a syntax error, never", "SELEC 1;", ["--fail-on", "never"], 2),
    ("a syntax error beside a finding", DELETE + "SELEC 1;", [], 2),
    ("the last option counts", DELETE, ["--fail-on", "minor", "--fail-on", "never"], 0),
)
def test_the_exit_code(t, what, sql, options, code):
    t.files(x=sql)
    assert t.check(*options, "x.sql").code == code


@rows(("major", 0), ("minor", 1), ("critical", 0), ("never", 0))
def test_a_minor_finding_and_fail_on(t, tier, code):
    t.file("db/000001_a.up.sql", CLEAN)
    t.file("db/000001_a.down.sql", "DROP TABLE notes;")
    t.file("db/000002_b.up.sql", "CREATE TABLE labels (id bigint);")
    run = t.check("--fail-on", tier, "db")
    assert run.findings == ["db/000002_b.up.sql:1 missing-down"]
    assert ": minor: " in run.out
    assert run.code == code


def test_nothing_is_printed_on_standard_output_when_all_is_clean(t):
    t.files(x=CLEAN)
    run = t.check("x.sql")
    assert (run.code, run.out) == (0, "")
    assert run.err.count("\n") == 1


@rows(("-q",), ("--quiet",))
def test_quiet_takes_the_summary_away(t, option):
    t.files(x=DELETE)
    loud, quiet = t.check("x.sql"), t.check(option, "x.sql")
    assert loud.err != "" and quiet.err == ""
    assert (quiet.out, quiet.code) == (loud.out, 1)


def test_a_path_alone_means_check(t):
    t.files(x=DELETE)
    assert str(t.migvet("x.sql"))[len("$ migvet x.sql"):] == str(t.check("x.sql"))[len("$ migvet check x.sql"):]


def test_the_name_of_a_command_wins_over_that_of_a_path(t):
    t.file("rules/001_a.sql", DELETE)
    assert "unbounded-delete " in t.migvet("rules").out
    assert t.migvet("./rules").findings == ["rules/001_a.sql:1 unbounded-delete"]
    assert t.check("rules").findings == ["rules/001_a.sql:1 unbounded-delete"]


def test_options_may_stand_before_the_command_and_behind_paths(t):
    t.files(x=DELETE)
    expected = t.check("--format", "json", "x.sql").out
    assert t.migvet("--format", "json", "check", "x.sql").out == expected
    assert t.migvet("check", "x.sql", "-fjson").out == expected
    assert t.migvet("check", "x.sql", "--format=json").out == expected


def test_two_dashes_end_the_options(t):
    t.file("-x.sql", DELETE)
    assert t.check("--", "-x.sql").findings == ["-x.sql:1 unbounded-delete"]


def test_only_one_rule_is_run(t):
    t.files(x=DELETE + UPDATE)
    assert t.check("x.sql").findings == ["x.sql:1 unbounded-delete", "x.sql:2 unbounded-update"]
    assert t.check("--rule", "unbounded-update", "x.sql").findings == ["x.sql:2 unbounded-update"]


@rows(("-V",), ("--version",))
def test_the_version(t, option):
    run = t.migvet(option)
    assert (run.code, run.err) == (0, "")
    assert re.fullmatch(r"migvet \d+\.\d+\.\d+ \(grammar of PostgreSQL \d+(\.\d+)?, targets 12 to 18\)\n", run.out)


def test_the_short_help_fits_on_a_screen(t):
    run = t.migvet("-h")
    assert (run.code, run.err) == (0, "")
    lines = run.out.splitlines()
    assert len(lines) <= 24 and max(map(len, lines)) <= 80
    for command in ("check", "explain", "rules", "init"):
        assert re.search(rf"^  {command} ", run.out, re.M)


def test_the_full_help_has_every_option(t):
    run = t.migvet("--help")
    assert (run.code, run.err) == (0, "")
    assert max(map(len, run.out.splitlines())) <= 80
    for name, letter in options():
        assert re.search(rf"^  +(-\w, )?--{name}\b" if name else rf"^  -{letter} ", run.out, re.M), name or letter
    assert not re.search(r"[ \t]$", run.out, re.M)


@rows(("check",), ("explain",), ("rules",), ("init",))
def test_help_is_there_for_every_command(t, command):
    assert t.migvet(command, "-h").out == t.migvet("-h").out
    assert t.migvet(command, "--help").code == 0


def test_without_arguments_the_short_help_is_an_error(t):
    run = t.migvet()
    assert (run.code, run.out) == (2, "")
    assert run.err == t.migvet("-h").out


# --- what is made of --help


def made(*words):
    done = subprocess.run([str(ROOT / "tools/gen-man"), *words, str(MIGVET)], capture_output=True, check=True)
    return done.stdout.decode()


def test_every_option_is_in_the_manual_page(t):
    page = made().replace("\\-", "-")
    for name, letter in options():
        wanted = f"--{name}" if name else f"-{letter}"
        assert re.search(rf"^\.B (-\w, )?{wanted}( \S+)?$", page, re.M), wanted


def test_the_manual_page_is_roff(t):
    if not shutil.which("groff"):
        t.skip("groff is not installed")
    done = subprocess.run(["groff", "-man", "-Tascii", "-ww"], input=made().encode(), capture_output=True, check=True)
    assert done.stderr == b""
    assert b"SHARE ROW EXCLUSIVE" in done.stdout


def test_every_option_is_in_the_completion(t):
    line = made("--bash")
    words = shlex.split(line)[shlex.split(line).index("-W") + 1].split()
    for name, letter in options():
        assert (f"--{name}" if name else f"-{letter}") in words
    assert {"check", "schema", "explain"} <= set(words)
