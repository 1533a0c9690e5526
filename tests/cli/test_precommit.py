"""The hooks of .pre-commit-hooks.yaml, run by the real pre-commit: offline, in scratch repositories."""

import os
import re
import shutil
from subprocess import PIPE

from harness import CLEAN, CRITICAL, MIGVET, ROOT, rows
from test_select import Repo


class Hooks:
    """A repository of hooks as users get it, and one that uses them."""

    def __init__(self, t, *hooks, extra=""):
        if not shutil.which("pre-commit"):
            t.skip("pre-commit is not installed")
        self.t = t
        source = Repo(t, "hooks")
        shutil.copy(ROOT / ".pre-commit-hooks.yaml", source.folder)
        source.commit()
        source.git("tag", "v0")
        self.repo = Repo(t, "project")
        listed = "".join(f"      - {{id: {hook}{extra}}}\n" for hook in hooks)
        t.file("project/.pre-commit-config.yaml",
               f"repos:\n  - repo: {source.folder}\n    rev: v0\n    hooks:\n{listed}")
        self.count = t.folder / "runs"
        self.install()

    def install(self):
        """A migvet on PATH that counts how often it is run."""
        script = f'#!/bin/sh\necho "$@" >>{self.count}\nexec {MIGVET} "$@"\n'
        (self.t.folder / "bin").mkdir()
        (self.t.folder / "bin/migvet").write_text(script)
        (self.t.folder / "bin/migvet").chmod(0o755)

    @property
    def env(self):
        path = f"{self.t.folder}/bin:{os.environ['PATH']}"
        return self.repo.env | {"PATH": path, "PRE_COMMIT_HOME": f"{self.t.folder}/cache", "PRE_COMMIT_COLOR": "never",
                                "GIT_ALLOW_PROTOCOL": "file", "https_proxy": "http://127.0.0.1:9"}

    @property
    def runs(self):
        return self.count.read_text().splitlines() if self.count.exists() else []

    def __call__(self, *words):
        return self.t.run(["pre-commit", *words], " ".join(["pre-commit", *words]), None, self.env, "project", PIPE)

    def commit(self, *words):
        """git commit, with the hook that pre-commit has installed."""
        return self.t.run(["git", "commit", "-m", "x", *words], "git commit", None, self.env, "project", PIPE)


def places(run, rule="drop-column"):
    """The files in which pre-commit shows this rule's findings."""
    return re.findall(rf"^(\S+?):\d+:\d+: (?:critical|major|minor): .* \[{rule}\]$", run.out, re.M)


def test_the_manifest_is_valid(t):
    if not shutil.which("pre-commit"):
        t.skip("pre-commit is not installed")
    t.run(["pre-commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")], "pre-commit validate-manifest",
          None, {"PRE_COMMIT_HOME": f"{t.folder}/cache"}, ".", PIPE)
    assert t.last.code == 0


@rows(("migvet", ""), ("migvet-staged", ", ."))
def test_a_commit_is_checked(t, hook, paths):
    hooks = Hooks(t, hook, extra=f", args: [--rule, drop-column{paths}]")
    assert hooks("install").code == 0
    t.file("project/db/000001_notes.up.sql", CLEAN)
    hooks.repo.git("add", ".")
    assert hooks.commit().code == 0 and len(hooks.runs) == 1
    t.file("project/db/000002_drop.up.sql", CRITICAL)
    hooks.repo.git("add", ".")
    run = hooks.commit()
    assert run.code == 1 and "db/000002_drop.up.sql:1:19: critical: " in run.err + run.out
    assert hooks.repo.git("status", "--porcelain") == "A  db/000002_drop.up.sql"
    t.file("project/db/000002_drop.up.sql", f"-- migvet:ignore drop-column reason: nobody reads it\n{CRITICAL}")
    hooks.repo.git("add", ".")
    assert hooks.commit().code == 0 and len(hooks.runs) == 3


@rows(("migvet",), ("migvet-staged",))
def test_a_commit_without_migrations_is_not_held_up(t, hook):
    hooks = Hooks(t, hook)
    t.file("project/db/000001_drop.up.sql", CRITICAL)
    t.file("project/readme.md", "")
    hooks.repo.git("add", "readme.md", ".pre-commit-config.yaml")
    run = hooks("run")
    assert run.code == 0 and "Skipped" in run.out and hooks.runs == []


