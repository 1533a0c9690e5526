"""Only for tools/record-effects: asks the running servers.

arguments: folder of the sockets, root of the repository, majors, [--all], [FILE.sql...]
"""

import glob
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

SCRATCH, ROOT, MAJORS = sys.argv[1], sys.argv[2], [int(m) for m in sys.argv[3].split()]
FOLDER = os.path.join(ROOT, "fixtures", "effects")

KINDS = {"r": "table", "p": "partitioned_table", "i": "index", "I": "partitioned_index", "v": "view",
         "m": "matview", "S": "sequence", "f": "foreign_table", "c": "composite"}
# pg_locks' names, weakest first, and what SQL calls them.
MODES = [("AccessShareLock", "ACCESS SHARE"), ("RowShareLock", "ROW SHARE"),
         ("RowExclusiveLock", "ROW EXCLUSIVE"), ("ShareUpdateExclusiveLock", "SHARE UPDATE EXCLUSIVE"),
         ("ShareLock", "SHARE"), ("ShareRowExclusiveLock", "SHARE ROW EXCLUSIVE"),
         ("ExclusiveLock", "EXCLUSIVE"), ("AccessExclusiveLock", "ACCESS EXCLUSIVE")]
RANK = {name: rank for rank, (name, _) in enumerate(MODES)}

RELATIONS = """SELECT 'RELATIONS ' || coalesce(json_agg(json_build_array(c.oid::int8,
    CASE WHEN n.nspname ~ '^pg_temp' THEN 'pg_temp' ELSE n.nspname END, c.relname, c.relkind,
    c.relfilenode::int8, CASE WHEN c.relkind = 'i' THEN pg_get_indexdef(c.oid) END)), '[]')
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast';"""
LOCKS = """SELECT 'LOCKS ' || coalesce(json_agg(json_build_array(relation::int8, mode)), '[]')
  FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted;"""
SCANS = """SELECT 'SCANS ' || coalesce(json_agg(json_build_array(relid::int8, seq_scan)), '[]')
  FROM %s WHERE seq_scan > 0;"""
RESULT = "\\echo RESULT :ERROR :SQLSTATE :LAST_ERROR_MESSAGE"


def psql(major, database, script, errors=False):
    """The lines that a script prints; with errors, and what goes to standard error."""
    run = subprocess.run(
        ["psql", "-X", "-q", "-A", "-t", "-h", os.path.join(SCRATCH, str(major)), "-U", "postgres", "-d", database],
        input=script, capture_output=True, text=True,
        env={**os.environ, "PGOPTIONS": "-c client_min_messages=error"})
    return (run.stdout.splitlines(), run.stderr) if errors else run.stdout.splitlines()


def must(major, database, script):
    lines = psql(major, database, "\\set ON_ERROR_STOP 1\n" + script + "\n\\echo DONE\n")
    if "DONE" not in lines:
        raise SystemExit("record-effects: %d: %s" % (major, script[:200]))


def told(lines, word):
    """What the script told under this word, in order."""
    return [line[len(word) + 1:] for line in lines if line.startswith(word + " ")]


class Case:
    def __init__(self, name):
        self.name, self.setup, self.before, self.statement = name, "", "", ""
        self.depends, self.note, self.outside = None, None, False

    def text(self):
        return [self.setup, self.before, self.statement]


def read_cases(path):
    sections = {"-- setup": "setup", "-- before, in the same transaction": "before", "-- statement": "statement"}
    cases, section = [], None
    for line in open(path):
        line = line.rstrip("\n")
        if line.startswith("-- case: "):
            cases.append(Case(line[9:]))
            section = None
        elif line.startswith("-- depends on: "):
            cases[-1].depends = line[15:].split(", ")
        elif line == "-- also outside":
            cases[-1].outside = True
        elif line in sections:
            section = sections[line]
        elif section and line.strip():
            setattr(cases[-1], section, getattr(cases[-1], section) + line + "\n")
    return cases


def one_message(statement):
    """Several statements of a case are one query string."""
    if "'" in statement or "$" in statement or "BEGIN ATOMIC" in statement:
        parts = statement.rstrip().rstrip(";").split(";\n")
    else:
        parts = statement.rstrip().rstrip(";").split(";")
    return " \\;\n".join(parts) + ";\n"


