"""migvet as editors, CI systems and people's configurations use it: with the snippets of the README."""

import json
import os
import re
import shutil
import subprocess

from harness import CLEAN, CRITICAL, MAJOR, MIGVET, ROOT, rows
from test_select import Repo

CREATE = "CREATE TABLE users (id bigint, name varchar(10), email text);\n"
WIDEN = "ALTER TABLE users ALTER COLUMN name TYPE varchar(20);\n"
REWRITE = "ALTER TABLE users ALTER COLUMN id TYPE text;\n"
PATH = f"{MIGVET.parent}:{os.environ['PATH']}"
# What these tests look at; other rules may have something to say about the same statements.
DROP, RETYPE = ["--rule", "drop-column"], ["--rule", "retype-column"]
RULES = ("drop-column", "index-not-concurrent", "narrow-column", "retype-column")


def snippet(first_line):
    """The README's block of code that begins with this line."""
    lines = (ROOT / "README.md").read_text().splitlines()
    start = lines.index("    " + first_line)
    end = next(i for i in range(start, len(lines)) if lines[i] and not lines[i].startswith("    "))
    return "".join(line[4:] + "\n" for line in lines[start:end])


def project(t):
    """A history of three files, the last with something to be said, in the folder project."""
    repo = Repo(t, "project")
    t.file("project/.migvet.yml", "timeouts: external\ndowns: none\nrules: {missing-down: off}\n")
    t.file("project/db/m/000001_users.up.sql", CREATE)
    t.file("project/db/m/000002_widen.up.sql", WIDEN)
    t.file("project/db/m/000003_odd.up.sql", "SELECT 1;\nSELECT 'äöü'; " + CRITICAL + MAJOR)
    return repo


# --- standard input: text that is not saved


def stdin(t, path, text, *words, **how):
    return t.check("-q", "--format", "gcc", *words, "--stdin-filename", path, "-", stdin=text, **how)


def test_the_text_that_is_not_saved_counts(t):
    project(t)
    path = "project/db/m/000003_odd.up.sql"
    run = stdin(t, path, REWRITE, *RETYPE)
    assert run.code == 1 and [line.split(": ")[0] for line in run.out.splitlines()] == ["db/m/000003_odd.up.sql:1:19"]
    assert (stdin(t, path, "").code, t.last.out) == (0, "")
    assert (stdin(t, path, "-- nothing yet").code, t.last.out) == (0, "")
    assert t.read(path).startswith("SELECT 1;")


@rows((".", "project/db/m/000003_odd.up.sql"), ("project", "db/m/000003_odd.up.sql"), ("project/db/m", "000003_odd.up.sql"),
      ("project/db", "./m/../m/000003_odd.up.sql"))
def test_wherever_the_editor_was_started(t, cwd, path):
    project(t)
    for name in (path, t.folder / "project/db/m/000003_odd.up.sql"):
        run = stdin(t, name, REWRITE, *RETYPE, cwd=cwd)
        assert run.code == 1 and run.out.startswith("db/m/000003_odd.up.sql:1:19: error: ")


@rows(("project/db/m/000004_new.up.sql",), ("project/db/m/000004_with blank.up.sql",), ("project/db/m/000004_ä'\".up.sql",))
def test_a_file_that_is_not_there_yet(t, path):
    project(t)
    run = stdin(t, path, WIDEN.replace("20", "30") + CRITICAL, *DROP)
    assert run.code == 1 and run.out.count("\n") == 1 and ":2:19: error: " in run.out
    assert not (t.folder / path).exists()


def test_a_folder_that_is_not_there_yet(t):
    project(t)
    run = stdin(t, "project/new/folder/000001_x.up.sql", CRITICAL, *DROP)
    assert run.code == 1 and run.out.startswith("new/folder/000001_x.up.sql:1:19: error: ")


def test_an_old_file_is_checked_after_those_before_it_only(t):
    project(t)
    run = stdin(t, "project/db/m/000002_widen.up.sql", WIDEN + REWRITE, *RETYPE)
    assert [line.split(":")[1] for line in run.out.splitlines()] == ["2"]


def test_half_a_statement(t):
    # While somebody writes: one line about it, and all else is reported.
    project(t)
    run = stdin(t, "project/db/m/000003_odd.up.sql", CRITICAL + "ALTER TABLE users ADD COLUMN\n", *DROP)
    assert run.code == 2
    assert [line.split(":")[1] + line.split(":")[3] for line in run.out.splitlines()] == ["2 error", "1 error"]


@rows(("\r\n",), ("\n",))
def test_ends_of_lines(t, end):
    project(t)
    text = ("SELECT 1;\n\n" + REWRITE + CRITICAL).replace("\n", end)
    run = stdin(t, "project/db/m/000003_odd.up.sql", text)
    assert sorted({line.split(":")[1] for line in run.out.splitlines()}) == ["3", "4"]


