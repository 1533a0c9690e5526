"""Only for tools/prove-transactions: sends the cases, and compares.

arguments: folder of the socket, migvet, [--verbose]; or --skip
"""

import ctypes
import ctypes.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

SETUP = ["CREATE TABLE t (id bigint PRIMARY KEY, v text)", "INSERT INTO t VALUES (1, 'a'), (2, 'b')",
         "CREATE TYPE mood AS ENUM ('good')", "CREATE INDEX old ON t (v)",
         "CREATE TABLE p (id bigint) PARTITION BY RANGE (id)",
         "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9)"]

TABLE, OTHER = "CREATE TABLE a (id bigint)", "CREATE TABLE b (id bigint)"
INDEX, SECOND = "CREATE INDEX CONCURRENTLY i ON t (v)", "CREATE INDEX CONCURRENTLY j ON t (id)"
FAILURE = "CREATE TABLE t (id bigint)"
CASES = {
    "one statement": [TABLE],
    "CONCURRENTLY alone": [INDEX],
    "CONCURRENTLY behind a statement": [TABLE, INDEX],
    "CONCURRENTLY before a statement": [INDEX, TABLE],
    "CONCURRENTLY twice": [INDEX, SECOND],
    "CONCURRENTLY behind SET": ["SET lock_timeout = '2s'", INDEX],
    "CONCURRENTLY behind BEGIN and COMMIT": ["BEGIN", TABLE, "COMMIT", INDEX],
    "CONCURRENTLY between BEGIN and COMMIT": ["BEGIN", INDEX, "COMMIT"],
    "CONCURRENTLY behind two statements": [TABLE, OTHER, INDEX],
    "DROP INDEX CONCURRENTLY alone": ["DROP INDEX CONCURRENTLY old"],
    "DROP INDEX CONCURRENTLY behind a statement": [TABLE, "DROP INDEX CONCURRENTLY old"],
    "REINDEX CONCURRENTLY alone": ["REINDEX TABLE CONCURRENTLY t"],
    "REINDEX CONCURRENTLY behind a statement": [TABLE, "REINDEX TABLE CONCURRENTLY t"],
    "DETACH CONCURRENTLY alone": ["ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY"],
    "DETACH CONCURRENTLY behind a statement": [TABLE, "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY"],
    "VACUUM alone": ["VACUUM t"],
    "VACUUM behind a statement": [TABLE, "VACUUM t"],
    "ALTER SYSTEM behind a statement": [TABLE, "ALTER SYSTEM RESET work_mem"],
    "a failure behind a statement": [TABLE, FAILURE],
    "a failure before a statement": [FAILURE, TABLE],
    "a failure between statements": [TABLE, FAILURE, OTHER],
    "a failure behind BEGIN and COMMIT": ["BEGIN", TABLE, "COMMIT", OTHER, FAILURE],
    "a failure between BEGIN and COMMIT": ["BEGIN", TABLE, FAILURE, "COMMIT"],
    "LOCK TABLE alone": ["LOCK TABLE t IN SHARE MODE"],
    "LOCK TABLE behind a statement": [TABLE, "LOCK TABLE t IN SHARE MODE"],
    "a new enum value alone": ["ALTER TYPE mood ADD VALUE 'bad'"],
    "a new enum value and its use": ["ALTER TYPE mood ADD VALUE 'bad'",
                                     "CREATE TABLE a (m mood DEFAULT 'bad')"],
    "the same, committed between": ["BEGIN", "ALTER TYPE mood ADD VALUE 'bad'", "COMMIT",
                                    "CREATE TABLE a (m mood DEFAULT 'bad')"],
}


# --- sending


