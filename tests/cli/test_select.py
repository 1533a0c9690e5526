"""Which migrations of what is named are reported: by git, by version, or the last ones."""

import os
import shlex
import shutil
import subprocess

from harness import CLEAN, CRITICAL, MAJOR, rows

CREATE = "CREATE TABLE users (id bigint, name varchar(10), email text);\n"
WIDEN = "ALTER TABLE users ALTER COLUMN name TYPE varchar(20);\n"  # harmless where the old type is known


class Repo:
    """A git repository in the test's folder (or below it), with nobody's configuration but its own."""

    def __init__(self, t, folder="."):
        if not shutil.which("git"):
            t.skip("git is not installed")
        self.t, self.folder = t, t.folder / folder
        if (self.folder / ".git").is_dir():
            (self.folder / ".git").rmdir()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")
        self.git("config", "user.name", "A")
        self.git("config", "user.email", "a@example.org")

    @property
    def env(self):
        alone = {name: None for name in os.environ if name.startswith("GIT_")}
        return alone | {"HOME": str(self.t.folder), "GIT_CONFIG_NOSYSTEM": "1", "XDG_CONFIG_HOME": None}

    def git(self, *words, check=True, env=None):
        whole = {k: v for k, v in (os.environ | self.env | (env or {})).items() if v is not None}
        done = subprocess.run(["git", *words], cwd=self.folder, env=whole, capture_output=True, check=False)
        assert done.returncode == 0 or not check, f"git {shlex.join(words)}: {done.stderr.decode()}"
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    def commit(self, *paths):
        self.git("add", "-A", "--", *(paths or ["."]))
        self.git("commit", "-q", "--allow-empty", "-m", "x")

    def check(self, *words, env=None, **how):
        return self.t.check(*words, env=self.env | (env or {}), **how)


def repository(t):
    """One with a commit on main that has migration 1, and the branch "new" checked out."""
    repo = Repo(t)
    t.file("db/000001_users.up.sql", CREATE)
    t.file("db/000001_users.down.sql", "DROP TABLE users;\n")
    repo.commit()
    repo.git("checkout", "-q", "-b", "new")
    return repo


def selected(repo, *words, env=None, **how):
    """The files that are reported."""
    run = repo.t.migvet("locks", "--format", "json", *words, env=repo.env | (env or {}), **how)
    assert run.code == 0, "all of these can be parsed"
    return sorted({s["file"] for s in run.json["statements"]})


# --- --since


def test_what_is_new_since_a_branch(t):
    repo = repository(t)
    t.file("db/000002_widen.up.sql", WIDEN)
    t.file("db/000003_drop.up.sql", CRITICAL)
    repo.commit()
    run = repo.check("--rule", "drop-column", "--since", "main", "db")
    assert (run.code, run.findings) == (1, ["db/000003_drop.up.sql:1 drop-column"])
    assert "2 statements of 2 files" in run.err
    assert repo.check("--rule", "retype-column", "--since", "main", "db").findings == []
    history = repo.check("--format", "json", "--since", "main", "db").json["histories"]
    assert [(h["root"], h["files"], h["replayed"]) for h in history] == [("db", 3, 1)]


def test_the_merge_base_counts_and_not_the_branch_itself(t):
    repo = repository(t)
    t.file("db/000003_drop.up.sql", CRITICAL)
    repo.commit()
    repo.git("checkout", "-q", "main")
    t.file("db/000002_main.up.sql", CRITICAL)
    t.file("db/000001_users.up.sql", CREATE + "-- changed on main\n")
    repo.commit()
    repo.git("checkout", "-q", "new")
    assert selected(repo, "--since", "main", "db") == ["db/000003_drop.up.sql"]
    repo.git("merge", "-q", "main")
    assert selected(repo, "--since", "main", "db") == ["db/000003_drop.up.sql"]
    assert selected(repo, "--since", "main~1", "db") == [
        "db/000001_users.down.sql", "db/000001_users.up.sql", "db/000002_main.up.sql", "db/000003_drop.up.sql"]


@rows(("main",), ("refs/heads/main",), ("HEAD~1",), ("new~1",), ("v1.0",), ("@{-1}",))
def test_a_commit_has_many_names(t, name):
    repo = Repo(t)
    t.file("db/000001_a.up.sql", CREATE)
    repo.commit()
    repo.git("tag", "-a", "-m", "one", "v1.0")
    repo.git("checkout", "-q", "-b", "new")
    t.file("db/000002_b.up.sql", CRITICAL)
    repo.commit()
    assert selected(repo, "--since", name, "db") == ["db/000002_b.up.sql"]


