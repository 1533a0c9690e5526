"""Placeholders with and without values, and what psql's meta-commands decide."""

from harness import rows

RULE = ["--rule", "drop-table"]


def findings(run):
    return [line.split(": ", 1)[1] for line in run.out.splitlines() if "[drop-table]" in line]


# --- placeholders


@rows(
    ("braces with a dollar", "${schema}", []),
    ("braces", "{{ schema }}", []),
    ("braces with a dot", "{{ .schema }}", []),
    ("percent", "%(schema)s", []),
    ("psql", ":schema", []),
    ("psql, quoted", ':"schema"', []),
)
def test_a_placeholder(t, what, written, options):
    sql = f"SELECT 1;\nDROP TABLE {written}.users; DROP TABLE b;\n"
    t.file("x.sql", sql)
    run = t.check(*RULE, "x.sql")
    assert run.code == 1
    assert [f for f in run.findings] == ["x.sql:2 drop-table"] * 2
    assert f"dropping {written}.users breaks" in run.out
    assert len(run.notes) == 1 and run.notes[0].startswith("x.sql:2:12: not analysed: " + written)
    assert "1 not analysed" in run.err
    column = sql.splitlines()[1].index("DROP TABLE b") + 12
    assert f"x.sql:2:{column}: critical: dropping public.b" in run.out


@rows(
    ("option", "--var schema=app"),
    ("configuration", ""),
)
def test_a_value(t, what, options):
    t.file("x.sql", "DROP TABLE ${schema}.users, z;\nDROP TABLE {{.schema}}.b; DROP TABLE c;\n")
    if not options:
        t.file(".migvet.yml", "vars: {schema: app}\n")
    run = t.check(*RULE, *options.split(), "x.sql")
    assert "dropping app.users" in run.out and "x.sql:2:12: critical: dropping app.b" in run.out
    assert "x.sql:2:38: critical: dropping public.c" in run.out
    assert run.notes == []


def test_the_option_wins_over_the_configuration(t):
    t.file(".migvet.yml", "vars: {schema: app}\n")
    t.file("x.sql", "DROP TABLE ${schema}.users;\n")
    assert "dropping web.users" in t.check("--var", "schema=app", "--var", "schema=web", "x.sql").out


def test_a_value_in_a_string_and_in_a_body(t):
    t.file("x.sql", "DO $$ BEGIN DROP TABLE ${s}.users; END $$;\nDO 'BEGIN DROP TABLE ${s}.b; END';\n")
    run = t.check(*RULE, "--var", "s=app", "x.sql")
    assert "x.sql:1:24: critical: dropping app.users" in run.out
    assert "x.sql:2:22: critical: dropping app.b" in run.out


def test_a_value_may_be_sql(t):
    t.file("x.sql", "${all}\nDROP TABLE c;\n")
    run = t.check(*RULE, "--var", "all=DROP TABLE a; DROP TABLE b;", "x.sql")
    assert run.findings == ["x.sql:1 drop-table", "x.sql:1 drop-table", "x.sql:2 drop-table"]


def test_a_default(t):
    t.file("x.sql", "DROP TABLE ${t:-a}, ${u-b};\n")
    run = t.check(*RULE, "x.sql")
    assert "dropping public.a" in run.out and run.notes == []


def test_names_are_told_apart_and_put_together(t):
    t.file("x.sql", "CREATE TABLE ${p}_a (id int);\nCREATE TABLE ${q}_a (id int);\n"
                    "CREATE INDEX i ON ${p}_a (id);\nCREATE INDEX j ON ${r}_a (id);\n")
    run = t.check("--rule", "index-not-concurrent", "x.sql")
    assert run.findings == ["x.sql:4 index-not-concurrent"]


