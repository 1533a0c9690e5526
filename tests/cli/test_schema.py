"""migvet schema: SQL, JSON and text."""

import glob
import os
import subprocess

from harness import MIGVET, ROOT, Skip, rows

UPS = {
    "m/000001_users.up.sql": "CREATE TYPE plan AS ENUM ('free', 'paid');\n"
    "CREATE TABLE users (id bigint PRIMARY KEY, email varchar(80) NOT NULL, plan plan DEFAULT 'free');\n",
    "m/000001_users.down.sql": "DROP TABLE users;\nDROP TYPE plan;\n",
    "m/000002_index.up.sql": "CREATE UNIQUE INDEX users_email_idx ON users (email);\n"
    "ALTER TABLE users RENAME COLUMN email TO mail;\n",
    "m/000002_index.down.sql": "DROP INDEX users_email_idx;\n",
}


def project(t):
    for path, content in UPS.items():
        t.file(path, content)


def test_sql_is_what_an_empty_server_takes(t):
    project(t)
    run = t.migvet("schema", "m")
    assert run.code == 0
    assert "CREATE TYPE public.plan AS ENUM" in run.out
    assert "mail character varying(80) NOT NULL" in run.out
    assert "CREATE UNIQUE INDEX users_email_idx ON public.users" in run.out
    assert "email character" not in run.out
    assert "objects after 4 files" in run.err


def test_json_names_columns_and_parts(t):
    project(t)
    document = t.migvet("schema", "--format", "json", "m").json
    assert document["version"] == 1
    objects = {o["name"]: o for o in document["histories"][0]["objects"]}
    users = objects["public.users"]
    assert [c["name"] for c in users["columns"]] == ["id", "mail", "plan"]
    assert [c["nullable"] for c in users["columns"]] == [False, False, True]
    assert users["columns"][2]["default"] is True
    assert {p["kind"]: p["detail"] for p in users["parts"]} == {"primary key": "(id)", "index": "unique (mail)"}
    assert (users["file"], users["line"]) == ("m/000001_users.up.sql", 2)
    assert objects["public.plan"]["labels"] == ["free", "paid"]


def test_text_is_short(t):
    project(t)
    lines = t.migvet("schema", "--format", "text", "m").out.splitlines()
    assert "table public.users  -- m/000001_users.up.sql:2" in lines
    assert "  mail character varying(80) not null" in lines
    assert "  index users_email_idx unique (mail)" in lines


def test_up_to_the_file_that_is_named(t):
    project(t)
    assert "email" in t.migvet("schema", "--format", "text", "m/000001_users.up.sql").out
    assert "mail" in t.migvet("schema", "--format", "text", "m/000002_index.up.sql").out


def test_what_is_not_known_is_told_and_counted(t):
    t.file("001_x.sql", "ALTER TABLE elsewhere ADD COLUMN note text;\nCREATE TABLE copies AS SELECT * FROM nowhere;\n")
    run = t.migvet("schema", "001_x.sql")
    assert run.code == 0
    assert "not known" in run.err
    text = t.migvet("schema", "--format", "text", "001_x.sql").out
    assert "table public.elsewhere  -- used, but made by no migration seen" in text


def test_broken_sql_is_an_error_and_the_rest_is_there(t):
    t.file("001_x.sql", "CREATE TABLE a (id int);\nCREATE TABEL b (id int);\nCREATE TABLE c (id int);\n")
    run = t.migvet("schema", "001_x.sql")
    assert run.code == 2
    assert "-- 001_x.sql:2:8: error: syntax error" in run.out
    assert "public.a" in run.out and "public.c" in run.out


@rows(("yaml",), ("sarif",), ("",))
def test_an_unknown_format(t, name):
    t.file("001_x.sql", "")
    run = t.migvet("schema", "--format", name, "001_x.sql")
    assert run.code == 2
    assert "schema knows the formats sql, json and text" in run.err


def test_printed_schema_is_what_a_server_has_after_the_migrations(t):
    if not glob.glob("/usr/lib/postgresql/*/bin/postgres"):
        raise Skip("there is no PostgreSQL server")
    histories = [[path] for path in sorted(glob.glob("tests/schema/*.sql", root_dir=ROOT))]
    histories.append(sorted(glob.glob("fixtures/histories/shop/*.up.sql", root_dir=ROOT)))
    histories.append(["fixtures/effects/schema.sql"])
    files = [word for history in histories for word in ["--", *history]]
    run = subprocess.run(["tools/compare-schema", *files], cwd=ROOT, env={**os.environ, "MIGVET": str(MIGVET)},
                         capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.count(": the same\n") == len(histories) == 8, run.stdout
