"""--show-front: what was recognised, why, in which order, and in which transactions."""

from harness import rows

GOOSE = "-- +goose Up\nCREATE TABLE a (id bigint);\n-- +goose Down\nDROP TABLE a;\n"


def test_text(t):
    t.file("m/2_b.sql", "-- +goose NO TRANSACTION\n" + GOOSE)
    t.file("m/10_c.sql", GOOSE)
    t.file("m/11_d.go", "package m\n")
    t.file("m/notes.sql", "SELECT 1;\n")
    run = t.migvet("--show-front", "m")
    assert run.code == 0
    assert run.out == """\
m: goose, by what its files hold: comments such as "-- +goose Up"
   1. 2_b
       up   m/2_b.sql:3: transaction: per statement (-- +goose NO TRANSACTION)
       down m/2_b.sql:5: transaction: per statement (-- +goose NO TRANSACTION)
   2. 10_c
       up   m/10_c.sql:2: transaction: one per file
       down m/10_c.sql:4: transaction: one per file
  left out:
       m/11_d.go: is a program, which migvet does not read
       m/notes.sql: goose does not run a file of this name
"""


def test_json(t):
    t.file("m/1_a.up.sql", "SELECT 1;\n")
    t.file("m/2_b.up.sql", "SELECT 2;\n")
    t.file("go.mod", "module x\nrequire github.com/golang-migrate/migrate/v4 v4.18.1\n")
    report = t.migvet("check", "--show-front", "--format", "json", "m/1_a.up.sql").json
    history = report["histories"][0]
    assert report["version"] == 1 and len(report["histories"]) == 1
    assert (history["root"], history["front"], history["evidence"]) == ("m", "golang-migrate", "manifest")
    assert history["why"] == "golang-migrate in go.mod" and history["not_analyzed"] is None
    assert [m["name"] for m in history["migrations"]] == ["1_a", "2_b"]
    assert [m["reported"] for m in history["migrations"]] == [True, False]
    assert history["migrations"][0]["sections"] == [
        {"direction": "up", "file": "m/1_a.up.sql", "line": 1, "transaction": "one simple-query string", "why": None}]
    assert history["migrations"][1]["sections"] == [
        {"direction": "up", "file": "m/2_b.up.sql", "line": None, "transaction": None, "why": None}]


def test_other_databases_are_shown(t):
    t.file("m/mysql/1_a.sql", "SELECT 1;\n")
    t.file("m/postgres/1_a.sql", "SELECT 1;\n")
    run = t.migvet("--show-front", "m")
    assert run.code == 0
    assert "m/mysql: numbered, by names: numbered names such as 1_a.sql\n" \
           "  not analysed: is for MySQL (the folder is mysql)\n" \
           "  left out:\n       m/mysql/1_a.sql: is for MySQL (the folder is mysql)\n" in run.out
    assert "m/postgres: numbered" in run.out
    alone = t.migvet("--show-front", "m/mysql")
    assert alone.code == 2
    assert "m/mysql: error: holds no migrations for PostgreSQL\n" in alone.out
    json = t.migvet("--show-front", "--format", "json", "m/mysql").json
    assert json["histories"][0]["not_analyzed"] == "is for MySQL (the folder is mysql)"
    assert json["histories"][0]["left_out"][0]["kind"] == "database"


def test_the_configuration_tells(t):
    t.file("m/1_a.up.sql", "SELECT 1;\n")
    t.file(".migvet.yml", "front: sqlx\n")
    assert t.migvet("--show-front", "m").out.startswith("m: sqlx, as told: the configuration says so\n")


OWN = "front: {glob: 'db/**/*.ddl', order: path, up: '-- up', down: '-- down', transaction: file}\n"


def test_a_front_of_ones_own(t):
    t.file("db/b/1.ddl", "-- up\nCREATE TABLE b (id int);\n-- down\nDROP TABLE b;\n")
    t.file("db/a/2.ddl", "-- up\nCREATE TABLE a (id int);\n")
    t.file("db/a/x.sql", "SELECT 1;\n")
    t.file(".migvet.yml", OWN)
    assert t.migvet("--show-front", "db/b/1.ddl").out == """\
db: configured, as told: the configuration says so
   1. 2
       up   db/a/2.ddl:2: transaction: one per file
   2. 1
       up   db/b/1.ddl:2: transaction: one per file
       down db/b/1.ddl:4: transaction: one per file
  left out:
       db/a/x.sql: the configured pattern does not take it
"""
    assert t.migvet("--print-config", "db").out.count("transaction: \"file\"") == 1


@rows(
    (("--show-front",), "no path given"),
    (("--show-front", "--format", "sarif", "m"), "--show-front knows the formats text and json, not \"sarif\""),
    (("locks", "--show-front", "m"), "option --show-front does not go with \"migvet locks\""),
)
def test_usage(t, arguments, message):
    t.file("m/1_a.sql", "SELECT 1;\n")
    run = t.migvet(*arguments)
    assert run.code == 2 and message in run.err and not run.out


def test_names_are_escaped(t):
    t.file("m/1_a\x1b[2J.up.sql", "SELECT 1;\n")
    assert "\x1b" not in t.migvet("--show-front", "m").out