def test_a_hash_names_a_commit(t):
    repo = repository(t)
    t.file("db/000002_b.up.sql", CRITICAL)
    repo.commit()
    base = repo.git("rev-parse", "main")
    for name in (base, base[:10]):
        assert selected(repo, "--since", name, "db") == ["db/000002_b.up.sql"]


def test_the_work_tree_counts(t):
    repo = repository(t)
    t.file(".gitignore", "*_ignored.up.sql\n")
    t.file("db/000002_committed.up.sql", CLEAN)
    repo.commit()
    t.file("db/000002_committed.up.sql", CRITICAL)
    t.file("db/000003_staged.up.sql", CRITICAL)
    repo.git("add", ".")
    t.file("db/000004_untracked.up.sql", CRITICAL)
    t.file("db/000005_ignored.up.sql", CRITICAL)
    t.file("fresh/folder/000001_untracked.up.sql", CRITICAL)
    assert selected(repo, "--since", "main", ".") == [
        "db/000002_committed.up.sql", "db/000003_staged.up.sql", "db/000004_untracked.up.sql",
        "db/000005_ignored.up.sql", "fresh/folder/000001_untracked.up.sql"]


def test_what_was_changed_and_changed_back_is_not_new(t):
    repo = repository(t)
    t.file("db/000001_users.up.sql", CREATE + CRITICAL)
    repo.commit()
    assert selected(repo, "--since", "main", "db") == ["db/000001_users.down.sql", "db/000001_users.up.sql"]
    t.file("db/000001_users.up.sql", CREATE)
    assert selected(repo, "--since", "main", "db") == []
    repo.commit()
    os.utime(t.folder / "db/000001_users.up.sql", (1, 1))  # only the time is another
    assert selected(repo, "--since", "main", "db") == []


def test_renamed_files_are_new_and_deleted_ones_are_not(t):
    repo = repository(t)
    repo.git("checkout", "-q", "main")
    t.file("db/000002_old.up.sql", CRITICAL)
    t.file("db/000003_gone.up.sql", CRITICAL)
    repo.commit()
    repo.git("checkout", "-q", "-b", "renamed")
    repo.git("mv", "db/000002_old.up.sql", "db/000009_renamed.up.sql")
    repo.git("rm", "-q", "db/000003_gone.up.sql")
    repo.commit()
    assert selected(repo, "--since", "main", "db") == ["db/000009_renamed.up.sql"]


def test_a_changed_down_is_a_changed_migration(t):
    repo = repository(t)
    t.file("db/000001_users.down.sql", "DROP TABLE users; -- \n")
    run = repo.check("--since", "main", "db")
    assert "2 statements of 2 files" in run.err
    repo.commit()
    run = repo.check("--since", "main", "db/000001_users.up.sql")
    assert "1 statement of 1 file" in run.err


def test_where_a_migration_has_a_folder_all_in_it_counts(t):
    repo = Repo(t)
    t.file("diesel.toml", "")
    t.file("migrations/2024-01-01-100000_a/up.sql", CREATE)
    t.file("migrations/2024-01-02-100000_b/up.sql", CRITICAL)
    repo.commit()
    repo.git("checkout", "-q", "-b", "new")
    t.file("migrations/2024-01-02-100000_b/metadata.toml", "run_in_transaction = false\n")
    repo.commit()
    assert selected(repo, "--since", "main", ".") == ["migrations/2024-01-02-100000_b/up.sql"]


def test_the_path_still_limits(t):
    repo = repository(t)
    t.file("db/000002_a.up.sql", CRITICAL)
    t.file("db/000003_b.up.sql", CRITICAL)
    t.file("other/000001_c.up.sql", CRITICAL)
    repo.commit()
    assert selected(repo, "--since", "main", "db/000003_b.up.sql") == ["db/000003_b.up.sql"]
    assert selected(repo, "--since", "main", "other") == ["other/000001_c.up.sql"]
    assert selected(repo, "--since", "main", "db/000001_users.up.sql") == []
    assert selected(repo, "--since", "main", ".") == selected(repo, "--since", "main", "other", "db")
    for cwd, path in (("db", "."), ("db", "../db/000003_b.up.sql"), ("other", t.folder / "db")):
        assert "db/000003_b.up.sql" in selected(repo, "--since", "main", path, cwd=cwd)