class Snapshot:
    def __init__(self, line):
        self.by_oid = {row[0]: row[1:] for row in json.loads(line)}

    def name(self, oid):
        schema, name = self.by_oid[oid][:2]
        return name if schema == "public" else "%s.%s" % (schema, name)

    def kind(self, oid):
        return KINDS.get(self.by_oid[oid][2], self.by_oid[oid][2])

    def filenode(self, oid):
        return self.by_oid[oid][3]


def failure(line):
    """RESULT's line: None, or sqlstate and message."""
    error, state, message = (line.split(" ", 2) + ["", ""])[:3]
    return (state, message) if error == "true" else None


def locks_of(line, before, after):
    strongest = {}
    for oid, mode in json.loads(line):
        if oid in before.by_oid or oid in after.by_oid:
            strongest[oid] = max(strongest.get(oid, 0), RANK[mode])
    locks = []
    for oid, rank in strongest.items():
        where = after if oid in after.by_oid else before
        lock = {"relation": where.name(oid), "kind": where.kind(oid), "mode": MODES[rank][1]}
        if oid not in before.by_oid:
            lock["new"] = True
        if oid not in after.by_oid:
            lock["dropped"] = True
        locks.append(lock)
    return sorted(locks, key=lambda lock: (lock["kind"], lock["relation"], lock["mode"]))


def changed(before, after, kinds):
    return sorted(after.name(oid) for oid in after.by_oid
                  if oid in before.by_oid and after.kind(oid) in kinds
                  and after.filenode(oid) != before.filenode(oid))


def rebuilt(before, after):
    """Indexes with another file; also one that was dropped and made again under its name."""
    names = {before.name(oid): oid for oid in before.by_oid if before.kind(oid) == "index"}
    found = set(changed(before, after, ("index",)))
    for oid in after.by_oid:
        old = names.get(after.name(oid))
        if after.kind(oid) == "index" and oid not in before.by_oid and old is not None and old not in after.by_oid:
            same = after.by_oid[oid][4] == before.by_oid[old][4]
            if same and after.filenode(oid) != before.filenode(old):
                found.add(after.name(oid))
    return sorted(found)


def scanned(earlier, later, before, after):
    counts = dict(json.loads(earlier))
    oids = [oid for oid, count in json.loads(later) if count > counts.get(oid, 0)]
    known = [after if oid in after.by_oid else before for oid in oids]
    return sorted(where.name(oid) for oid, where in zip(oids, known) if oid in before.by_oid)


def outcome(result, before, after, locks, scans_before, scans_after):
    error = failure(result)
    if error:
        return {"status": "error", "sqlstate": error[0], "message": error[1]}
    found = {"status": "ok"}
    if locks is not None:
        found["locks"] = locks_of(locks, before, after)
    found["rewritten"] = changed(before, after, ("table", "matview"))
    found["rebuilt"] = rebuilt(before, after)
    found["scanned"] = scanned(scans_before, scans_after, before, after)
    return found


