"""What servers do against what people expect: each row is what PostgreSQL 12 to 18 did, as recorded with tables of
1000 rows. The numbers group what belongs together; rules that speak of it must say the same, or nothing.
"""

from harness import rows

BEFORE = """
CREATE TABLE t (id bigint PRIMARY KEY, vc varchar(20), txt text, n numeric(10,2), ts timestamp(3), tsz timestamptz,
    ch char(8), i int, e text, nn int);
CREATE INDEX t_vc ON t (vc);
CREATE TABLE parent (id int PRIMARY KEY, name varchar(10) UNIQUE);
CREATE TABLE child (id int PRIMARY KEY, parent_id int REFERENCES parent, name varchar(10) REFERENCES parent (name));
CREATE TABLE loose (id int, parent_id int);
CREATE TABLE pt (id int NOT NULL, k int NOT NULL) PARTITION BY RANGE (k);
CREATE TABLE pt_1 PARTITION OF pt FOR VALUES FROM (0) TO (10);
CREATE TABLE pt_rest PARTITION OF pt DEFAULT;
CREATE TABLE apart (id int NOT NULL, k int NOT NULL);
CREATE TABLE ph (id int, k int) PARTITION BY RANGE (k);
CREATE TABLE ph_1 PARTITION OF ph FOR VALUES FROM (0) TO (10);
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE DOMAIN plain AS int;
CREATE TABLE priced (id int PRIMARY KEY, price positive);
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE felt (id int, m mood);
CREATE TABLE counted (id serial PRIMARY KEY, v int);
CREATE TABLE numbered (id int GENERATED ALWAYS AS IDENTITY, v int);
CREATE TABLE viewed (id int PRIMARY KEY, v varchar(20));
CREATE VIEW of_viewed AS SELECT id, v FROM viewed;
CREATE MATERIALIZED VIEW mv AS SELECT id, i FROM t;
CREATE UNIQUE INDEX mv_id ON mv (id);
CREATE FUNCTION unlabelled() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;
CREATE FUNCTION constant() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION stable() RETURNS int STABLE LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;
CREATE FUNCTION fires() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER fired BEFORE INSERT ON loose FOR EACH ROW EXECUTE FUNCTION fires();
"""
TABLES = "t parent child loose pt apart ph priced felt counted numbered viewed".split()
FILL = "".join(f"INSERT INTO {table} SELECT;\n" for table in TABLES)  # some rows, nobody knows which
ALL = "12 13 14 15 16 17 18"
NOTHING = {"rewrites": [], "rebuilds": [], "scans": []}


def surprises(*table):
    """Rows of (versions, migration, what its last statement does), named by the migration."""
    return rows(*[(sql, versions, expected) for versions, sql, expected in table])


def plain(name):
    return name.removeprefix("public.")


def last(t, sql, version, *arguments):
    """The statement that comes last, with the others before it in its migration."""
    t.file("db/000001_before.up.sql", BEFORE + FILL)
    t.file("db/000002_now.up.sql", sql + ";\n")
    found = t.migvet("locks", "--history-complete", "--format", "json", "--pg-version", version, *arguments,
                     "db/000002_now.up.sql").json  # fmt: skip
    if any(error["kind"] == "newer-syntax" for error in found["errors"]) and t.grammar < 18:
        t.skip("the grammar does not know it")
    assert found["errors"] == []
    return found["statements"][-1]


def seen(statement):
    return {
        "rewrites": sorted(plain(name) for name in statement["rewrites"]),
        "rebuilds": sorted(plain(name) for name in statement["rebuilds"]),
        "scans": sorted(plain(name) for name in statement["scans"]),
        "locks": sorted(f"{plain(lock['relation'])} {lock['mode']}" for lock in statement["locks"]
                        if "index" not in lock["kind"]),
        "fails": statement["fails"]["sqlstate"] if statement["fails"] and statement["fails"]["certain"] else None,
        "in_transaction_ok": statement["in_transaction_ok"],
    }  # fmt: skip


def check(t, sql, versions, expected):
    for version in versions.split():
        found = seen(last(t, sql, version))
        for key, value in expected.items():
            assert found[key] == value, f"{key} on {version}: {found[key]}"


def rewrites(*names, **more):
    return {"rewrites": list(names), **more}


def locks(*which, **more):
    return {"locks": sorted(which), **more}