def test_excluded_files_are_not_selected(t):
    repo = repository(t)
    t.file(".migvet.yml", "paths: {exclude: ['**/*skip*']}\n")
    t.file("db/000002_skip.up.sql", CRITICAL)
    t.file("db/000003_b.up.sql", CRITICAL)
    assert selected(repo, "--since", "main", "db") == ["db/000003_b.up.sql"]
    run = repo.check("--since", "main", "db/000002_skip.up.sql")
    assert run.code == 0 and len(run.notes) == 1 and "excluded" in run.notes[0]


# --- one release


def test_what_is_new_since_is_one_release(t):
    repo = repository(t)
    t.file("db/000002_notes.up.sql", "CREATE TABLE notes (id bigint);\n")
    t.file("db/000003_index.up.sql", "CREATE INDEX notes_id ON notes (id);\n")
    t.file("db/000004_users.up.sql", "CREATE INDEX users_id ON users (id);\n")
    repo.commit()
    rule = ["--rule", "index-not-concurrent"]
    assert repo.check(*rule, "--since", "main", "db").findings == ["db/000004_users.up.sql:1 index-not-concurrent"]
    assert len(repo.check(*rule, "db").findings) == 2
    assert len(repo.check(*rule, "--since", "new~1", "db/000003_index.up.sql").findings) == 1


def test_what_lies_between_is_no_part_of_the_release(t):
    repo = Repo(t)
    t.file("db/000001_a.up.sql", "CREATE TABLE a (id bigint);\n")
    t.file("db/000002_b.up.sql", "CREATE TABLE b (id bigint);\n")
    repo.commit()
    t.file("db/000001_a.up.sql", "CREATE TABLE a (id bigint, n int);\n")
    t.file("db/000003_c.up.sql", "CREATE INDEX a_i ON a (id);\nCREATE INDEX b_i ON b (id);\n")
    assert repo.check("--rule", "index-not-concurrent", "--since", "main", "db").findings == [
        "db/000003_c.up.sql:2 index-not-concurrent"]


def test_the_latest_are_one_release(t):
    t.file("db/000001_a.up.sql", "CREATE TABLE a (id bigint);\n")
    t.file("db/000002_b.up.sql", "CREATE INDEX a_i ON a (id);\n")
    rule = ["--rule", "index-not-concurrent", "db"]
    assert len(t.check(*rule).findings) == len(t.check("--latest", "1", *rule).findings) == 1
    assert len(t.check("--after", "1", *rule).findings) == 1
    assert t.check("--latest", "2", *rule).findings == t.check("--after", "0", *rule).findings == []


def test_a_down_is_no_part_of_the_release(t):
    t.file("db/000001_a.up.sql", "CREATE TABLE a (id bigint);\n")
    t.file("db/000001_a.down.sql", "ALTER TABLE a ADD COLUMN n int;\n")
    t.file("db/000002_b.up.sql", "ALTER TABLE a ADD COLUMN n int;\n")
    assert "2 block reads and writes" in t.migvet("locks", "db").err
    assert "1 blocks reads and writes" in t.migvet("locks", "--latest", "2", "db").err  # the down


# --- --staged


def test_what_is_staged(t):
    repo = repository(t)
    t.file("db/000002_committed.up.sql", CRITICAL)
    repo.commit()
    t.file("db/000003_staged.up.sql", CRITICAL)
    repo.git("add", ".")
    t.file("db/000004_untracked.up.sql", CRITICAL)
    t.file("db/000002_committed.up.sql", CRITICAL + CRITICAL)
    assert selected(repo, "--staged", "db") == ["db/000003_staged.up.sql"]
    assert selected(repo, "--staged", "db", cwd=".") == selected(repo, "--staged", ".", cwd="db")
    repo.git("add", "db/000002_committed.up.sql")
    assert selected(repo, "--staged", "db") == ["db/000002_committed.up.sql", "db/000003_staged.up.sql"]


def test_the_text_in_the_index_counts(t):
    repo = repository(t)
    t.file("db/000002_a.up.sql", CRITICAL)
    repo.git("add", ".")
    t.file("db/000002_a.up.sql", "nothing that is SQL\n")
    run = repo.check("--rule", "drop-column", "--staged", "db")
    assert (run.findings, run.errors) == (["db/000002_a.up.sql:1 drop-column"], [])
    assert "DROP COLUMN email" in run.out
    t.file("db/000002_a.up.sql", CRITICAL)
    repo.commit()
    t.file("db/000003_b.up.sql", "nothing that is SQL\n")
    repo.git("add", ".")
    t.file("db/000003_b.up.sql", CRITICAL)
    run = repo.check("--rule", "drop-column", "--staged", "db")
    assert run.code == 2 and run.findings == [] and len(run.errors) == 1


