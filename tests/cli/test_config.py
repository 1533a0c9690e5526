"""The configuration: where it is found, what it does, what is told of mistakes; --print-config and init."""

import re

from harness import CLEAN, DELETE, UPDATE, rows

OFF = "rules: {unbounded-delete: off}\n"


def test_the_configuration_is_found_upward(t):
    t.file(".migvet.yml", OFF)
    t.file("a/b/001_x.sql", DELETE)
    assert t.check("a/b/001_x.sql").findings == []
    assert t.check("001_x.sql", cwd="a/b").findings == []
    assert t.check("a").findings == []


def test_the_nearest_configuration_counts(t):
    t.file(".migvet.yml", OFF)
    t.file("a/.migvet.yml", "target: 15\n")
    t.file("a/001_x.sql", DELETE)
    assert t.check("a/001_x.sql").findings == ["a/001_x.sql:1 unbounded-delete"]


def test_no_configuration_is_looked_for_above_the_repository(t):
    t.file(".migvet.yml", OFF)
    t.file("repo/001_x.sql", DELETE)
    assert t.check("repo/001_x.sql").findings == []
    (t.folder / "repo/.git").mkdir()
    assert t.check("repo/001_x.sql").findings == ["001_x.sql:1 unbounded-delete"]


@rows(("--config",), ("-c",))
def test_a_configuration_that_is_named(t, option):
    t.file(".migvet.yml", "rules: {unbounded-update: off}\n")
    t.file("other.yml", OFF)
    t.files(x=DELETE + UPDATE)
    assert t.check(option, "other.yml", "x.sql").findings == ["x.sql:2 unbounded-update"]


def test_no_configuration(t):
    t.file(".migvet.yml", OFF)
    t.files(x=DELETE)
    assert t.check("--no-config", "x.sql").findings == ["x.sql:1 unbounded-delete"]


def test_a_configuration_that_is_not_there(t):
    t.files(x=DELETE)
    run = t.check("--config", "gone.yml", "x.sql")
    assert run.code == 2 and "gone.yml: " in run.out + run.err and "No such file or directory" in run.out + run.err


def test_an_empty_configuration(t):
    t.file(".migvet.yml", "# nothing\n")
    t.files(x=DELETE)
    assert t.check("x.sql").findings == ["x.sql:1 unbounded-delete"]


@rows(
    ("an unknown key", "targt: 15\n", '1:1: unknown key "targt"; did you mean "target"?'),
    ("a key that is near none", "target: 15\ncolour: red\n", '2:1: unknown key "colour"'),
    ("an unknown rule", "rules:\n  unbounded-delet: off\n",
     '2:3: unknown rule "unbounded-delet"; did you mean "unbounded-delete"?'),
    ("an unknown rule in an override", "overrides:\n  - paths: [a]\n    rules: {unbounded-delet: off}\n",
     '3:13: unknown rule "unbounded-delet"; did you mean "unbounded-delete"?'),
    ("an unknown pack", "packs: [quux]\n", '1:9: unknown pack "quux"'),
    ("an unknown option of a rule", "rules:\n  unbounded-delete: {teir: minor}\n", '2:22: '),
    ("an unknown tier", "rules:\n  unbounded-delete: {tier: majr}\n", '2:28: tier must be critical, major or minor, not '
     '"majr"; did you mean "major"?'),
    ("a tier alone", "rules:\n  unbounded-delete: minor\n", "2:21: a tier is written {tier: minor}"),
    ("a version", "target: 11\n", "1:9: target must be a major version of PostgreSQL, 12 to 18"),
    ("a threshold", "fail_on: mjor\n", '1:10: fail_on must be never, minor, major or critical, not "mjor"; '
     'did you mean "major"?'),
    ("a list for a word", "history: [complete]\n", "1:10: history must be "),
    ("a wrong pattern", "paths: {exclude: ['../a']}\n", "1:19: "),
    ("a key that stands twice", "target: 15\ntarget: 16\n", '2:1: the key "target" already stands in line 1'),
    ("a tab", "rules:\n\tunbounded-delete: off\n", "2:1: a tab cannot indent a line: use spaces"),
    ("an open quote", "front: 'x\n", "1:8: "),
    ("an alias", "packs: &a [x]\nfront: *a\n", "1:8: "),
    ("no map", "- a\n", "1:1: a configuration must be a map of keys"),
    ("not UTF-8", b"front: \xff\n", "1:8: this is not valid UTF-8"),
    ("an option that wants a list", "rules:\n  unbounded-update: {small_tables: 7}\n", "2:36: "),
)
def test_a_mistake_in_the_configuration(t, what, content, message):
    t.file(".migvet.yml", content)
    t.files(x=DELETE)
    run = t.check("x.sql")
    assert run.code == 2
    assert len(run.errors) == 1 and run.errors[0].startswith(".migvet.yml:" + message)