# --- rewrites nobody expects, and those that are expected and do not come


@surprises(
    # 1
    (ALL, "ALTER TABLE t ADD c positive", rewrites("t")),
    (ALL, "ALTER TABLE t ADD c positive DEFAULT NULL", rewrites("t")),
    (ALL, "ALTER TABLE t ADD c positive DEFAULT 1", rewrites("t")),
    (ALL, "ALTER TABLE t ADD c plain", NOTHING),
    (ALL, "ALTER TABLE t ADD c positive[]", rewrites()),
    # 2
    ("12", "CREATE DOMAIN d AS float DEFAULT random(); ALTER TABLE t ADD c d", rewrites()),
    ("13 18", "CREATE DOMAIN d AS float DEFAULT random(); ALTER TABLE t ADD c d", rewrites("t")),
    # 3
    (ALL, "ALTER TABLE t ADD c serial", rewrites("t")),
    (ALL, "ALTER TABLE t ADD c int GENERATED ALWAYS AS IDENTITY", rewrites("t")),
    (ALL, "ALTER TABLE t ADD c int GENERATED ALWAYS AS (i + 1) STORED", rewrites("t")),
    ("18", "ALTER TABLE t ADD c int GENERATED ALWAYS AS (i + 1) VIRTUAL", NOTHING),
    ("18", "ALTER TABLE t ADD c int GENERATED ALWAYS AS (i + 1) VIRTUAL NOT NULL", rewrites(scans=["t"])),
    ("12 17", "ALTER TABLE t ADD c int GENERATED ALWAYS AS (i + 1) VIRTUAL", {"fails": "42601"}),
    # 4
    (ALL, "ALTER TABLE t SET UNLOGGED", rewrites("t")),
    (ALL, "ALTER TABLE t SET LOGGED", rewrites()),
    ("15 18", "ALTER TABLE t SET ACCESS METHOD heap", rewrites()),
    (ALL, "CLUSTER t USING t_pkey", rewrites("t", locks=["t ACCESS EXCLUSIVE"])),
    (ALL, "REFRESH MATERIALIZED VIEW mv", rewrites("mv", locks=["mv ACCESS EXCLUSIVE", "t ACCESS SHARE"])),
    # 6
    (ALL, "ALTER TABLE t ADD c timestamptz DEFAULT now()", NOTHING),
    (ALL, "ALTER TABLE t ADD c text DEFAULT current_setting('timezone')", NOTHING),
    (ALL, "ALTER TABLE t ADD c timestamp DEFAULT timezone('utc', now())", NOTHING),
    (ALL, "ALTER TABLE t ADD c int DEFAULT stable()", NOTHING),
    (ALL, "ALTER TABLE t ADD c int DEFAULT constant()", NOTHING),
    (ALL, "ALTER TABLE t ADD c int DEFAULT unlabelled()", rewrites("t")),
    (ALL, "ALTER TABLE t ADD c float DEFAULT random()", rewrites("t")),
    (ALL, "ALTER TABLE t ADD c timestamptz DEFAULT clock_timestamp()", rewrites("t")),
    ("13 18", "ALTER TABLE t ADD c uuid DEFAULT gen_random_uuid()", rewrites("t")),
    # 7
    (ALL, "ALTER TABLE t ALTER vc TYPE varchar(40)", NOTHING),
    (ALL, "ALTER TABLE t ALTER vc TYPE text", NOTHING),
    (ALL, "ALTER TABLE t ALTER n TYPE numeric(12,2)", NOTHING),
    (ALL, "ALTER TABLE t ALTER n TYPE numeric", NOTHING),
    (ALL, "ALTER TABLE t ALTER ts TYPE timestamp(6)", NOTHING),
    (ALL, "SET timezone = 'UTC'; ALTER TABLE t ALTER tsz TYPE timestamp", NOTHING),
    (ALL, "SET timezone = 'Europe/London'; ALTER TABLE t ALTER tsz TYPE timestamp", rewrites("t")),
    (ALL, "ALTER TABLE t ALTER i TYPE plain", NOTHING),
    (ALL, "ALTER TABLE priced ALTER price TYPE int", NOTHING),
    (ALL, "ALTER TABLE t ALTER vc TYPE varchar(40) USING vc", NOTHING),
    # 8
    (ALL, "ALTER TABLE t ALTER ch TYPE char(9)", rewrites("t")),
    (ALL, "ALTER TABLE t ALTER txt TYPE varchar(100)", rewrites("t")),
    (ALL, "ALTER TABLE t ALTER n TYPE numeric(12,3)", rewrites("t")),
    (ALL, "SET timezone = 'UTC'; ALTER TABLE t ALTER ts TYPE timestamptz(3)", rewrites("t")),
    (ALL, "SET timezone = 'UTC'; ALTER TABLE t ALTER ts TYPE timestamptz USING ts AT TIME ZONE 'UTC'", rewrites("t")),
    (ALL, "ALTER TABLE t ALTER vc TYPE text USING trim(vc)", rewrites("t")),
    (ALL, "ALTER TABLE t ALTER i TYPE positive", rewrites("t")),
    (ALL, "ALTER TABLE felt ALTER m TYPE text", rewrites("felt")),
)
def test_rewrites(t, sql, versions, expected):
    check(t, sql, versions, expected)