def test_the_history_is_as_the_index_has_it(t):
    repo = repository(t)
    t.file("db/000003_widen.up.sql", WIDEN)
    repo.git("add", ".")
    check = ["--rule", "retype-column", "--staged", "db"]
    assert repo.check(*check).findings == []
    t.file("db/000001_users.up.sql", CREATE.replace("10", "30"))  # not staged
    t.file("db/000002_longer.up.sql", "ALTER TABLE users ALTER name TYPE varchar(40);\n")  # untracked
    assert repo.check(*check).findings == []
    repo.git("add", "db/000002_longer.up.sql")
    assert len(repo.check(*check).findings) == 1


def test_what_is_staged_and_gone_from_the_work_tree(t):
    repo = repository(t)
    t.file("prisma/migrations/migration_lock.toml", 'provider = "postgresql"\n')
    t.file("prisma/migrations/20240101000000_a/migration.sql", CREATE)
    repo.commit()
    t.file("db/000002_a.up.sql", CRITICAL)
    t.file("prisma/migrations/20240102000000_b/migration.sql", CRITICAL)
    repo.git("add", ".")
    (t.folder / "db/000002_a.up.sql").unlink()
    shutil.rmtree(t.folder / "prisma/migrations/20240102000000_b")
    assert selected(repo, "--staged", ".") == ["db/000002_a.up.sql",
                                               "prisma/migrations/20240102000000_b/migration.sql"]


def test_before_the_first_commit(t):
    repo = Repo(t)
    t.file("db/000001_a.up.sql", CRITICAL)
    run = repo.check("--staged", "db")
    assert (run.code, run.out) == (0, "") and "no migration is staged" in run.err
    repo.git("add", ".")
    assert selected(repo, "--staged", "db") == ["db/000001_a.up.sql"]


def test_another_index_as_hooks_have_it(t):
    """git commit FILE gives its hooks another index, in GIT_INDEX_FILE."""
    repo = repository(t)
    t.file("db/000002_a.up.sql", CRITICAL)
    t.file("db/000003_b.up.sql", CRITICAL)
    repo.git("add", "db/000003_b.up.sql")
    shutil.copy(t.folder / ".git/index", t.folder / ".git/other")
    repo.git("add", "db/000002_a.up.sql", env={"GIT_INDEX_FILE": ".git/other"})
    hook = {"GIT_INDEX_FILE": ".git/other"}
    assert selected(repo, "--staged", "db", env=hook) == ["db/000002_a.up.sql", "db/000003_b.up.sql"]
    assert selected(repo, "--staged", "db", env=hook | {"GIT_DIR": ".git"}) == [
        "db/000002_a.up.sql", "db/000003_b.up.sql"]
    assert selected(repo, "--staged", "db") == ["db/000003_b.up.sql"]


def test_the_environment_of_a_hook_is_not_about_another_repository(t):
    repo = repository(t)
    inner = Repo(t, "inner")
    t.file("inner/m/000001_a.up.sql", CRITICAL)
    inner.git("add", ".")
    hook = {"GIT_INDEX_FILE": str(t.folder / ".git/index"), "GIT_DIR": str(t.folder / ".git")}
    assert selected(repo, "--staged", "inner/m", env=hook) == ["m/000001_a.up.sql"]


def test_a_conflict_is_an_error(t):
    repo = repository(t)
    t.file("db/000001_users.up.sql", CREATE + "SELECT 1;\n")
    repo.commit()
    repo.git("checkout", "-q", "main")
    t.file("db/000001_users.up.sql", CREATE + "SELECT 2;\n")
    repo.commit()
    repo.git("merge", "new", check=False)
    run = repo.check("--staged", "db")
    assert run.code == 2 and "db/000001_users.up.sql cannot be read from the index: git says: " in run.out


# --- nothing is selected