def test_the_place_of_a_mistake_is_shown(t):
    t.file(".migvet.yml", "target: 15\nrules:\n  unbounded-delet: off\n")
    t.files(x=CLEAN)
    assert "  3 |   unbounded-delet: off\n    |   ^" in t.check("x.sql").out


def test_a_mistake_is_told_once_for_many_files(t):
    t.file(".migvet.yml", "rules: {quux: off}\n")
    t.file("a/001_x.sql", CLEAN)
    t.file("b/001_x.sql", CLEAN)
    t.files(y=CLEAN, z=CLEAN)
    assert len(t.check("a", "b", "y.sql", "z.sql").errors) == 1


def test_hostile_words_in_the_configuration_are_escaped(t):
    t.file(".migvet.yml", '"a\\e[31m\\n::error::b": 1\n')
    t.files(x=CLEAN)
    run = t.check("x.sql")
    assert r'"a\x1B[31m\n::error::b"' in run.errors[0] and run.code == 2


# --- what it does


def test_rules_on_off_and_tiers(t):
    t.file(".migvet.yml", "rules:\n  unbounded-delete: {tier: minor}\n  unbounded-update: off\n")
    t.files(x=DELETE + UPDATE)
    run = t.check("x.sql")
    assert run.findings == ["x.sql:1 unbounded-delete"] and ": minor: " in run.out and run.code == 0


def test_options_of_a_rule(t):
    t.file(".migvet.yml", "rules:\n  unbounded-update: {small_tables: [countries]}\n")
    t.files(x="UPDATE countries SET a = 1;\nUPDATE users SET a = 1;\n")
    assert t.check("x.sql").findings == ["x.sql:2 unbounded-update"]


@rows(("critical", 0), ("major", 1), ("never", 0))
def test_the_threshold(t, tier, code):
    t.file(".migvet.yml", f"fail_on: {tier}\n")
    t.files(x=UPDATE)
    assert t.check("x.sql").code == code
    assert t.check("--fail-on", "minor", "x.sql").code == 1


def test_the_strictest_threshold_of_several_configurations_counts(t):
    t.file("a/.migvet.yml", "fail_on: never\n")
    t.file("a/001_x.sql", CLEAN)
    t.file("b/.migvet.yml", "fail_on: critical\n")
    t.file("b/001_x.sql", UPDATE)
    assert t.check("a", "b").code == 0
    t.file("a/.migvet.yml", "fail_on: major\n")
    assert t.check("a", "b").code == 1


def test_overrides(t):
    t.file(".migvet.yml", "overrides:\n  - paths: ['legacy/**']\n    rules: {unbounded-delete: off}\n")
    t.file("legacy/001_x.sql", DELETE)
    t.file("new/001_x.sql", DELETE)
    assert t.check(".").findings == ["new/001_x.sql:1 unbounded-delete"]


def test_excluded_files(t):
    t.file(".migvet.yml", "paths: {exclude: ['**/seed*.sql', 'gen/**']}\n")
    t.file("db/seed_a.sql", DELETE)
    t.file("gen/x.sql", DELETE)
    t.file("db/x.sql", DELETE)
    run = t.check(".")
    assert run.findings == ["db/x.sql:1 unbounded-delete"] and run.notes == []


def test_an_excluded_file_that_is_named_is_noted(t):
    t.file(".migvet.yml", "paths: {exclude: ['**/seed*.sql']}\n")
    t.file("db/seed_a.sql", DELETE)
    run = t.check("db/seed_a.sql")
    assert run.code == 0 and run.findings == []
    assert len(run.notes) == 1 and run.notes[0].startswith("db/seed_a.sql: ") and "exclude" in run.notes[0]


def test_included_files(t):
    t.file(".migvet.yml", "paths: {include: ['db/migrations/**']}\n")
    t.file("db/migrations/001_x.sql", DELETE)
    t.file("db/other/001_x.sql", DELETE)
    assert t.check(".").findings == ["db/migrations/001_x.sql:1 unbounded-delete"]


def test_downs_that_are_not_wanted(t):
    t.file("db/000001_a.up.sql", CLEAN)
    assert t.check("db").findings == ["db/000001_a.up.sql:1 missing-down"]
    t.file(".migvet.yml", "downs: none\n")
    assert t.check("db").findings == []