def load_libpq():
    name = ctypes.util.find_library("pq")
    if not name:
        return None
    pq = ctypes.CDLL(name)
    pointers = {"PQconnectdb": [ctypes.c_char_p], "PQexec": [ctypes.c_void_p, ctypes.c_char_p],
                "PQgetResult": [ctypes.c_void_p], "PQresultErrorField": [ctypes.c_void_p, ctypes.c_int],
                "PQerrorMessage": [ctypes.c_void_p], "PQgetvalue": [ctypes.c_void_p, ctypes.c_int, ctypes.c_int]}
    for function, arguments in pointers.items():
        getattr(pq, function).restype = ctypes.c_void_p
        getattr(pq, function).argtypes = arguments
    for function in ("PQerrorMessage", "PQresultErrorField", "PQgetvalue"):
        getattr(pq, function).restype = ctypes.c_char_p
    for function in ("PQfinish", "PQclear", "PQresultStatus", "PQstatus", "PQenterPipelineMode", "PQpipelineSync",
                     "PQexitPipelineMode", "PQntuples"):
        getattr(pq, function).argtypes = [ctypes.c_void_p]
    pq.PQsendQuery.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
    pq.PQsendQueryParams.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int] + [ctypes.c_void_p] * 4 + [ctypes.c_int]
    return pq


GOOD = {1, 2}  # PGRES_COMMAND_OK, PGRES_TUPLES_OK
ABORTED, SYNC = 11, 10  # PGRES_PIPELINE_ABORTED, PGRES_PIPELINE_SYNC
SQLSTATE = ord("C")


class Connection:
    def __init__(self, pq, socket):
        self.pq = pq
        self.conn = pq.PQconnectdb(f"host={socket} user=postgres dbname=postgres".encode())
        if pq.PQstatus(self.conn):
            raise SystemExit(f"prove-transactions: {pq.PQerrorMessage(self.conn).decode()}")

    def close(self):
        self.pq.PQfinish(self.conn)

    def result(self, result):
        """The SQLSTATE of a failure, "" of a success, None of neither."""
        status = self.pq.PQresultStatus(result)
        state = self.pq.PQresultErrorField(result, SQLSTATE)
        self.pq.PQclear(result)
        return "" if status in GOOD else None if status in (ABORTED, SYNC) else (state or b"?????").decode()

    def run(self, sql):
        return self.result(self.pq.PQexec(self.conn, sql.encode()))

    def column(self, sql):
        result = self.pq.PQexec(self.conn, sql.encode())
        values = [self.pq.PQgetvalue(result, i, 0).decode() for i in range(self.pq.PQntuples(result))]
        self.pq.PQclear(result)
        return values

    def simple_string(self, sql):
        self.pq.PQsendQuery(self.conn, sql.encode())
        return self.collect()

    def collect(self):
        results = []
        while result := self.pq.PQgetResult(self.conn):
            results.append(self.result(result))
        return results

    def pipeline(self, statements):
        self.pq.PQenterPipelineMode(self.conn)
        for sql in statements:
            self.pq.PQsendQueryParams(self.conn, sql.encode(), 0, None, None, None, None, 0)
        self.pq.PQpipelineSync(self.conn)
        results = [state for _ in statements for state in self.collect()]
        self.collect()
        self.pq.PQexitPipelineMode(self.conn)
        return results


def first_failure(results):
    return next(((i, state) for i, state in enumerate(results) if state), None)


def each(connection, statements):
    results = []
    for sql in statements:
        results.append(connection.run(sql))
        if results[-1]:
            break
    return results


def send_file(connection, statements):
    """goose, sql-migrate, Flyway: BEGIN, statement by statement, COMMIT."""
    connection.run("BEGIN")
    failure = first_failure(each(connection, statements))
    connection.run("ROLLBACK" if failure else "COMMIT")
    return failure


def send_simple(connection, statements):
    return first_failure(connection.simple_string(";\n".join(statements)))


def send_each(connection, statements):
    return first_failure(each(connection, statements))


def send_pipeline(connection, statements):
    """Supabase adds its note of the version to the pipeline."""
    return first_failure(connection.pipeline([*statements, "SELECT 1"]))


# --- predicting


def goose(statements, option=""):
    return {"m/1_a.sql": option + "-- +goose Up\n" + "".join(f"{sql};\n" for sql in statements)}


def drizzle(statements):
    journal = {"dialect": "postgresql", "entries": [{"idx": 0, "tag": "0000_a"}]}
    return {"m/meta/_journal.json": json.dumps(journal), "m/0000_a.sql": "".join(f"{sql};\n" for sql in statements)}


def plain(path):
    return lambda statements: {path: "".join(f"{sql};\n" for sql in statements)}