def test_a_clause_that_is_not_known(t):
    t.file("x.sql", "CREATE TABLE a (id int) ${options};\nALTER SEQUENCE s RESTART WITH ${n};\nDROP TABLE b;\n")
    run = t.check(*RULE, "x.sql")
    assert run.findings == ["x.sql:3 drop-table"] and run.errors == [] and len(run.notes) == 2


def test_a_statement_that_is_not_known(t):
    t.file("x.sql", "${all};\nSELCT ${x};\nDROP TABLE b;\n")
    run = t.check(*RULE, "x.sql")
    assert run.findings == ["x.sql:3 drop-table"] and run.errors == []
    assert "4 not analysed" in run.err and run.code == 1


def test_only_one_note_for_each(t):
    t.file("x.sql", "DROP TABLE ${s}.a;\nDROP TABLE ${s}.b;\n")
    assert len(t.check("x.sql").notes) == 1


def test_directives_of_templates(t):
    t.file("x.sql", "{# no #}\n{% if big %}\nDROP TABLE a;\n{% else %}\nDROP TABLE b;\n{% endif %}\n"
                    "{{ if .X }}SELECT 1;{{ end }}\n")
    run = t.check(*RULE, "x.sql")
    assert len(run.findings) == 2 and run.errors == []
    assert [n.split(":")[1] for n in run.notes] == ["2", "7"]


def test_a_template_with_quotes_in_a_quoted_name(t):
    t.file("x.sql", 'DROP TABLE "{{ index .Options "Namespace" }}".a, "{{x}}".b;\nDROP TABLE c;\n')
    run = t.check(*RULE, "x.sql")
    assert 'dropping {{ index .Options "Namespace" }}.a' in run.out and run.errors == []
    assert len(run.findings) == 3 and len(run.notes) == 2


def test_a_placeholder_is_told_once_in_a_history(t):
    t.file("db/001_a.sql", "DROP TABLE ${s}.a;\n")
    t.file("db/002_b.sql", "DROP TABLE ${s}.b, ${t}.c;\n")
    assert [n.split(": ")[0] for n in t.check(*RULE, "db").notes] == ["db/001_a.sql:1:12", "db/002_b.sql:1:20"]
    assert len(t.check(*RULE, "db/002_b.sql").notes) == 2


def test_what_is_no_placeholder(t):
    t.file("x.sql", "SELECT '{{1,2},{3,4}}'::int[], a[lo:hi], a[1:2], '${x}', ':y', x::text, 5 %(2);\n"
                    "SELECT '{%}', f(a := 1); -- ${x} {{ y }}\n")
    run = t.check("x.sql")
    assert (run.code, run.out) == (0, "")


def test_a_runner_without_placeholders(t):
    """golang-migrate sends ${x} as it is: the server refuses it."""
    t.file("db/000001_a.up.sql", "DROP TABLE ${schema}.a;\n")
    run = t.check(*RULE, "db")
    assert run.code == 2 and len(run.errors) == 1


@rows(
    ("switched on", "-- +goose ENVSUB ON\n", 1, []),
    ("not switched on", "", 2, ["db/00001_a.sql"]),
)
def test_variables_of_the_environment_in_goose(t, what, switch, code, errors):
    t.file("db/00001_a.sql", f"-- +goose Up\n{switch}DROP TABLE ${{SCHEMA:-app}}.a;\nDROP TABLE ${{OTHER}}.b;\n")
    run = t.check(*RULE, "db")
    assert run.code == code and [e.split(":")[0] for e in run.errors[:1]] == errors
    assert ("dropping app.a" in run.out) == (not errors) and len(run.notes) == (not errors)


def test_templates_may_stand_in_any_framework(t):
    t.file("db/000001_a.up.sql", 'DROP TABLE {{ index .Options "Namespace" }}.a;\n')
    run = t.check(*RULE, "db")
    assert (run.code, len(run.findings), len(run.notes)) == (1, 1, 1)


