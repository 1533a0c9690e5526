"""What README.md shows is what migvet prints."""

import os
import re
import subprocess

from harness import MIGVET, ROOT

SAMPLE = re.compile(r"^    \$ cat (\S+)\n((?:    .*\n)+)\n    \$ migvet (\S+)\n((?:(?:    .*)?\n)+?)(?=\S)", re.M)


def unindented(text):
    return "".join(line[4:] + "\n" if line else "\n" for line in text.splitlines())


def test_the_first_example(t):
    path, content, named, report = SAMPLE.search((ROOT / "README.md").read_text()).groups()
    assert path == named
    t.file(path, unindented(content))
    assert t.migvet(path).out.strip() == unindented(report).strip()


def test_the_table_of_rules(t):
    done = subprocess.run([ROOT / "tools/update-readme", "--check"], capture_output=True, text=True,
                          env={**os.environ, "MIGVET": str(MIGVET)})
    assert done.returncode == 0, done.stderr