class Server:
    def __init__(self, major):
        self.major, self.count = major, 0
        schema = os.path.join(FOLDER, "schema.sql")
        must(major, "postgres", "CREATE ROLE app_owner; CREATE ROLE app_user;\n"
             "CREATE TABLESPACE ts1 LOCATION '%s/%d/ts1';\nCREATE DATABASE base;" % (SCRATCH, major))
        must(major, "base", open(schema).read())
        self.shared = self.copy()

    def copy(self):
        self.count += 1
        name = "case_%d" % self.count
        strategy = " STRATEGY file_copy" if self.major >= 15 else ""
        must(self.major, "postgres", "CREATE DATABASE %s TEMPLATE base%s;" % (name, strategy))
        return name

    def drop(self, name):
        psql(self.major, "postgres", "DROP DATABASE IF EXISTS %s;" % name)

    def setup(self, database, case):
        """None, or why the setup cannot be done on this version."""
        if not case.setup:
            return None
        script = "\\set ON_ERROR_STOP 1\n\\set VERBOSITY sqlstate\n%s\n\\echo DONE\n" % case.setup
        lines, errors = psql(self.major, database, script, errors=True)
        if "DONE" in lines:
            return None
        return {"status": "setup_error", "sqlstate": errors.split()[-1], "in_transaction_ok": None}

    def inside(self, database, case):
        scans = SCANS % "pg_stat_xact_user_tables"
        lines = psql(self.major, database, "\n".join([
            RELATIONS, "BEGIN;", case.before, RELATIONS, scans, one_message(case.statement), RESULT,
            RELATIONS, LOCKS, scans, "ROLLBACK;"]))
        result = told(lines, "RESULT")[0]
        relations = [Snapshot(line) for line in told(lines, "RELATIONS")]
        if failure(result):
            found = outcome(result, None, None, None, None, None)
        else:
            counts = told(lines, "SCANS")
            earlier, before, after = relations
            # What went in the same transaction is locked still, under its old name.
            before.by_oid = {**earlier.by_oid, **before.by_oid}
            found = outcome(result, before, after, told(lines, "LOCKS")[0], counts[0], counts[1])
        state = found.get("sqlstate")
        found["in_transaction_ok"] = True if state is None else False if state == "25001" else None
        return found

    def outside(self, case):
        database = self.copy()
        self.setup(database, case)
        scans = SCANS % "pg_stat_user_tables"
        earlier = psql(self.major, database, RELATIONS + scans)
        lines = psql(self.major, database, "\n".join([case.before, one_message(case.statement), RESULT]))
        if self.major < 15:
            time.sleep(0.7)  # until the collector has the session's counts
        later = psql(self.major, database, RELATIONS + scans)
        found = outcome(told(lines, "RESULT")[0], Snapshot(told(earlier, "RELATIONS")[0]),
                        Snapshot(told(later, "RELATIONS")[0]), None,
                        told(earlier, "SCANS")[0], told(later, "SCANS")[0])
        self.drop(database)
        return found

    def record(self, case):
        own = case.setup != ""
        database = self.copy() if own else self.shared
        found = self.setup(database, case)
        if found is None:
            found = self.inside(database, case)
            if case.outside or found.get("sqlstate") in ("25001", "2D000"):
                found["outside"] = self.outside(case)
        if own:
            self.drop(database)
        if case.depends:
            found["depends_on"] = case.depends
        return found


def by_versions(found):
    """Versions that behaved alike in one entry. Messages may differ."""
    entries = []
    for major in MAJORS:
        plain = {key: value for key, value in found[major].items() if key != "message"}
        for entry, same in entries:
            if same == plain:
                entry["versions"].append(major)
                break
        else:
            entries.append(({"versions": [major], **found[major]}, plain))
    return [entry for entry, _ in entries]


def recorded(path):
    if not os.path.exists(path):
        return {}
    entries = [json.loads(line) for line in open(path)]
    return {entry["case"]: entry for entry in entries}


def record_file(path, servers, everything):
    cases, out = read_cases(path), path[:-4] + ".jsonl"
    known = {} if everything else recorded(out)
    wanted = [case for case in cases
              if case.name not in known or known[case.name].get("text", case.text()) != case.text()]
    print("%s: %d of %d cases" % (os.path.basename(path), len(wanted), len(cases)), file=sys.stderr)
    with ThreadPoolExecutor(len(MAJORS)) as pool:
        found = dict(zip(MAJORS, pool.map(
            lambda major: {case.name: servers[major].record(case) for case in wanted}, MAJORS)))
    with open(out + ".new", "w") as file:
        for case in cases:
            entry = known.get(case.name)
            if case in wanted:
                entry = {"case": case.name, "text": case.text(),
                         "observed": by_versions({major: found[major][case.name] for major in MAJORS})}
            file.write(json.dumps(entry, separators=(",", ":")) + "\n")
    os.replace(out + ".new", out)


def main():
    arguments = sys.argv[4:]
    everything = "--all" in arguments
    files = [name for name in arguments if name != "--all"]
    files = files or sorted(name for name in glob.glob(os.path.join(FOLDER, "**", "*.sql"), recursive=True)
                            if os.path.basename(name) != "schema.sql")
    with ThreadPoolExecutor(len(MAJORS)) as pool:
        servers = dict(zip(MAJORS, pool.map(Server, MAJORS)))
    for path in files:
        record_file(path, servers, everything)


main()