@rows(
    ("no value", "schema"),
    ("no name", "=x"),
)
def test_a_mistake_on_the_command_line(t, what, given):
    t.file("x.sql", "SELECT 1;\n")
    run = t.check("--var", given, "x.sql")
    assert (run.code, run.err) == (2, f'migvet: --var wants NAME=VALUE, not "{given}"\n')


def test_a_mistake_in_the_configuration(t):
    t.file(".migvet.yml", "vars: {schema: [app]}\n")
    t.file("x.sql", "SELECT 1;\n")
    run = t.check("x.sql")
    assert run.code == 2 and run.errors == ['.migvet.yml:1:16: the value of "schema" must be a word, not a list']


def test_many_braces_take_no_long_time(t):
    t.file("x.sql", "{{ " * 200000 + "\n" + "${" * 200000 + "\n" + "{% " * 200000 + ";")
    assert t.check("x.sql").code == 2


def test_many_placeholders_in_one_statement(t):
    t.file("x.sql", "SELECT " + ", ".join("${a%d}" % i for i in range(20000)) + " ${b} ${c} ${d};\nDROP TABLE x;\n")
    run = t.check(*RULE, "x.sql")
    assert run.findings == ["x.sql:2 drop-table"] and run.errors == []


# --- psql


def test_set(t):
    t.file("x.sql", "\\set s app\n\\set t 'us' ers\n\\set q 'it''s'\nDROP TABLE :s.:t;\nSELECT :'q', :\"t\";\n")
    run = t.check(*RULE, "x.sql")
    assert "dropping app.users" in run.out and run.notes == [] and run.errors == []


def test_a_variable_that_a_shell_makes(t):
    t.file("x.sql", "\\set s `hostname`\nDROP TABLE :s.a;\n\\unset s\nDROP TABLE :s.b;\n")
    run = t.check(*RULE, "--var", "s=app", "x.sql")
    assert "dropping :s.a" in run.out and len(run.notes) == 1


@rows(
    ("true", "\\if true", "a"),
    ("a short word", "\\if ON", "a"),
    ("false", "\\if 0", "b"),
    ("elif", "\\if false\n\\elif yes\nDROP TABLE c;", "c"),
    ("a variable that is set", "\\if :{?v}", "a"),
    ("a variable that is not", "\\if :{?w}", "b"),
    ("a value", "\\if :v", "a"),
    ("in one that is false", "\\if false\n\\if true\nDROP TABLE d;\n\\endif", "b"),
)
def test_if(t, what, condition, table):
    t.file("x.sql", f"{condition}\nDROP TABLE a;\n\\else\nDROP TABLE b;\n\\endif\n"
           if "elif" not in condition else f"{condition}\n\\else\nDROP TABLE b;\n\\endif\n")
    run = t.check(*RULE, "--var", "v=1", "x.sql")
    assert [line.split("public.")[1].split()[0] for line in findings(run)] == [table]
    assert run.notes == []


def test_an_if_that_is_not_known(t):
    t.file("x.sql", "\\if :big\nDROP TABLE a;\n\\else\nDROP TABLE b;\n\\endif\nDROP TABLE c;\n")
    run = t.check(*RULE, "x.sql")
    assert run.findings == ["x.sql:2 drop-table", "x.sql:6 drop-table"]
    assert run.notes == ["x.sql:1:1: not analysed: the condition of \\if is not known; "
                         "its first branch is read, no other"]


def test_included_files(t):
    t.file("db/x.sql", "BEGIN;\n\\ir parts/a.sql\n\\i db/parts/b.sql\nCOMMIT;\n")
    t.file("db/parts/a.sql", "\\ir b.sql\nCREATE INDEX CONCURRENTLY i ON t (a)")
    t.file("db/parts/b.sql", "\ufeffDROP TABLE b;\n")
    run = t.check("--rule", "concurrently-in-transaction", "db/x.sql")
    assert run.findings == ["db/parts/a.sql:2 concurrently-in-transaction"]
    run = t.check(*RULE, "db/x.sql")
    assert run.findings[0] == "db/parts/b.sql:1 drop-table" and "b.sql:1:12: critical" in run.out
    assert "  1 | DROP TABLE b;" in run.out