def test_the_comments_and_the_configuration_hold(t):
    project(t)
    path = "project/db/m/000003_odd.up.sql"
    assert stdin(t, path, f"-- migvet:ignore drop-column reason: nobody reads it\n{CRITICAL}", *DROP).out == ""
    t.file("project/db/m/.migvet.yml",
           "timeouts: external\ndowns: none\noverrides:\n  - {paths: ['**/*_odd*'], rules: {drop-column: off}}\n")
    assert "drop-column" not in stdin(t, path, CRITICAL).out
    assert "drop-column" in stdin(t, "project/db/m/000004_other.up.sql", CRITICAL).out
    t.file("project/db/m/.migvet.yml", "nonsense: 1\n")
    run = stdin(t, path, CRITICAL)
    assert run.code == 2 and run.out.startswith("db/m/.migvet.yml:1:1: error: ") and run.out.count("\n") == 1


@rows(("text",), ("gcc",), ("github",))
def test_an_excluded_file_gives_nothing(t, form):
    project(t)
    t.file("project/.migvet.yml", "paths: {exclude: ['**/*_odd*']}\n")
    for path in ("project/db/m/000003_odd.up.sql", "project/db/m/000009_odd_new.up.sql"):
        run = t.check("-q", "--format", form, "--stdin-filename", path, "-", stdin=CRITICAL + "SELEC")
        assert (run.code, run.out, run.err) == (0, "", "")
    report = t.check("--format", "json", "--stdin-filename", path, "-", stdin=CRITICAL).json
    assert report["findings"] == report["errors"] == report["remarks"] == []


# --- vim


def concerns(message):
    """Whether it is one of RULES, or no rule at all."""
    return "[" not in message or any(message.endswith(f"[{rule}]") for rule in RULES)


def run_editor(t, command, cwd):
    """Runs an editor that has nobody's configuration; what it wrote to the file "out"."""
    env = {"HOME": str(t.folder), "PATH": PATH, "TERM": "dumb", "XDG_CONFIG_HOME": None, "XDG_DATA_HOME": None}
    t.run([*command, "-c", "qa!"], " ".join(command), None, env, cwd, subprocess.PIPE)
    out = t.folder / "out"
    assert out.exists(), t.last
    t.last.out += out.read_text()
    return json.loads(out.read_text())


def vim(t, path, script, cwd="project"):
    """Opens the file in vim with the README's settings, runs the script; the quickfix list as [file, line, column, type]."""
    if not shutil.which("vim"):
        t.skip("vim is not installed")
    t.file(".vim/compiler/migvet.vim", snippet('" ~/.vim/compiler/migvet.vim').split('" ~/.vimrc')[0])
    t.file(".vimrc", "filetype on\n" + snippet('" ~/.vimrc'))
    if t.run(["vim", "--version"], "vim --version", None, {}, ".", subprocess.PIPE).out.find("+quickfix") < 0:
        t.skip("this vim has no quickfix list")
    t.file("script.vim", f"{script}\ncall writefile([json_encode(map(filter(getqflist(), 'v:val.valid'), "
                         "{_, i -> [fnamemodify(bufname(i.bufnr), ':p'), i.lnum, i.col, i.type, i.text]}))], "
                         f"'{t.folder}/out')\n")
    command = ["vim", "-N", "-es", "-i", "NONE", "-u", str(t.folder / ".vimrc"),
               "--cmd", f"set rtp^={t.folder}/.vim", path, "-S", str(t.folder / "script.vim")]
    return [item for item in run_editor(t, command, cwd) if concerns(item[4])]


@rows(("project", "db/m/000003_odd.up.sql"), ("project/db/m", "000003_odd.up.sql"), (".", "project/db/m/000003_odd.up.sql"))
def test_vim_makes(t, cwd, path):
    project(t)
    found = vim(t, path, "set ft=sql\nsilent make!", cwd)
    whole = str(t.folder / "project/db/m/000003_odd.up.sql")
    assert [item[:4] for item in found] == [[whole, 2, 33, "e"], [whole, 3, 1, "w"]]
    assert found[0][4].endswith(" [drop-column]")


def test_vim_checks_on_save(t):
    project(t)
    t.file("project/db/m/000004_with blank.up.sql", "")
    found = vim(t, "db/m/000004_with blank.up.sql", "set ft=sql\ncall setline(1, 'DROP TABLE')\nwrite")
    assert [[os.path.basename(item[0]), *item[1:4]] for item in found] == [["000004_with blank.up.sql", 1, 11, "e"]]