@rows(("--since", "main"), ("--staged",), ("--after", "000001"))
def test_nothing_selected_is_fine_and_is_told(t, *words):
    repo = repository(t)
    told = {"--since": "no migration was added or changed since main (merge base ",
            "--staged": "no migration is staged", "--after": "no migration has a version after 000001"}[words[0]]
    run = repo.check(*words, "db")
    assert (run.code, run.out) == (0, "")
    assert run.err.startswith(f"migvet: nothing to report: {told}") and run.err.count("\n") == 1
    assert repo.check("-q", *words, "db").err == ""
    assert repo.check("--format", "json", *words, "db").json["findings"] == []
    locks = t.migvet("locks", *words, "db", env=repo.env)
    assert (locks.code, locks.out) == (0, "") and locks.err == run.err


def test_a_folder_without_migrations_is_still_an_error(t):
    repo = repository(t)
    t.file("docs/readme.txt")
    repo.commit()
    run = repo.check("--since", "main", "docs")
    assert run.code == 2 and len(run.errors) == 1 and "nothing to report" not in run.err


# --- it cannot be told


def check_refused(run, *told):
    """Exit code 2, one error that says why, and neither everything nor nothing."""
    assert run.code == 2 and run.findings == [] and len(run.errors) == 1, run
    assert all(word in run.errors[0] for word in told), run.errors[0]
    assert "nothing to report" not in run.err


@rows(("--since", "main"), ("--staged",))
def test_without_a_repository(t, *words):
    (t.folder / ".git").rmdir()
    t.file("db/000001_a.up.sql", CRITICAL)
    run = t.check(*words, "db")
    check_refused(run, f"db: {' '.join(words)}: is in no git repository")


@rows(("--since", "main"), ("--staged",))
def test_what_only_looks_like_a_repository(t, *words):
    t.file("db/000001_a.up.sql", CRITICAL)
    check_refused(t.check(*words, "db"), "git cannot be asked: git says: fatal: not a git repository")


def test_a_repository_around_what_only_looks_like_one(t):
    repo = repository(t)
    t.file("inner/db/000001_a.up.sql", CRITICAL)
    (t.folder / "inner/.git").mkdir()
    check_refused(repo.check("--since", "main", "inner/db"), "the top of a work tree")


@rows(("--since", "main"), ("--staged",))
def test_without_git(t, *words):
    repo = repository(t)
    t.file("db/000002_a.up.sql", CRITICAL)
    repo.git("add", ".")
    check_refused(repo.check(*words, "db", env={"PATH": "/nonexistent"}), "git could not be run: No such file")


@rows(("nothing",), ("origin/main",), ("0000000000000000000000000000000000000000",), ("main..new",), ("main new",),
      ("HEAD^{tree}",), ("HEAD:db",), ("'; touch pwned; '",), ("$(touch pwned)",), ("main\\",), ("*",), (".",))
def test_an_unknown_commit(t, name):
    repo = repository(t)
    t.file("db/000002_a.up.sql", CRITICAL)
    repo.commit()
    check_refused(repo.check("--since", name, "db"), "git knows no commit ", "git says: ")
    assert not (t.folder / "pwned").exists()


@rows(("--output=pwned",), ("-Opwned",), ("--upload-pack=touch pwned",), ("-",), ("--",), ("",), ("a\nb",), ("a\x1bb",))
def test_what_is_no_commit_at_all(t, name):
    repo = repository(t)
    run = repo.check(f"--since={name}", "db")
    assert (run.code, run.out) == (2, "") and run.err.startswith("migvet: --since wants a commit, and ")
    assert run.err.count("\n") == 1 and "\x1b" not in run.err
    assert not (t.folder / "pwned").exists()


def test_a_shallow_clone_without_a_merge_base(t):
    repo = repository(t)
    t.file("db/000002_a.up.sql", CRITICAL)
    repo.commit()
    repo.git("checkout", "-q", "main")
    t.file("db/000003_b.up.sql", CRITICAL)
    repo.commit()
    repo.git("clone", "-q", "--depth", "1", "--no-single-branch", "--branch", "new", f"file://{t.folder}", "clone")
    run = repo.check("--since", "origin/main", "db", cwd="clone")
    check_refused(run, "origin/main and HEAD have no commit in common; the clone is shallow: fetch all")
    check_refused(repo.check("--since", repo.git("rev-parse", "new~1"), "db", cwd="clone"),
                  "git knows no commit ", "; the clone is shallow: fetch all")
    repo.git("-C", "clone", "fetch", "-q", "--unshallow")
    assert selected(repo, "--since", "origin/main", "db", cwd="clone") == ["db/000002_a.up.sql"]


