"""What a command-line test gets: a folder of its own, a way to run migvet in it, and its results.

A test is a function test_<what it shows>(t); its docstring, if any, is its name in the report. With
@rows(...) it is run once for each row. It says what must hold with plain assert; when that fails, the
report shows the line, and the last command with all it printed.
"""

import fcntl
import json
import os
import re
import shlex
import struct
import subprocess
import termios
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / os.environ.get("BUILD", "build")
MIGVET = ROOT / os.environ.get("MIGVET", BUILD / "migvet")
SECONDS = 120

# One statement for each tier.
CRITICAL = "ALTER TABLE users DROP COLUMN email;\n"
MAJOR = "CREATE INDEX users_email ON users (email);\n"
CLEAN = "CREATE TABLE notes (id bigint);\n"

# Two with nothing else to be said about them, timeouts included.
DELETE = "DELETE FROM users;\n"  # critical: unbounded-delete
UPDATE = "UPDATE users SET plan = 1;\n"  # major: unbounded-update


class Skip(Exception):
    """Why a test cannot be run here."""


class Run:
    """One run of migvet: exit code, and what it printed (invalid UTF-8 as surrogates)."""

    def __init__(self, command, code, out, err):
        self.command, self.code = command, code
        self.raw = out
        self.out = out.decode("utf-8", "surrogateescape")
        self.err = err.decode("utf-8", "surrogateescape")

    def __str__(self):
        return f"$ {self.command}\nexit code {self.code}\n--- stdout\n{self.out}--- stderr\n{self.err}"

    @property
    def json(self):
        return json.loads(self.raw)

    @property
    def findings(self):
        """ "path:line rule" of each finding of a text or JSON report."""
        if self.out.startswith("{"):
            return [f"{f['file']}:{f['line']} {f['rule']}" for f in self.json["findings"]]
        line = re.compile(r"^(\S.*?:\d+):\d+: (?:critical|major|minor): .* \[(.*)\]$", re.M)
        return [f"{place} {rule}" for place, rule in line.findall(self.out)]

    @property
    def errors(self):
        """ "path:line:column: message" of each error of a text report."""
        return [a + b for a, b in re.findall(r"^(\S.*?: )error: (.*)$", self.out, re.M)]

    @property
    def notes(self):
        return [a + b for a, b in re.findall(r"^(\S.*?: )note: (.*)$", self.out, re.M)]


def environment(changes):
    """Ours, without what would change a report; None takes a variable away."""
    changing = re.compile(r"LC_|LANG|COLUMNS|TERM$|NO_COLOR|CLICOLOR|GITHUB_|TZ$")
    kept = {k: v for k, v in os.environ.items() if not changing.match(k)}
    kept |= {"LC_ALL": "C", **changes}
    return {k: v for k, v in kept.items() if v is not None}


def read_terminal(master):
    try:
        return os.read(master, 65536)
    except OSError:  # that is how the end looks
        return b""


class Test:
    def __init__(self, folder):
        self.folder = folder
        self.last = None  # the last run
        (folder / ".git").mkdir()  # so that no configuration is looked for above

    def file(self, path, content=""):
        """Writes a file (str, or bytes) in the test's folder; returns its path as it was given."""
        absolute = self.folder / path
        absolute.parent.mkdir(parents=True, exist_ok=True)
        absolute.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def files(self, **contents):
        """t.files(a="...", b="...") writes a.sql and b.sql."""
        for name, content in contents.items():
            self.file(f"{name}.sql", content)

    def read(self, path):
        return (self.folder / path).read_text()

    def run(self, command, shown, stdin, env, cwd, stdout, **who):
        given = stdin.encode() if isinstance(stdin, str) else stdin
        source = {"stdin": subprocess.DEVNULL} if given is None else {"input": given}
        try:
            done = subprocess.run(command, cwd=self.folder / cwd, env=environment(env or {}), timeout=SECONDS,
                                  stdout=stdout, stderr=subprocess.PIPE, **source, **who)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"took longer than {SECONDS} s: {shown}") from None
        self.last = Run(shown, done.returncode, done.stdout or b"", done.stderr)
        return self.last

    def migvet(self, *arguments, stdin=None, env=None, cwd=".", stdout=subprocess.PIPE):
        """Runs migvet. stdin: str or bytes. stdout: an open file, instead of having it in the result."""
        shown = shlex.join(["migvet", *map(str, arguments)])
        return self.run([str(MIGVET), *map(str, arguments)], shown, stdin, env, cwd, stdout)

    def unprivileged(self, *arguments):
        """Runs migvet as somebody to whom files can be denied, whoever runs the tests."""
        shown = shlex.join(["migvet", *arguments])
        who = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
        self.folder.chmod(0o755)
        try:
            return self.run([str(MIGVET), *arguments], shown, None, None, ".", subprocess.PIPE, **who)
        except PermissionError:
            raise Skip(f"{MIGVET} cannot be run by another user") from None

    def shell(self, script):
        """Runs a bash script, in which migvet is the one under test."""
        path = f"{MIGVET.parent}:{os.environ['PATH']}"
        return self.run(["bash", "-c", script], script, None, {"PATH": path}, ".", subprocess.PIPE)

    def terminal(self, *arguments, env=None, columns=80, cwd="."):
        """What migvet prints on a terminal, with \\r\\n as \\n."""
        master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        printed = []
        reader = threading.Thread(target=lambda: printed.extend(iter(lambda: read_terminal(master), b"")))
        reader.start()
        try:
            self.migvet(*arguments, env={"TERM": "xterm", **(env or {})}, cwd=cwd, stdout=slave)
        finally:
            os.close(slave)
            reader.join()
            os.close(master)
        self.last.out = b"".join(printed).decode().replace("\r\n", "\n")
        return self.last

    def check(self, *arguments, **how):
        return self.migvet("check", *arguments, **how)

    def json(self, *arguments, **how):
        return self.migvet("check", "--format", "json", *arguments, **how).json

    def skip(self, why):
        raise Skip(why)

    @property
    def is_sanitized(self):
        """AddressSanitizer wants more address space, time and stack than some tests leave."""
        return b"__asan_init" in MIGVET.read_bytes()

    @property
    def grammar(self):
        """The major version of the binary's grammar."""
        done = subprocess.run([str(MIGVET), "--version"], capture_output=True, text=True, check=True)
        return int(re.search(r"grammar of PostgreSQL (\d+)", done.stdout)[1])


def rows(*table):
    """The test is run once for each row; a row is a tuple of its further arguments."""

    def mark(function):
        function.rows = table
        return function

    return mark
