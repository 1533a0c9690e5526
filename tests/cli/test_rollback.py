"""migvet rollback: the matrix, the written downs, and those that it writes."""

import os
import subprocess
from pathlib import Path

from harness import MIGVET, ROOT, rows

UPS = {
    "m/000001_users.up.sql": "CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, age int DEFAULT 3);\n"
    "CREATE INDEX users_age_idx ON users (age) WHERE age > 3;\n",
    "m/000001_users.down.sql": "DROP TABLE users;\n",
    "m/000002_change.up.sql": "ALTER TABLE users RENAME COLUMN email TO mail;\n"
    "ALTER TABLE users DROP COLUMN age;\n"
    "DELETE FROM users WHERE id = 3;\n",
}


def project(t):
    for path, content in UPS.items():
        t.file(path, content)


def steps(t, *arguments):
    return [s for m in t.migvet("rollback", "--format", "json", *arguments).json["migrations"] for s in m["steps"]]


def test_text_tells_class_reason_and_down(t):
    project(t)
    run = t.migvet("rollback", "m/000002_change.up.sql")
    assert run.code == 0
    assert "m/000002_change.up.sql  (forward only; destructive)" in run.out
    assert "down     ALTER TABLE public.users RENAME COLUMN mail TO email;" in run.out
    assert "lost     the values of public.users.age" in run.out
    assert "why      the rows that it deletes from public.users are kept nowhere" in run.out
    assert "there is none" in run.out
    assert "1 forward only in 3 statements" in run.err


def test_a_dropped_column_comes_back_with_default_and_index(t):
    project(t)
    step = steps(t, "m/000002_change.up.sql")[1]
    assert step["class"] == "reversible with data loss"
    assert step["down"] == ("ALTER TABLE public.users ADD COLUMN age integer DEFAULT 3;\n"
                            "CREATE INDEX users_age_idx ON public.users USING btree (age) WHERE age > 3;\n")


def test_what_nobody_made_is_not_invented(t):
    t.file("m/000001_x.up.sql", "ALTER TABLE elsewhere DROP COLUMN note;\nDROP INDEX there_idx;\n"
                                "ALTER TABLE elsewhere ADD COLUMN city text;\nALTER TABLE elsewhere RENAME TO here;\n")
    found = steps(t, "m")
    assert [s["class"] for s in found] == ["forward only", "forward only", "reversible", "reversible"]
    assert "how column public.elsewhere.note was made is not known" in found[0]["why"]
    assert found[2]["down"] == "ALTER TABLE public.elsewhere DROP COLUMN city;\n"
    assert found[3]["down"] == "ALTER TABLE public.here RENAME TO elsewhere;\n"


def test_the_written_down_is_compared(t):
    project(t)
    t.file("m/000002_change.down.sql", "ALTER TABLE users ADD COLUMN age bigint;\n")
    written = t.migvet("rollback", "--format", "json", "m/000002_change.up.sql").json["migrations"][0]["written"]
    assert written["file"] == "m/000002_change.down.sql" and written["compared"]
    found = {(d["kind"], d["object"]) for d in written["differences"]}
    assert ("left over", "column public.users.mail") in found
    assert ("missing", "column public.users.email") in found
    assert ("different", "column public.users.age") in found
    assert ("missing", "index public.users_age_idx") in found


def test_a_down_that_fails(t):
    project(t)
    t.file("m/000002_change.down.sql", "SELECT 1;\nDROP TABLE nobody;\nALTER TABLE users RENAME email TO mail;\n")
    written = t.migvet("rollback", "--history-complete", "--format", "json", "m/000002_change.up.sql").json["migrations"][0]["written"]
    assert [f["line"] for f in written["failures"]][0] == 2
    assert not written["compared"]


def test_markdown_cannot_be_broken_out_of(t):
    t.file("m/000001_x.up.sql", 'CREATE TABLE "a|b` ```" (id int);\n')
    run = t.migvet("rollback", "--format", "markdown", "m")
    assert "### `m/000001_x.up.sql`" in run.out and "````sql" in run.out


@rows(
    ("golang-migrate", "m/000001_x.up.sql", "CREATE TABLE x (id int);\n", "m/000001_x.down.sql"),
    ("diesel", "m/20240101000000_x/up.sql", "CREATE TABLE x (id int);\n", "m/20240101000000_x/down.sql"),
    ("popx", "m/20240101000000_x.postgres.up.sql", "CREATE TABLE x (id int);\n", "m/20240101000000_x.postgres.down.sql"),
)
def test_a_missing_down_is_written_beside_the_up(t, front, up, sql, down):
    t.file(up, sql)
    if front == "diesel":
        t.file("diesel.toml", "")
    run = t.migvet("rollback", "--write", "m")
    assert run.code == 0 and f"wrote {t.folder}/{down}" in run.err and run.out == ""
    assert t.read(down).endswith("DROP TABLE public.x;\n")
    again = t.migvet("rollback", "--write", "m")
    assert again.code == 0 and "wrote" not in again.err