def test_vim_without_a_repository(t):
    t.file("x/000001_a.up.sql", CRITICAL)
    t.file("x/.migvet.yml", "timeouts: external\ndowns: none\n")
    (t.folder / ".git").rmdir()
    found = vim(t, "000001_a.up.sql", "set ft=sql\nsilent make!", "x")
    assert [[item[0], *item[1:4]] for item in found] == [[str(t.folder / "x/000001_a.up.sql"), 1, 19, "e"]]


# --- neovim


def neovim(t, path, script):
    """Opens the file in neovim with the README's file, runs the script; the diagnostics."""
    if not shutil.which("nvim"):
        t.skip("neovim is not installed")
    t.file("migvet.lua", snippet("-- ~/.config/nvim/plugin/migvet.lua"))
    t.file("script.lua", script + "\nlocal found = {}\n"
           "for _, d in ipairs(vim.diagnostic.get(0)) do\n"
           "  table.insert(found, { d.lnum, d.col, d.end_lnum, d.end_col, d.severity, d.code or '', d.message })\n"
           f"end\nvim.fn.writefile({{ vim.fn.json_encode(found) }}, '{t.folder}/out')\n")
    command = ["nvim", "--headless", "-u", "NONE", "-i", "NONE", "-n", "--cmd", f"luafile {t.folder}/migvet.lua",
               "--cmd", "set fileformats=unix,dos", path, "-c", f"luafile {t.folder}/script.lua"]
    return sorted(d for d in run_editor(t, command, "project/db") if d[5] in ("", *RULES))


def test_neovim_shows_what_is_found_when_a_file_is_opened(t):
    project(t)
    found = neovim(t, "m/000003_odd.up.sql", "")
    # äöü has three letters and six bytes, and neovim counts bytes from 0
    assert [d[:2] + d[4:6] for d in found] == [[1, 35, 1, "drop-column"], [2, 0, 2, "index-not-concurrent"]]
    assert found[0][2:4] == [1, 52]
    assert "\n" in found[0][6]


def test_neovim_checks_what_is_not_saved(t):
    project(t)
    found = neovim(t, "m/000002_widen.up.sql", f"vim.api.nvim_buf_set_lines(0, 0, -1, true, {{ '{REWRITE.strip()}', 'SELEC' }})\n"
                                               "vim.cmd('doautocmd InsertLeave')")
    assert [d[:2] + d[4:6] for d in found] == [[0, 18, 1, "retype-column"], [1, 0, 1, ""]]
    assert t.read("project/db/m/000002_widen.up.sql") == WIDEN


def test_neovim_forgets_what_is_mended(t):
    project(t)
    assert neovim(t, "m/000003_odd.up.sql", "vim.api.nvim_buf_set_lines(0, 0, -1, true, { 'SELECT 1;' })\n"
                                            "vim.cmd('doautocmd TextChanged')") == []


def test_neovim_shows_no_errors_of_the_history(t):
    project(t)
    t.file("project/db/m/000001_users.up.sql", "SELEC;\n" + CREATE)
    assert neovim(t, "m/000002_widen.up.sql", "") == []


def test_neovim_and_an_excluded_file(t):
    project(t)
    t.file("project/.migvet.yml", "paths: {exclude: ['**/*_odd*']}\n")
    assert neovim(t, "m/000003_odd.up.sql", "") == []


# --- VS Code


def test_the_task_of_vs_code(t):
    project(t)
    task = json.loads(snippet("// .vscode/tasks.json").split("\n", 1)[1])["tasks"][0]
    names = {"${file}": str(t.folder / "project/db/m/000003_odd.up.sql")}
    run = t.shell("cd project && " + " ".join([task["command"], *(names.get(a, a) for a in task["args"])]))
    pattern = task["problemMatcher"]["pattern"]
    matches = [re.match(pattern["regexp"], line) for line in run.out.splitlines() if concerns(line)]
    groups = [[m[pattern[key]] for key in ("file", "line", "column", "severity", "code")] for m in matches]
    assert groups == [["db/m/000003_odd.up.sql", "2", "33", "error", "drop-column"],
                      ["db/m/000003_odd.up.sql", "3", "1", "warning", "index-not-concurrent"]]
    assert matches[0][pattern["message"]].startswith("dropping public.users.email")
    t.file("project/db/m/000003_odd.up.sql", "SELEC;")
    run = t.check("-q", "--format", "gcc", "project/db/m/000003_odd.up.sql")
    match = re.match(pattern["regexp"], run.out.strip())
    assert match[pattern["severity"]] == "error" and match[pattern["code"]] is None


# --- CI systems


def scalars(text):
    """ "key: value" pairs of the README's YAML, wherever they stand."""
    return dict(re.findall(r"([\w-]+): (\S.*?)\}?$", text, re.M))