@rows(("migvet",), ("migvet-staged",))
def test_what_is_not_staged_does_not_count(t, hook):
    hooks = Hooks(t, hook)
    t.file("project/db/000001_notes.up.sql", CLEAN)
    hooks.repo.git("add", ".")
    t.file("project/db/000001_notes.up.sql", CRITICAL)
    assert hooks("run").code == 0
    t.file("project/db/000001_notes.up.sql", CRITICAL)
    hooks.repo.git("add", ".")
    t.file("project/db/000001_notes.up.sql", CLEAN)
    run = hooks("run")
    assert run.code == 1 and places(run) == ["db/000001_notes.up.sql"]
    assert t.read("project/db/000001_notes.up.sql") == CLEAN


def test_all_files(t):
    hooks = Hooks(t, "migvet")
    for number in (1, 2, 3):
        t.file(f"project/db/00000{number}_drop.up.sql", CRITICAL)
    hooks.repo.git("add", ".")
    hooks.repo.git("commit", "-q", "-m", "x")
    assert places(hooks("run", "--all-files")) == [f"db/00000{n}_drop.up.sql" for n in (1, 2, 3)]
    assert hooks("run").code == 0
    run = hooks("run", "--files", "db/000002_drop.up.sql")
    assert places(run) == ["db/000002_drop.up.sql"] and run.code == 1


def test_excluded_files_pass(t):
    hooks = Hooks(t, "migvet")
    t.file("project/.migvet.yml", "paths: {exclude: ['**/seed*']}\n")
    t.file("project/db/seed.sql", CRITICAL)
    hooks.repo.git("add", ".")
    assert hooks("run", "--all-files").code == 0
    assert hooks.runs == ["check db/seed.sql"]


def test_the_arguments_of_the_hook(t):
    hooks = Hooks(t, "migvet-staged", extra=", args: [--fail-on, never, db]")
    t.file("project/db/000001_drop.up.sql", CRITICAL)
    t.file("project/other/000001_drop.up.sql", CRITICAL)
    hooks.repo.git("add", ".")
    run = hooks("run", "--verbose")
    assert run.code == 0 and places(run) == ["db/000001_drop.up.sql"]
    assert hooks.runs == ["check --staged --fail-on never db"]


def test_what_is_staged_is_one_release(t):
    hooks = Hooks(t, "migvet-staged", extra=", args: [--rule, index-not-concurrent, .]")
    t.file("project/db/000001_a.up.sql", "CREATE TABLE a (id bigint);\n")
    t.file("project/db/000002_b.up.sql", "CREATE INDEX a_i ON a (id);\n")
    hooks.repo.git("add", ".")
    assert hooks("run").code == 0
    hooks.repo.git("reset", "-q", "db/000001_a.up.sql", check=False)
    hooks.repo.git("rm", "-q", "--cached", "db/000001_a.up.sql", check=False)
    assert places(hooks("run"), "index-not-concurrent") == ["db/000002_b.up.sql"]


def test_a_list_that_is_split(t):
    # More names than fit one command line: the same findings as in one run, each once.
    hooks = Hooks(t, "migvet", extra=", args: [--rule, retype-column]")
    t.file("project/db/000001_users.up.sql", "CREATE TABLE users (id bigint, name varchar(10));\n")
    name = "a_name_that_is_long_" * 7
    for number in range(2, 1400):
        length = number + 10 if number % 100 else 5  # each makes it longer, but for every hundredth
        t.file(f"project/db/{number:06}_{name}.up.sql", f"ALTER TABLE users ALTER name TYPE varchar({length});\n")
    hooks.repo.git("add", ".")
    run = hooks("run", "--all-files")
    assert len(hooks.runs) > 1, "the list was not split"
    whole = t.check("--rule", "retype-column", "db", cwd="project")
    found = [place.rsplit(":", 1)[0] for place in (f.split(" ")[0] for f in whole.findings)]
    assert run.code == 1 and sorted(places(run, "retype-column")) == sorted(found) and len(found) == 13


def test_try_repo(t):
    hooks = Hooks(t, "migvet")
    t.file("project/db/000001_drop.up.sql", CRITICAL)
    hooks.repo.git("add", ".")
    run = hooks("try-repo", str(t.folder / "hooks"), "migvet", "--all-files")
    assert run.code == 1 and places(run) == ["db/000001_drop.up.sql"]