@surprises(
    # 9
    (ALL, "CREATE INDEX x ON t (lower(vc)); ALTER TABLE t ALTER vc TYPE varchar(40)",
     {"rewrites": [], "rebuilds": ["x"], "scans": ["t"]}),
    (ALL, "CREATE INDEX x ON t (vc) WHERE i > 0; ALTER TABLE t ALTER vc TYPE varchar(40)", {"rebuilds": ["x"]}),
    (ALL, "ALTER TABLE t ADD CHECK (vc <> '') NOT VALID; ALTER TABLE t ALTER vc TYPE varchar(40)", {"scans": []}),
    (ALL, "ALTER TABLE t ADD CHECK (vc <> ''); ALTER TABLE t ALTER vc TYPE varchar(40)", {"scans": ["t"]}),
    (ALL, "ALTER TABLE t ALTER vc TYPE varchar(20) COLLATE \"C\"", {"rewrites": [], "rebuilds": ["t_vc"]}),
    # 10
    (ALL, "ALTER TABLE t ALTER vc TYPE varchar(20)", locks("t ACCESS EXCLUSIVE", rewrites=[], rebuilds=[])),
    # 11
    (ALL, "ALTER TABLE child ALTER parent_id TYPE bigint",
     locks("child ACCESS EXCLUSIVE", "parent ACCESS EXCLUSIVE", rewrites=["child"])),
    (ALL, "ALTER TABLE child ALTER name TYPE varchar(20)",
     locks("child ACCESS EXCLUSIVE", "parent ACCESS EXCLUSIVE", scans=[])),
    (ALL, "ALTER TABLE viewed ALTER v TYPE text", {"fails": "0A000"}),
    ("12 14", "CREATE TABLE g (a int, b int GENERATED ALWAYS AS (a) STORED); ALTER TABLE g ALTER a TYPE bigint",
     {"fails": "42601"}),
    ("15 18", "CREATE TABLE g (a int, b int GENERATED ALWAYS AS (a) STORED); ALTER TABLE g ALTER a TYPE bigint",
     {"fails": "0A000"}),
)  # fmt: skip
def test_types_change_without_a_rewrite(t, sql, versions, expected):
    check(t, sql, versions, expected)


# --- locks