def test_unrelated_histories(t):
    repo = repository(t)
    repo.git("checkout", "-q", "--orphan", "other")
    t.file("db/000002_a.up.sql", CRITICAL)
    repo.commit()
    run = repo.check("--since", "main", "db")
    check_refused(run, "main and HEAD have no commit in common")
    assert "shallow" not in run.out


def test_a_head_without_commit(t):
    repo = repository(t)
    repo.git("checkout", "-q", "--orphan", "other")
    check_refused(repo.check("--since", "main", "db"), "no merge base with main: git says: fatal: ")


def test_a_broken_index(t):
    repo = repository(t)
    (t.folder / ".git/index").write_bytes(b"nonsense")
    check_refused(repo.check("--staged", "db"), "git says: ", "index file")


@rows(("json",), ("sarif",), ("github",), ("gcc",))
def test_every_format_tells_it(t, form):
    run = repository(t).check("--format", form, "--since", "gone", "db")
    assert run.code == 2 and "git knows no commit gone" in run.out


# --- repositories in repositories


def test_two_repositories(t):
    for name in ("b", "a"):
        repo = Repo(t, name)
        t.file(f"{name}/db/000001_x.up.sql", CREATE)
        repo.commit()
        t.file(f"{name}/db/000002_y.up.sql", CRITICAL)
    assert len(t.json("--since", "main", "a/db", "b/db")["findings"]) == len(
        t.json("--since", "main", "b", "a")["findings"]) > 1


def test_a_repository_in_a_repository(t):
    repo = repository(t)
    inner = Repo(t, "inner")
    t.file("inner/m/000001_a.up.sql", CRITICAL)
    inner.commit()
    t.file("inner/m/000002_b.up.sql", CRITICAL)
    check_refused(repo.check("--since", "main", "."), "inner: ", "is another repository")
    run = repo.check("--rule", "drop-column", "--since", "main", ".", "inner")
    assert [f for f in run.findings] == ["m/000002_b.up.sql:1 drop-column"]


def test_a_work_tree_of_its_own(t):
    repo = repository(t)
    repo.git("worktree", "add", "-q", "tree", "main")
    t.file("tree/db/000002_a.up.sql", CRITICAL)
    assert selected(repo, "--since", "main", "db", cwd="tree") == ["db/000002_a.up.sql"]
    repo.git("-C", "tree", "add", ".")
    assert selected(repo, "--staged", "tree/db") == ["db/000002_a.up.sql"]


def test_links(t):
    repo = repository(t)
    (t.folder / "app").mkdir()
    (t.folder / "app/migrations").symlink_to("../db")
    t.file("other/x.sql", CRITICAL)
    (t.folder / "db/000003_link.up.sql").symlink_to("../other/x.sql")
    repo.commit()
    t.file("db/000002_a.up.sql", CRITICAL)
    t.file("other/x.sql", CRITICAL + "SELECT 1;")
    assert selected(repo, "--since", "new", "app/migrations") == [
        "app/migrations/000002_a.up.sql", "app/migrations/000003_link.up.sql"]
    assert selected(repo, "--since", "new", "db") == ["db/000002_a.up.sql", "db/000003_link.up.sql"]


def test_links_to_what_differs_from_the_index(t):
    repo = repository(t)
    (t.folder / "app").mkdir()
    (t.folder / "app/migrations").symlink_to("../db")
    repo.commit()
    t.file("db/000002_a.up.sql", CRITICAL)
    repo.git("add", ".")
    assert selected(repo, "--staged", "app/migrations") == ["app/migrations/000002_a.up.sql"]
    t.file("db/000001_users.up.sql", CREATE + "SELECT 1;")
    run = repo.check("--staged", "app/migrations")
    assert run.code == 2 and "app/migrations/000001_users.up.sql: error: --staged: is reached by a symbolic" in run.out
    assert selected(repo, "--staged", "db") == ["db/000002_a.up.sql"]


# --- hostile repositories


@rows(('000002_"a b\nc.up.sql',), ("000002_ä\\t.up.sql",), ("000002_*?[x].up.sql",), ("000002_:(top).up.sql",),
      ("000002_\udcff.up.sql",), ("000002_ .up.sql",))
def test_odd_names(t, name):
    repo = repository(t)
    t.file(f"-db/{name}", CRITICAL)
    for words in (["--since", "main"], ["--staged"]):
        assert len(repo.check("--rule", "drop-column", *words, "./-db").findings) == 1, t.last
        assert "nothing to report" not in t.last.err
        repo.git("add", ".")
    (t.folder / "-db" / name).write_text("SELEC")
    assert len(repo.check("--rule", "drop-column", "--staged", "./-db").findings) == 1