@rows(
    ("goose", "-- +goose Up\n", "-- +goose Down\n"),
    ("dbmate", "-- migrate:up\n", "-- migrate:down\n"),
    ("sql-migrate", "-- +migrate Up\n", "-- +migrate Down\n"),
)
def test_a_missing_section_is_added_to_the_file(t, front, up, down):
    before = up + "CREATE TABLE x (id int);"
    t.file("m/20240101000000_x.sql", before)
    run = t.migvet("rollback", "--write", "m")
    assert run.code == 0
    after = t.read("m/20240101000000_x.sql")
    assert after.startswith(before + "\n") and down in after
    assert after.endswith("DROP TABLE public.x;\n")
    document = t.migvet("rollback", "--format", "json", "m").json["migrations"][0]
    assert document["written"]["compared"] and document["written"]["differences"] == []


def test_what_is_there_is_never_changed(t):
    project(t)
    t.migvet("rollback", "--write", "m")
    assert t.read("m/000001_users.down.sql") == UPS["m/000001_users.down.sql"]
    for path in UPS:
        assert t.read(path) == UPS[path]


def test_what_cannot_be_taken_back_is_a_comment(t):
    project(t)
    t.migvet("rollback", "--write", "m")
    down = t.read("m/000002_change.down.sql")
    assert "-- cannot be taken back: DELETE FROM users WHERE id = 3\n" in down
    assert "--     lost: the values of public.users.age\n" in down
    assert down.index("DELETE") < down.index("ADD COLUMN age") < down.index("RENAME COLUMN mail TO email")


def test_nothing_is_written_where_nothing_can_be_taken_back(t):
    t.file("m/000001_x.up.sql", "DELETE FROM users WHERE id = 3;\n")
    run = t.migvet("rollback", "--write", "m")
    assert "no step of it can be taken back" in run.err
    assert not (t.folder / "m/000001_x.down.sql").exists()


def test_a_note_says_that_there_is_no_way_back(t):
    t.file("m/000001_x.up.sql", "-- migvet:irreversible the rows were wrong\nCREATE TABLE y (id int);\n")
    run = t.migvet("rollback", "--write", "m")
    assert run.code == 0 and not (t.folder / "m/000001_x.down.sql").exists()
    assert t.migvet("rollback", "--format", "json", "m").json["migrations"][0]["irreversible"] == "the rows were wrong"


def test_a_framework_without_downs_is_refused(t):
    t.file("prisma/migrations/migration_lock.toml", 'provider = "postgresql"\n')
    t.file("prisma/migrations/20240101000000_x/migration.sql", "CREATE TABLE x (id int);\n")
    run = t.migvet("rollback", "--write", "prisma/migrations")
    assert run.code == 2 and "prisma has no downs" in run.err
    assert t.migvet("rollback", "prisma/migrations").code == 0


def test_a_comment_cannot_be_left(t):
    t.file("m/000001_x.up.sql", "CREATE TABLE x (id int);\nDELETE FROM users WHERE name = 'a\nDROP TABLE users; --';\n")
    t.migvet("rollback", "--write", "m")
    assert "\nDROP TABLE users" not in t.read("m/000001_x.down.sql")


def test_an_unknown_format(t):
    t.file("m/000001_x.up.sql", "")
    run = t.migvet("rollback", "--format", "sarif", "m")
    assert run.code == 2 and "rollback knows the formats text, json and markdown" in run.err


def test_broken_sql_is_an_error_and_the_rest_is_there(t):
    t.file("m/000001_x.up.sql", "CREATE TABEL a (id int);\nCREATE TABLE b (id int);\n")
    run = t.migvet("rollback", "m")
    assert run.code == 2 and "DROP TABLE public.b;" in run.out and "it could not be read" in run.out


def test_the_report_of_check_has_the_change_of_each_migration(t):
    project(t)
    run = t.migvet("check", "--format", "json", "m")
    assert [(m["name"], m["change"]) for m in run.json["migrations"]] == [
        ("000001_users", "additive"), ("000002_change", "destructive")]
    assert "; 1 additive, 1 destructive" in run.err


def test_round_trip_on_a_server(t):
    """what migvet calls reversible is taken back on a real server"""
    if not Path("/usr/lib/postgresql/15/bin/initdb").exists():
        t.skip("no PostgreSQL 15 in /usr/lib/postgresql/15/bin")
    if t.is_sanitized:
        t.skip("the binary is slow")
    files = [str(ROOT / "tests/schema" / name) for name in ("steps.sql", "code.sql")]
    done = subprocess.run([str(ROOT / "tools/round-trip"), *files], capture_output=True, text=True,
                          env={**os.environ, "MIGVET": str(MIGVET)})
    assert done.returncode == 0, done.stdout + done.stderr