def run_action(t, env, cwd="project"):
    """The last step of action.yml, as GitHub's runner runs a composite action's bash."""
    action = (ROOT / "action.yml").read_text()
    script = "".join(line[8:] + "\n" for line in action.rsplit("run: |\n", 1)[1].splitlines())
    (t.folder / "step.sh").write_text(script)
    (t.folder / "action/build").mkdir(parents=True, exist_ok=True)
    if not (t.folder / "action/build/migvet").exists():
        (t.folder / "action/build/migvet").symlink_to(MIGVET)
    whole = Repo.env.fget(type("", (), {"t": t})()) | {"GITHUB_ACTION_PATH": str(t.folder / "action")} | env
    return t.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", str(t.folder / "step.sh")], "action", None, whole,
                 cwd, subprocess.PIPE)


def test_the_action_on_a_pull_request(t):
    repo = project(t)
    repo.commit()
    base = repo.git("rev-parse", "HEAD")
    t.file("project/db/m/000004_drop.up.sql", "ALTER TABLE users DROP COLUMN name;\n")
    repo.commit()
    rule = " --rule drop-column"
    options = re.search(r"default: (--format.*)", (ROOT / "action.yml").read_text())[1] + rule
    run = run_action(t, {"PATHS": "db/m", "SINCE": base, "OPTIONS": options})
    assert run.code == 1 and run.out.startswith("::error file=db/m/000004_drop.up.sql,line=1,col=19,") and run.out.count("\n") == 1
    run = run_action(t, {"PATHS": "db/m", "SINCE": "", "OPTIONS": options})  # a push: everything
    assert run.code == 1 and "file=db/m/000003_odd.up.sql" in run.out
    options = re.search(r"options: (--format sarif.*?)\}", (ROOT / "README.md").read_text())[1] + rule
    run = run_action(t, {"PATHS": "db/m db/m/000001_users.up.sql", "SINCE": base, "OPTIONS": options})
    report = json.loads(t.read("project/migvet.sarif"))
    assert run.code == 1 and [r["ruleId"] for r in report["runs"][0]["results"]] == ["drop-column"]


@rows(("$(touch pwned)",), ("; touch pwned",), ("--output=pwned",), ("`touch pwned`",), ("*",))
def test_what_the_action_is_given_is_not_run(t, value):
    repo = project(t)
    repo.commit()
    assert run_action(t, {"PATHS": value, "SINCE": "", "OPTIONS": ""}).code == 2
    assert run_action(t, {"PATHS": "db/m", "SINCE": value, "OPTIONS": ""}).code == 2
    assert not (t.folder / "project/pwned").exists()


def test_the_job_of_gitlab(t):
    repo = project(t)
    repo.commit()
    base = repo.git("rev-parse", "HEAD")
    t.file("project/db/migrations/000001_drop.up.sql", CRITICAL)
    script = re.search(r"^  script: (.*)$", snippet("# .gitlab-ci.yml"), re.M)[1]
    run = t.run(["bash", "-c", script], script, None, repo.env | {"PATH": PATH, "CI_MERGE_REQUEST_DIFF_BASE_SHA": base},
                "project", subprocess.PIPE)
    assert run.code == 1 and "db/migrations/000001_drop.up.sql:1:19: critical: " in run.out


def test_the_hook_of_the_readme_is_one_of_ours(t):
    ours = re.findall(r"^- id: (\S+)", (ROOT / ".pre-commit-hooks.yaml").read_text(), re.M)
    text = snippet("# .pre-commit-config.yaml")
    assert re.search(r"- id: (\S+)", text)[1] in ours and ours == ["migvet", "migvet-staged"]
    files = re.search(r"files: (\S+)", text)[1]
    assert re.search(files, "db/migrations/0042_users.up.sql") and not re.search(files, "db/migrations/readme.md")


@rows(("migvet --since origin/main db/migrations",), ("migvet --staged db/migrations",), ("migvet --after 0041 db/migrations",),
      ("migvet --latest 3 db/migrations",))
def test_the_selections_of_the_readme(t, command):
    assert f"\n    {command} " in (ROOT / "README.md").read_text()
    repo = Repo(t)
    for number in ("0039", "0040", "0041"):
        t.file(f"db/migrations/{number}_x.up.sql", CLEAN)
    repo.commit()
    repo.git("update-ref", "refs/remotes/origin/main", "HEAD")
    t.file("db/migrations/0042_y.up.sql", CLEAN)
    repo.git("add", ".")
    run = t.migvet("locks", "--format", "json", *command.split()[1:], env=repo.env)
    assert {s["file"][14:18] for s in run.json["statements"]} == (
        {"0040", "0041", "0042"} if "latest" in command else {"0042"})