def trap(t):
    """A command that leaves a mark, for everything that a repository can configure."""
    script = t.folder / "trap"
    script.write_text(f'#!/bin/sh\necho "$0" "$@" >>{t.folder}/pwned\ncat "$1" 2>/dev/null\n')
    script.chmod(0o755)
    return str(script)


def test_nothing_that_a_repository_configures_is_run(t):
    repo = repository(t)
    command = trap(t)
    t.file(".gitattributes", "*.sql diff=evil\n")
    t.file("db/000002_a.up.sql", CRITICAL)
    repo.git("add", ".")
    t.file("db/000002_a.up.sql", CRITICAL + "SELECT 1;")
    for key in ("core.fsmonitor", "core.pager", "core.sshCommand", "core.editor", "core.askPass", "diff.external",
                "diff.evil.textconv", "diff.evil.command", "pager.diff", "pager.ls-files", "alias.diff", "alias.cat-file",
                "alias.rev-parse", "interactive.diffFilter", "credential.helper"):
        repo.git("config", key, f"!{command}" if key.startswith("alias") else command)
    for hook in ("post-index-change", "pre-commit", "fsmonitor-watchman", "reference-transaction"):
        shutil.copy(command, t.folder / ".git/hooks" / hook)
    env = {name: command for name in ("GIT_EXTERNAL_DIFF", "GIT_PAGER", "PAGER", "GIT_ASKPASS", "GIT_SSH", "GIT_EDITOR")}
    for words in (["--since", "main"], ["--staged"]):
        assert selected(repo, *words, "db", env=env) == ["db/000002_a.up.sql"]
    assert not (t.folder / "pwned").exists(), t.read("pwned")
    repo.git("diff", "--ext-diff", check=False)
    assert (t.folder / "pwned").exists(), "the trap does not work"


def test_while_git_itself_works(t):
    """As in a hook: the index is locked."""
    repo = repository(t)
    t.file("db/000002_a.up.sql", CRITICAL)
    repo.commit()
    os.utime(t.folder / "db/000002_a.up.sql", (1, 1))
    t.file(".git/index.lock")
    for words, files in ((["--since", "main"], ["db/000002_a.up.sql"]), (["--staged"], [])):
        assert selected(repo, *words, "db") == files
    assert t.read(".git/index.lock") == ""


# --- --after and --latest


@rows(("1", [2, 9, 10]), ("0001", [2, 9, 10]), ("2", [9, 10]), ("5", [9, 10]), ("9", [10]), ("10", []), ("0", [1, 2, 9, 10]),
      ("99999999999999999999", []))
def test_after_a_version(t, version, expected):
    for number in (1, 2, 9, 10):
        t.file(f"db/{number}_x.up.sql", CRITICAL)
    run = t.check("--rule", "drop-column", "--format", "json", "--after", version, "db")
    assert [f["file"] for f in run.json["findings"]] == [f"db/{n}_x.up.sql" for n in expected]
    assert ("nothing to report" in run.err) == (not expected)


@rows(("V1.2", None), ("1.2", ["V1.10", "V2"]), ("1_2", ["V1.10", "V2"]), ("1", ["V1.2", "V1.10", "V2"]))
def test_versions_with_dots(t, version, expected):
    for name in ("V1", "V1.2", "V1.10", "V2"):
        t.file(f"db/{name}__x.sql", CRITICAL)
    t.file("db/R__views.sql", CRITICAL)
    run = t.check("--rule", "drop-column", "--format", "json", "--after", version, "db")
    if expected is None:
        assert run.code == 2 and run.err == f'migvet: --after wants a version such as 0041 or 20240102030405, not "{version}"\n'
        return
    assert [f["file"] for f in run.json["findings"]] == [f"db/{n}__x.sql" for n in expected]
    assert [n["file"] for n in run.json["remarks"]] == ["db/R__views.sql"]


def test_after_a_version_as_diesel_writes_it(t):
    t.file("diesel.toml")
    for day in "123":
        t.file(f"migrations/2024-01-0{day}-100000_x/up.sql", CRITICAL)
    for version in ("2024-01-02-100000", "20240102100000"):
        run = t.check("--rule", "drop-column", "--after", version, ".")
        assert run.findings == ["migrations/2024-01-03-100000_x/up.sql:1 drop-column"]