# --- --print-config


FULL = """\
target: 16
fail_on: critical
history: complete
timeouts: external
downs: none
paths: {include: ["db/**"], exclude: ["**/seed*.sql"]}
rules:
  unbounded-delete: {tier: major}
  truncate: off
  unbounded-update: {small_tables: [countries, currencies]}
ignore_reason: required
overrides:
  - paths: ["legacy/**"]
    rules: {missing-down: off}
vars: {schema: app}
"""


def test_print_config(t):
    t.file(".migvet.yml", FULL)
    t.file("db/001_x.sql", CLEAN)
    run = t.migvet("--print-config", "db/001_x.sql")
    assert (run.code, run.err) == (0, "")
    for words in ("target: 16", "fail_on: critical", "unbounded-delete", "small_tables", "currencies", "legacy/**",
                  ".migvet.yml", 'schema: "app"'):
        assert words in run.out, words


def test_what_print_config_prints_is_a_configuration(t):
    t.file(".migvet.yml", FULL)
    printed = t.migvet("--print-config", ".").out
    t.file("again.yml", printed)
    t.file("db/001_x.sql", DELETE + UPDATE + "TRUNCATE t;")
    t.file("db/seed.sql", DELETE)
    assert t.check("-c", "again.yml", "db").out == t.check("db").out != ""
    t.file(".migvet.yml", printed)
    strip = re.compile(r" *#.*")
    assert strip.sub("", t.migvet("--print-config", ".").out) == strip.sub("", printed)


def test_print_config_without_one(t):
    run = t.migvet("--print-config", ".")
    assert run.code == 0 and "target: 15" in run.out and "fail_on: major" in run.out


def test_print_config_of_a_named_one_or_none(t):
    t.file(".migvet.yml", "target: 16\n")
    t.file("other.yml", "target: 17\n")
    assert "target: 17" in t.migvet("--print-config", ".", "--config", "other.yml").out
    assert "target: 15" in t.migvet("--print-config", ".", "--no-config").out


def test_print_config_of_a_path_that_is_not_there(t):
    run = t.migvet("--print-config", "gone/001_x.sql")
    assert (run.code, run.out, run.err) == (2, "", "migvet: gone/001_x.sql: No such file or directory\n")
    assert t.migvet("--print-config", "").code == 2


def test_print_config_of_a_broken_one(t):
    t.file(".migvet.yml", "targt: 15\n")
    run = t.migvet("--print-config", ".")
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith('migvet: .migvet.yml:1:1: unknown key "targt"')


def test_print_config_of_an_unknown_rule(t):
    t.file(".migvet.yml", "rules: {quux: off}\n")
    run = t.migvet("--print-config", ".")
    assert (run.code, run.err) == (2, 'migvet: .migvet.yml:1:9: unknown rule "quux"\n')
    assert "quux: off" in run.out


# --- init


def test_init_writes_a_configuration_that_changes_nothing(t):
    t.file("db/migrations/000001_a.up.sql", DELETE + UPDATE)
    t.file("db/migrations/000001_a.down.sql", "")
    before = t.check("db").out
    run = t.migvet("init")
    assert run.code == 0
    written = t.read(".migvet.yml")
    assert ".migvet.yml" in run.out + run.err
    assert "db/migrations" in written and "golang-migrate" in written and "#" in written
    assert t.check("db").out == before
    assert t.migvet("--print-config", ".").code == 0


def test_init_in_a_folder(t):
    (t.folder / "a").mkdir()
    assert t.migvet("init", "a").code == 0
    assert (t.folder / "a/.migvet.yml").exists() and not (t.folder / ".migvet.yml").exists()


def test_init_does_not_overwrite_unless_forced(t):
    t.file(".migvet.yml", OFF)
    run = t.migvet("init")
    assert run.code == 2 and ".migvet.yml" in run.err and "--force" in run.err
    assert t.read(".migvet.yml") == OFF
    assert t.migvet("init", "--force").code == 0
    assert t.read(".migvet.yml") != OFF


def test_init_does_not_write_through_a_link(t):
    t.file("victim.yml", "precious")
    (t.folder / ".migvet.yml").symlink_to("victim.yml")
    assert t.migvet("init", "--force").code == 2
    assert t.read("victim.yml") == "precious"


def test_init_where_there_is_no_folder(t):
    run = t.migvet("init", "gone")
    assert (run.code, run.err) == (2, "migvet: gone: not a folder\n")


def test_init_takes_one_folder(t):
    assert t.migvet("init", "a", "b").code == 2