@surprises(
    # 13
    (ALL, "ALTER TABLE loose ADD FOREIGN KEY (parent_id) REFERENCES parent",
     locks("loose SHARE ROW EXCLUSIVE", "parent SHARE ROW EXCLUSIVE")),
    (ALL, "ALTER TABLE loose ADD FOREIGN KEY (parent_id) REFERENCES parent NOT VALID",
     locks("loose SHARE ROW EXCLUSIVE", "parent SHARE ROW EXCLUSIVE", scans=[])),
    (ALL, "ALTER TABLE child DROP CONSTRAINT child_parent_id_fkey",
     locks("child ACCESS EXCLUSIVE", "parent ACCESS EXCLUSIVE")),
    (ALL, "DROP TABLE child", locks("child ACCESS EXCLUSIVE", "parent ACCESS EXCLUSIVE")),
    (ALL, "CREATE TABLE fresh (p int REFERENCES parent)", locks("parent SHARE ROW EXCLUSIVE")),
    # 14
    (ALL, "CREATE TABLE pt_2 PARTITION OF pt FOR VALUES FROM (10) TO (20)",
     locks("pt ACCESS EXCLUSIVE", "pt_rest ACCESS EXCLUSIVE", scans=["pt_rest"])),
    (ALL, "DROP TABLE pt_1", locks("pt ACCESS EXCLUSIVE", "pt_1 ACCESS EXCLUSIVE", "pt_rest ACCESS EXCLUSIVE")),
    # 15
    (ALL, "ALTER TABLE pt ATTACH PARTITION apart FOR VALUES FROM (10) TO (20)",
     locks("apart ACCESS EXCLUSIVE", "pt SHARE UPDATE EXCLUSIVE", "pt_rest ACCESS EXCLUSIVE",
           scans=["apart", "pt_rest"])),
    (ALL, "ALTER TABLE apart ADD CHECK (k >= 10 AND k < 20); "
          "ALTER TABLE pt ATTACH PARTITION apart FOR VALUES FROM (10) TO (20)", {"scans": ["pt_rest"]}),
    (ALL, "ALTER TABLE apart ADD CHECK (k >= 10 AND k < 20) NOT VALID; "
          "ALTER TABLE pt ATTACH PARTITION apart FOR VALUES FROM (10) TO (20)", {"scans": ["apart", "pt_rest"]}),
    # 16
    ("12 13", "ALTER TABLE ph DETACH PARTITION ph_1", locks("ph ACCESS EXCLUSIVE", "ph_1 SHARE UPDATE EXCLUSIVE")),
    ("14 18", "ALTER TABLE ph DETACH PARTITION ph_1", locks("ph ACCESS EXCLUSIVE", "ph_1 ACCESS EXCLUSIVE")),
    ("14 18", "ALTER TABLE ph DETACH PARTITION ph_1 CONCURRENTLY", {"in_transaction_ok": False}),
    # 17
    (ALL, "CREATE TRIGGER x BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION fires()", locks("t SHARE ROW EXCLUSIVE")),
    (ALL, "DROP TRIGGER fired ON loose", locks("loose ACCESS EXCLUSIVE")),
    (ALL, "ALTER TRIGGER fired ON loose RENAME TO y", locks("loose ACCESS EXCLUSIVE")),
    (ALL, "ALTER TABLE t ENABLE ROW LEVEL SECURITY", locks("t ACCESS EXCLUSIVE")),
    (ALL, "ALTER TABLE t ALTER i SET DEFAULT 1", locks("t ACCESS EXCLUSIVE")),
    (ALL, "ALTER TABLE t ALTER i SET STATISTICS 100", locks("t SHARE UPDATE EXCLUSIVE")),
    (ALL, "ALTER TABLE t SET (fillfactor = 70)", locks("t SHARE UPDATE EXCLUSIVE")),
    (ALL, "COMMENT ON TABLE t IS 'x'", locks("t SHARE UPDATE EXCLUSIVE")),
    (ALL, "CREATE STATISTICS s ON i, vc FROM t", locks("t SHARE UPDATE EXCLUSIVE")),
    (ALL, "COMMENT ON TRIGGER fired ON loose IS 'x'", locks("loose ACCESS SHARE")),
    # 19
    (ALL, "CREATE INDEX IF NOT EXISTS t_vc ON t (id)", locks("t SHARE", scans=[])),
    (ALL, "ALTER TABLE t ADD COLUMN IF NOT EXISTS i text", locks("t ACCESS EXCLUSIVE", rewrites=[])),
    (ALL, "ALTER TABLE t DROP COLUMN IF EXISTS nosuch", locks("t ACCESS EXCLUSIVE")),
    (ALL, "DROP TRIGGER IF EXISTS nosuch ON t", locks()),
    # 20
    (ALL, "ALTER DOMAIN positive ADD CONSTRAINT small CHECK (VALUE < 9)", locks("priced SHARE", scans=["priced"])),
    (ALL, "ALTER DOMAIN positive ADD CONSTRAINT small CHECK (VALUE < 9) NOT VALID", locks(scans=[])),
    (ALL, "ALTER TYPE mood ADD VALUE 'glad'", locks()),
    (ALL, "DROP DOMAIN positive CASCADE", locks("priced ACCESS EXCLUSIVE")),
    # 21
    (ALL, "CREATE OR REPLACE VIEW of_viewed AS SELECT id, v FROM viewed WHERE id > 1",
     locks("of_viewed ACCESS EXCLUSIVE", "viewed ACCESS SHARE")),
    (ALL, "REFRESH MATERIALIZED VIEW CONCURRENTLY mv", {"in_transaction_ok": True}),
)  # fmt: skip
def test_locks(t, sql, versions, expected):
    check(t, sql, versions, expected)