@rows(
    ("that is not there", "nope.sql", "No such file or directory"),
    ("outside", "../../etc/passwd", "it lies outside of the repository"),
    ("absolute", "/etc/passwd", "it lies outside of the repository"),
    ("itself", "x.sql", "it includes itself"),
    ("a folder", "db", "is a directory"),
    ("a link that leads out", "link.sql", "is a symbolic link that leads out of the repository"),
)
def test_a_file_that_is_not_included(t, what, name, why):
    t.file("db/empty", "")
    (t.folder / "link.sql").symlink_to("/etc/passwd")
    t.file("x.sql", f"SELECT 1;\n\\ir {name}\nDROP TABLE a;\n")
    run = t.check(*RULE, "x.sql")
    assert run.errors == [f"x.sql:2:1: \\ir cannot read {name}: {why}"]
    assert run.code == 2 and run.findings == ["x.sql:3 drop-table"]
    assert "root:" not in run.out


def test_an_include_that_cannot_be_read_in_the_history_is_no_error(t):
    t.file("db/001_a.sql", "\\i nope.sql\n")
    t.file("db/002_b.sql", "SELECT 1;\n")
    run = t.check("db/002_b.sql")
    assert run.code == 0


def test_includes_that_go_in_circles_and_multiply(t):
    t.file("x.sql", "\\i a.sql\n" * 50)
    for here, there in ("ab", "bc", "cd", "de"):
        t.file(f"{here}.sql", f"\\i {there}.sql\n" * 50)
    t.file("e.sql", "\\i a.sql\n")
    run = t.check("x.sql")
    assert run.code == 2 and "more than 1000 files are included" in run.out


def test_includes_that_are_too_deep(t):
    for i in range(30):
        t.file(f"f{i}.sql", f"\\i f{i + 1}.sql\n")
    run = t.check("f0.sql")
    assert run.errors == ["f16.sql:1:1: \\i cannot read f17.sql: files are included more than 16 deep"]


def test_known_commands_are_no_gap(t):
    t.file("x.sql", "\\echo hello\n\\timing on\n\\pset pager off\n\\c other\n\\dt\n\\x\nDROP TABLE a; \\g\n\\copy t from stdin\n"
                    "1\t:x\n\\.\nCOPY t FROM stdin;\n{{ x }}\n\\.\n")
    run = t.check(*RULE, "x.sql")
    assert run.notes == [] and run.findings == ["x.sql:7 drop-table"]


def test_commands_that_are_gaps(t):
    t.file("x.sql", "SELECT 'DROP TABLE a' \\gexec\n\\! rm x\n\\frobnicate\n\\i :file\n")
    notes = [n.split("not analysed: ")[1] for n in t.check("x.sql").notes]
    assert notes == ["\\gexec runs the statements that a query returns", "\\! runs a command of the shell",
                     "psql has no command \\frobnicate", "which file \\i reads is not known"]


def test_quit(t):
    t.file("x.sql", "\\ir y.sql\nDROP TABLE a;\n\\q\nDROP TABLE b;\n")
    t.file("y.sql", "DROP TABLE c;\n\\q\nnot SQL\n")
    run = t.check(*RULE, "x.sql")
    assert run.findings == ["x.sql:2 drop-table", "y.sql:1 drop-table"] and run.errors == []


def test_an_included_file_is_analysed_where_it_is_included(t):
    t.file("db/x.sql", "\\ir parts/a.sql\n")
    t.file("db/parts/a.sql", "DROP TABLE a;\n")
    assert t.check(*RULE, "db").findings == ["db/parts/a.sql:1 drop-table"]
    assert t.check(*RULE, "db/parts/a.sql").findings == ["db/parts/a.sql:1 drop-table"]