# How it is sent, and a project whose tool sends it so. Its file is the last to be checked.
MODES = {
    "all pending together": (send_file, drizzle),
    "one per file": (send_file, goose),
    "one simple-query string": (send_simple, plain("m/1_a.up.sql")),
    "per statement": (send_each, lambda statements: goose(statements, "-- +goose NO TRANSACTION\n")),
    "pipeline": (send_pipeline, plain("supabase/migrations/1_a.sql")),
}


def ask(migvet, arguments, folder):
    run = subprocess.run([migvet, *arguments], cwd=folder, capture_output=True, check=False)
    return json.loads(run.stdout)


def predict(migvet, mode, statements):
    """(failing statement and SQLSTATE or None, relations that are left of the statements)."""
    with tempfile.TemporaryDirectory(prefix="migvet-transactions-") as name:
        folder = Path(name)
        (folder / ".git").mkdir()
        (folder / "setup.sql").write_text("".join(f"{sql};\n" for sql in SETUP))
        for path, text in MODES[mode][1](statements).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
        where = next(path for path in ("supabase/migrations", "m") if (folder / path).is_dir())
        shown = ask(migvet, ["--show-front", "--format", "json", where], folder)
        sections = shown["histories"][0]["migrations"][0]["sections"]
        if [s["transaction"] for s in sections] != [mode]:
            raise SystemExit(f"prove-transactions: {mode}: migvet shows {sections}")
        told = ask(migvet, ["locks", "-q", "--format", "json", "--history", "setup.sql", "--history-complete", where], folder)
        return judge(told["statements"], statements)


def judge(told, statements):
    if [s["sql"] for s in told] != statements:
        raise SystemExit(f"prove-transactions: migvet read {[s['sql'] for s in told]}")
    failed = next((i for i, s in enumerate(told) if s["fails"] and s["fails"]["certain"]), None)
    if failed is None:
        return None, made(statements)
    left = [sql for sql, s in zip(statements[:failed], told)
            if s["transaction"] is None or s["transaction"] != told[failed]["transaction"]]
    return (failed, told[failed]["fails"]["sqlstate"]), made(left)


def made(statements):
    """The tables that these statements make."""
    return sorted(sql.split()[2] for sql in statements if sql.startswith("CREATE TABLE"))


# --- comparing


def observe(pq, socket, mode, statements):
    connection = Connection(pq, socket)
    for sql in ["SET client_min_messages = error", "DROP SCHEMA public CASCADE", "CREATE SCHEMA public", *SETUP]:
        if connection.run(sql):
            raise SystemExit(f"prove-transactions: {sql} fails")
    failure = MODES[mode][0](connection, statements)
    connection.close()
    reader = Connection(pq, socket)
    tables = reader.column("SELECT relname FROM pg_class WHERE relname IN ('a', 'b') ORDER BY 1")
    reader.close()
    return failure, tables


def words(outcome):
    failure, tables = outcome
    told = f"statement {failure[0] + 1} fails with {failure[1]}" if failure else "all runs"
    return f"{told}; left: {', '.join(tables) or 'nothing'}"


def compare(pq, socket, migvet, mode, name, verbose):
    seen = observe(pq, socket, mode, CASES[name])
    predicted = predict(migvet, mode, CASES[name])
    same = seen == predicted
    if verbose or not same:
        print(f"{'ok    ' if same else 'differs'} {mode}: {name}: {words(seen)}")
    if not same:
        print(f"        migvet says: {words(predicted)}")
    return same


def record(passed, failed, skipped):
    if os.environ.get("BUILD"):
        results = Path(os.environ["BUILD"]) / "results"
        results.mkdir(parents=True, exist_ok=True)
        (results / "transactions").write_text(f"{passed} {failed} {skipped}\n")
    print(f"{passed} agree, {failed} differ, {skipped} skipped")
    return 1 if failed else 0


def main():
    pq = None if "--skip" in sys.argv else load_libpq()
    total = len(MODES) * len(CASES)
    if not pq:
        print("no server, or no libpq to ask it: the cases are skipped")
        return record(0, 0, total)
    socket, migvet = sys.argv[1], str(Path(sys.argv[2]).absolute())
    agree = sum(compare(pq, socket, migvet, mode, name, "--verbose" in sys.argv) for mode in MODES for name in CASES)
    return record(agree, total - agree, 0)


if __name__ == "__main__":
    sys.exit(main())