# 18: the same index, by the word that is used


@rows(("ALTER INDEX t_vc RENAME TO x", "SHARE UPDATE EXCLUSIVE"), ("ALTER TABLE t_vc RENAME TO x", "ACCESS EXCLUSIVE"))
def test_renamed_index(t, sql, mode):
    for version in ALL.split():
        assert [lock["mode"] for lock in last(t, sql, version)["locks"]] == [mode]


# --- what a transaction may hold


@surprises(
    # 22
    (ALL, "CLUSTER t USING t_pkey", True),
    (ALL, "REINDEX TABLE t", True),
    (ALL, "ALTER TYPE mood ADD VALUE 'glad'", True),
    (ALL, "CHECKPOINT", True),
    ("12 13", "REINDEX TABLE pt", True),
    ("14 18", "REINDEX TABLE pt", False),
    (ALL, "VACUUM t", False),
    (ALL, "CLUSTER", False),
    (ALL, "REINDEX SCHEMA public", False),
    (ALL, "REINDEX TABLE CONCURRENTLY t", False),
    (ALL, "CREATE INDEX CONCURRENTLY x ON t (i)", False),
    (ALL, "DROP INDEX CONCURRENTLY t_vc", False),
    (ALL, "ALTER SYSTEM SET work_mem = '1MB'", False),
    (ALL, "DISCARD ALL", False),
)
def test_in_a_transaction(t, sql, versions, allowed):
    check(t, sql, versions, {"in_transaction_ok": allowed})


def test_a_block_is_a_transaction_for_what_refuses_one(t):
    check(t, "DO $$ BEGIN VACUUM t; END $$", ALL, {"fails": "25001"})


# 23


@rows(
    ("ALTER TABLE t ADD CONSTRAINT x CHECK (i > 0) NOT VALID, VALIDATE CONSTRAINT x",),
    ("BEGIN; ALTER TABLE t ADD CONSTRAINT x CHECK (i > 0) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT x",),
)
def test_validated_in_the_same_transaction(t, sql):
    assert last(t, sql, "15")["scans"] == ["public.t"]
    t.file("db/000002_now.up.sql", sql + "; COMMIT;\n" if sql.startswith("BEGIN") else sql + ";\n")
    assert "validate-in-same-transaction" in t.migvet("check", "db/000002_now.up.sql").out


# --- NOT NULL


def proved(condition, more=""):
    return f"ALTER TABLE t ADD CONSTRAINT x CHECK ({condition}){more}; ALTER TABLE t ALTER nn SET NOT NULL"


@rows(
    # 24
    (proved("nn IS NOT NULL"), []),
    (proved("NOT (nn IS NULL)"), []),
    (proved("nn IS DISTINCT FROM NULL"), []),
    (proved("nn IS NOT NULL AND i > 0"), []),
    (proved("nn IS NOT NULL", " NO INHERIT"), []),
    (proved("nn > 0"), ["t"]),
    (proved("coalesce(nn, 0) > 0"), ["t"]),
    (proved("nn IS NOT NULL OR i > 0"), ["t"]),
    (proved("nn IS NOT NULL", " NOT VALID"), ["t"]),
    ("ALTER TABLE t ADD CONSTRAINT x CHECK (nn IS NOT NULL); "
     "ALTER TABLE t ALTER nn SET NOT NULL, DROP CONSTRAINT x", ["t"]),
)  # fmt: skip
def test_proofs_of_not_null(t, sql, scans):
    check(t, sql, ALL, {"scans": scans})


