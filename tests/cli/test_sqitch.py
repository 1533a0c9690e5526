"""What sqitch.conf and sqitch.plan decide; fixtures/fronts/sqitch/ has a project as a whole."""

from harness import rows

RULE = ["--rule", "drop-table"]
DROP = "DROP TABLE a;\n"


def plan(t, *lines, at="sqitch.plan"):
    t.file(at, "%syntax-version=1.0.0\n%project=x\n\n" + "".join(f"{line} 2024-01-01T00:00:00Z A <a@a.example>\n"
                                                                 for line in lines))


def order(t, path="."):
    out = t.migvet("--show-front", path).out
    return [line.split(". ")[1] for line in out.splitlines() if line[3:4].isdigit() and line[4] == "."]


def test_the_order_of_the_plan(t):
    plan(t, "zebra", "+ant [zebra]", "# no", "@v1", "-gone", "bee/hive")
    for name in ("zebra", "ant", "bee/hive"):
        t.file(f"deploy/{name}.sql", "SELECT 1;\n")
    assert order(t) == ["zebra", "ant", "bee/hive"]
    assert order(t, "deploy/bee/hive.sql") == ["zebra", "ant", "bee/hive"]
    assert order(t, "deploy/bee") == ["zebra", "ant", "bee/hive"]


@rows(
    ("the next tag", ["a", "@v1", "a"], ["a@v1", "a"]),
    ("the first tag", ["a", "@v1", "@v2", "a"], ["a@v1", "a"]),
    ("tags of other changes", ["@v0", "a", "b", "@v1", "a", "@v2"], ["a@v1", "b", "a"]),
    ("twice", ["a", "@v1", "a", "@v2", "a"], ["a@v1", "a@v2", "a"]),
)
def test_reworked_changes(t, what, lines, names):
    plan(t, *lines)
    for name in names:
        t.file(f"deploy/{name}.sql", "SELECT 1;\n")
    assert order(t) == names


def test_the_tag_whose_script_is_there(t):
    plan(t, "a", "@v1", "@v2", "a")
    t.file("deploy/a.sql", "SELECT 1;\n")
    t.file("deploy/a@v2.sql", "SELECT 1;\n")
    assert order(t) == ["a@v2", "a"]


def test_directories(t):
    t.file("sqitch.conf", '[core]\n\tengine = pg\n\ttop_dir = "sub/dir"\n[engine "pg"]\n\tdeploy_dir = up # here\n'
                          "\trevert_dir=down\n  extension = ddl\n")
    plan(t, "a", at="sub/dir/sqitch.plan")
    t.file("up/a.ddl", DROP)
    t.file("down/a.ddl", "CREATE TABLE a (id int);\n")
    run = t.check(*RULE, ".")
    assert run.findings == ["up/a.ddl:1 drop-table"]
    assert t.check(*RULE, "up").findings == ["up/a.ddl:1 drop-table"]


def test_a_plan_without_a_configuration(t):
    plan(t, "a", at="x/sqitch.plan")
    t.file("x/deploy/a.sql", DROP)
    assert t.check(*RULE, "x/deploy/a.sql").findings == ["x/deploy/a.sql:1 drop-table"]
    assert order(t) == ["a"]


def test_another_engine(t):
    t.file("sqitch.conf", "[core]\n  engine = mysql\n")
    plan(t, "a")
    t.file("deploy/a.sql", "CREATE TABLE `a` (id int);\n")
    run = t.check(".")
    assert run.code == 2 and "for MySQL (engine in sqitch.conf)" in run.out


@rows(
    ("a plan", "plan_file = ../../x.plan"),
    ("a folder", "top_dir = ../.."),
    ("scripts", "deploy_dir = /etc"),
)
def test_paths_that_lead_out(t, what, setting):
    t.file("sqitch.conf", f"[core]\n  {setting}\n")
    plan(t, "a")
    t.file("deploy/a.sql", DROP)
    assert "sqitch" not in t.migvet("--show-front", ".").out.split("\n")[0]


def test_names_that_lead_out(t):
    plan(t, "../../../etc/passwd", "/etc/passwd", "a/../../../../etc/passwd", "b")
    t.file("deploy/b.sql", DROP)
    run = t.check(*RULE, ".")
    assert order(t) == ["b"] and "passwd" not in run.out


def test_a_script_that_is_missing(t):
    plan(t, "a", "b")
    t.file("deploy/b.sql", DROP)
    run = t.check(*RULE, ".")
    assert run.code == 2 and run.errors == ["deploy/a.sql: No such file or directory"]


def test_a_script_sets_its_own_transactions(t):
    plan(t, "a", "b")
    t.file("deploy/a.sql", "BEGIN;\nCREATE INDEX CONCURRENTLY i ON t (a);\nCOMMIT;\n")
    t.file("deploy/b.sql", "CREATE INDEX CONCURRENTLY j ON t (a);\nSELECT 1;\n")
    run = t.check("--rule", "concurrently-in-transaction", ".")
    assert run.findings == ["deploy/a.sql:2 concurrently-in-transaction"]


def test_variables(t):
    t.file("sqitch.conf", '[deploy "variables"]\n  who = joe\n[core "variables"]\n  who = eve\n  s = app\n')
    plan(t, "a")
    t.file("deploy/a.sql", "DROP TABLE :s.:who;\nSELECT :'registry';\n")
    run = t.check(*RULE, ".")
    assert "dropping app.joe" in run.out and run.notes == []
    assert "dropping app.ann" in t.check(*RULE, "--var", "who=ann", ".").out


def test_a_configuration_with_odd_lines(t):
    t.file("sqitch.conf", '[core]\ntop_dir\n[\n"\\\n= x\n[core] top_dir = db\n[a "b')
    plan(t, "a", at="db/sqitch.plan")
    t.file("db/deploy/a.sql", DROP)
    assert order(t) == ["a"]