def test_the_last_of_each_history(t):
    for root in "ab":
        for number in (1, 9, 10):
            t.file(f"{root}/{number}_x.up.sql", CRITICAL)
    rule = ["--rule", "drop-column"]
    assert t.check(*rule, "--latest", "1", ".").findings == ["a/10_x.up.sql:1 drop-column", "b/10_x.up.sql:1 drop-column"]
    assert len(t.check(*rule, "--latest", "2", "a").findings) == 2
    assert len(t.check(*rule, "--latest", "99", "a").findings) == 3
    run = t.check(*rule, "--latest", "1", "a/9_x.up.sql")
    assert (run.code, run.out) == (0, "") and "nothing named is among the latest 1" in run.err


@rows(("--latest", "1", "in an order"), ("--after", "1", "has a version"))
def test_files_without_order(t, option, value, told):
    t.file("sql/a.sql", CRITICAL)
    t.file("sql/b.sql", CRITICAL)
    run = t.check(option, value, "sql")
    assert run.code == 2 and run.findings == [] and len(run.errors) == 1 and told in run.errors[0]
    t.file("db/1_x.up.sql", CRITICAL)
    run = t.check("--rule", "drop-column", option, "1" if option == "--latest" else "0", ".")
    assert run.code == 1 and run.findings == ["db/1_x.up.sql:1 drop-column"]
    assert len(run.notes) == 2 and all(f"{option} leaves it out" in note for note in run.notes)


@rows(("--latest 0 db", '--latest wants a number from 1, not "0"'),
      ("--latest -1 db", '--latest wants a number from 1, not "-1"'),
      ("--latest 1x db", '--latest wants a number from 1, not "1x"'),
      ("--latest '' db", '--latest wants a number from 1, not ""'),
      ("--latest 99999999999999999999999x db", '--latest wants a number from 1, not "99999999999999999999999x"'),
      ("--after users db", '--after wants a version such as 0041 or 20240102030405, not "users"'),
      ("--after '' db", '--after wants a version such as 0041 or 20240102030405, not ""'),
      ("--after 1 --latest 1 db", "--after and --latest exclude each other"),
      ("--since main --staged db", "--since and --staged exclude each other"),
      ("--since main -", '--since selects among files: "-" does not go with it'),
      ("--staged --stdin-filename db/1_a.sql -", '--staged selects among files: "-" does not go with it'),
      ("rules --staged", 'option --staged does not go with "migvet rules"'),
      ("--since", "option --since wants an argument: COMMIT"),
      ("--since main", "no path given: name files or folders of migrations, or - for standard input"))
def test_usage(t, words, message):
    t.file("db/1_a.up.sql", CRITICAL)
    run = t.migvet(*shlex.split(words), stdin="")
    assert (run.code, run.out, run.err) == (2, "", f"migvet: {message}\n")


# --- with other options and commands


def test_locks_of_what_is_new(t):
    repo = repository(t)
    t.file("db/000002_a.up.sql", CRITICAL)
    run = t.migvet("locks", "--format", "json", "--since", "main", "db", env=repo.env)
    assert [s["file"] for s in run.json["statements"]] == ["db/000002_a.up.sql"]
    run = t.migvet("locks", "--since", "gone", "db", env=repo.env)
    assert run.code == 2 and "git knows no commit gone" in run.out


def test_a_baseline_of_what_is_new(t):
    repo = repository(t)
    t.file("db/000002_a.up.sql", CRITICAL)
    repo.commit()
    t.file("db/000003_b.up.sql", MAJOR)
    baseline = t.migvet("baseline", "--since", "new", "db", env=repo.env)
    assert "000003_b" in baseline.out and "000002_a" not in baseline.out
    t.file("known.json", baseline.raw)
    run = repo.check("--baseline", "known.json", "--fail-on", "minor", "--since", "main", "db")
    assert {f.split(":")[0] for f in run.findings} == {"db/000002_a.up.sql"}


def test_a_history_that_is_given(t):
    repo = repository(t)
    t.file("schema.sql", CREATE)
    t.file("db/000002_widen.up.sql", WIDEN)
    rule = ["--rule", "retype-column", "--since", "main", "db"]
    assert repo.check(*rule).findings == []
    assert len(repo.check("--no-history", *rule).findings) == 1
    assert repo.check("--history", "schema.sql", *rule).findings == []