@surprises(
    # 25
    ("18", "ALTER TABLE t ADD CONSTRAINT x NOT NULL nn NOT VALID", locks("t ACCESS EXCLUSIVE", scans=[])),
    ("18", "ALTER TABLE t ADD CONSTRAINT x NOT NULL nn NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT x",
     locks("t SHARE UPDATE EXCLUSIVE", scans=["t"])),
    ("18", "ALTER TABLE t ADD CONSTRAINT x NOT NULL nn NOT VALID; ALTER TABLE t ALTER nn SET NOT NULL",
     locks("t ACCESS EXCLUSIVE", scans=["t"])),
    ("18", "ALTER TABLE loose ADD CONSTRAINT x NOT NULL id NOT VALID; ALTER TABLE loose ADD PRIMARY KEY (id)",
     {"fails": "55000"}),
    # 26
    (ALL, "CREATE UNIQUE INDEX x ON loose (id); ALTER TABLE loose ADD PRIMARY KEY USING INDEX x",
     locks("loose ACCESS EXCLUSIVE", scans=["loose"])),
    # 28
    (ALL, "ALTER TABLE t ADD c int CHECK (c > 0)", {"rewrites": [], "scans": ["t"]}),
    (ALL, "ALTER TABLE t ADD c int REFERENCES parent", {"scans": []}),
    (ALL, "ALTER TABLE t ADD c int DEFAULT NULL REFERENCES parent", {"scans": ["parent", "t"]}),
)  # fmt: skip
def test_not_null_and_new_columns(t, sql, versions, expected):
    check(t, sql, versions, expected)


# --- what is left behind


def schema(t, sql):
    t.file("db/000001_before.up.sql", BEFORE)
    t.file("db/000002_now.up.sql", sql)
    return t.migvet("schema", "--history-complete", "db").out


def test_a_serial_column_keeps_an_integer_sequence(t):  # 12
    printed = schema(t, "ALTER TABLE counted ALTER id TYPE bigint; ALTER TABLE numbered ALTER id TYPE bigint;")
    assert "CREATE SEQUENCE public.counted_id_seq AS integer" in printed
    assert "id bigint" in printed.split("CREATE TABLE public.numbered")[1].split(";")[0]


def test_dropping_the_primary_key_leaves_not_null(t):  # 27
    table = schema(t, "ALTER TABLE viewed DROP CONSTRAINT viewed_pkey;").split("CREATE TABLE public.viewed")[1]
    assert "id integer NOT NULL" in table.split(";")[0]


def test_a_view_of_everything_does_not_get_new_columns(t):  # 33
    sql = "CREATE VIEW every AS SELECT * FROM loose; ALTER TABLE loose ADD c int; SELECT c FROM every"
    assert seen(last(t, sql, "15"))["fails"] == "42703"


def test_a_renamed_column_keeps_its_name_in_views(t):  # 33
    sql = "ALTER TABLE viewed RENAME v TO w; SELECT v FROM of_viewed"
    assert seen(last(t, sql, "15"))["fails"] is None


# --- what the rules say


def findings(t, sql, *arguments):
    t.file("db/000001_before.up.sql", BEFORE + FILL)
    t.file("db/000002_now.up.sql", sql + ";\n")
    return t.migvet("check", "--format", "json", *arguments, "db/000002_now.up.sql").json["findings"]


def rules(t, sql, *arguments):
    return {finding["rule"] for finding in findings(t, sql, *arguments)}


@rows(
    # those that are expected to be dangerous, and are not
    ("ALTER TABLE t ALTER vc TYPE varchar(40)", "retype-column"),
    ("ALTER TABLE t ADD c timestamptz DEFAULT now()", "volatile-default"),
    ("ALTER TABLE t ADD c int DEFAULT stable()", "volatile-default"),
    ("ALTER TABLE t ADD c plain", "add-constrained-domain-column"),
    (proved("nn IS NOT NULL"), "set-not-null"),
    ("ALTER DOMAIN positive ADD CONSTRAINT small CHECK (VALUE < 9) NOT VALID", "domain-constraint-scan"),
)
def test_silent(t, sql, rule):
    assert rule not in rules(t, sql)


@rows(
    ("ALTER TABLE t ADD c positive", "add-constrained-domain-column"),  # 1
    ("ALTER TABLE t ADD c serial", "add-serial-column"),  # 3
    ("ALTER TABLE t ADD c int GENERATED ALWAYS AS IDENTITY", "add-identity-column"),
    ("ALTER TABLE t ADD c int GENERATED ALWAYS AS (i) STORED", "add-stored-generated-column"),
    ("CLUSTER t USING t_pkey", "cluster"),  # 4
    ("TRUNCATE loose", "truncate"),  # 5
    ("ALTER TABLE t ADD c int DEFAULT unlabelled()", "volatile-default"),  # 6
    ("ALTER TABLE felt ALTER m TYPE text", "retype-column"),  # 8
    ("ALTER TABLE t ALTER txt TYPE varchar(100)", "narrow-column"),
    ("CREATE INDEX x ON t (lower(vc)); ALTER TABLE t ALTER vc TYPE varchar(40)", "retype-column"),  # 9
    ("ALTER TABLE t ADD CHECK (vc <> ''); ALTER TABLE t ALTER vc TYPE varchar(40)", "retype-column"),
    ("ALTER TABLE loose ADD FOREIGN KEY (parent_id) REFERENCES parent", "foreign-key-without-not-valid"),  # 13
    ("ALTER TABLE pt ATTACH PARTITION apart FOR VALUES FROM (10) TO (20)", "attach-partition-scan"),  # 15
    ("ALTER TABLE ph DETACH PARTITION ph_1", "detach-partition-not-concurrent"),  # 16
    ("ALTER DOMAIN positive ADD CONSTRAINT small CHECK (VALUE < 9)", "domain-constraint-scan"),  # 20
    (proved("nn > 0"), "set-not-null"),  # 24
    ("CREATE UNIQUE INDEX CONCURRENTLY x ON loose (id); ALTER TABLE loose ADD PRIMARY KEY USING INDEX x",
     "primary-key-on-nullable"),  # 26
    ("ALTER TABLE t ADD c int CHECK (c > 0)", "add-column-with-check"),  # 28
    ("CREATE INDEX CONCURRENTLY IF NOT EXISTS x ON t (i)", "concurrent-index-if-not-exists"),  # 31
)  # fmt: skip
def test_reported(t, sql, rule):
    assert rule in rules(t, sql)


@rows(
    ("truncate", "REPEATABLE READ"),  # 5
    ("drop-index-not-concurrent", "waits for every running query"),  # 29
    ("index-not-concurrent", "one at a time"),  # 30
    ("index-not-concurrent", "INVALID"),  # 31
    ("reindex-not-concurrent", "_ccnew"),
    ("retype-column", "cached plan must not change result type"),  # 32
    ("drop-column", "cached plan must not change result type"),
    ("check-without-not-valid", "UPDATE of another column"),  # 34
    ("ACCESS EXCLUSIVE", "every later conflicting request wait behind it"),  # 35
)
def test_explained(t, name, words):
    assert words in " ".join(t.migvet("explain", name).out.split())


# --- what is not known, and what was known once


@rows(
    ("ALTER TABLE nosuch ADD c int",),
    ("DROP TABLE nosuch",),
    ("SELECT c FROM nosuch",),
    ("UPDATE nosuch SET c = 1",),
    ("CREATE INDEX x ON nosuch (c)",),
    ("ALTER TABLE nosuch DROP COLUMN c",),
    ("CREATE TRIGGER x BEFORE INSERT ON nosuch FOR EACH ROW EXECUTE FUNCTION f()",),
    ("ALTER SEQUENCE nosuch INCREMENT 2",),
    ("DROP FUNCTION nosuch()",),
    ("COMMENT ON COLUMN nosuch.c IS 'x'",),
    ("GRANT SELECT ON nosuch TO nobody",),
    ("ALTER TYPE nosuch ADD VALUE 'x'",),
    ("ALTER POLICY nosuch ON nosuch USING (true)",),
    ("CALL nosuch()",),
    ("EXECUTE nosuch",),
    ("DROP ROLE nosuch",),
)
def test_nothing_follows_from_absence_unless_all_is_told(t, sql):
    t.file("only.sql", sql + ";\n")
    assert t.migvet("locks", "--format", "json", "only.sql").json["statements"][0]["fails"] is None
    complete = t.migvet("locks", "--format", "json", "--history-complete", "only.sql").json["statements"][0]["fails"]
    assert complete["sqlstate"] in {"42P01", "42703", "42704", "42883", "26000"}


def test_what_an_earlier_migration_left_empty_may_be_full_by_now(t):
    empty = "CREATE TABLE empty (id int); "
    unique = "CREATE UNIQUE INDEX x ON empty (id);\n"
    t.file("db/000001_all.up.sql", empty + unique)
    assert t.migvet("locks", "--format", "json", "db").json["statements"][-1]["fails"] is None
    t.file("db/000001_all.up.sql", empty)
    t.file("db/000002_index.up.sql", unique)
    fails = t.migvet("locks", "--format", "json", "db").json["statements"][-1]["fails"]
    assert (fails["sqlstate"], fails["certain"]) == ("23505", False)
