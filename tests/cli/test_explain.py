"""migvet explain, migvet rules."""

import re

from harness import ROOT, rows

RULES = sorted(p.stem for p in (ROOT / "rules").glob("*.c"))
TIERS = {"critical", "major", "minor"}


@rows(*[(rule,) for rule in RULES])
def test_explain_a_rule(t, rule):
    run = t.migvet("explain", rule)
    assert (run.code, run.err) == (0, "")
    assert re.match(rf"{rule} \((critical|major|minor)", run.out)
    for part in ("## Why", "## Instead", f"-- migvet:ignore {rule} reason:"):
        assert part in run.out
    assert max(map(len, run.out.splitlines())) <= 100


def test_explain_says_the_same_as_the_rules_file(t):
    source = (ROOT / "rules/drop-column.c").read_text()
    said = t.migvet("explain", "drop-column").out
    summary = next(line.strip(" *") for line in source.splitlines() if line.strip("/ *"))
    assert summary in said


def listed(said, title):
    """The names under a title, in however many lines."""
    text = re.search(rf"^{title}: (.*(?:\n {{16}}.*)*)$", said, re.M)[1]
    text = " ".join(text.split())
    return [] if text == "nothing" else text.split(", ")


@rows(("SHARE ROW EXCLUSIVE",), ("share row exclusive",))
def test_explain_a_lock_mode(t, name):
    run = t.migvet("explain", name)
    assert (run.code, run.err) == (0, "")
    assert run.out.startswith("SHARE ROW EXCLUSIVE ")
    assert listed(run.out, "Conflicts with") == [
        "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"]
    assert listed(run.out, "Goes with") == ["ACCESS SHARE", "ROW SHARE"]
    assert max(map(len, run.out.splitlines())) <= 80


LOCKS = ["ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE",
         "EXCLUSIVE", "ACCESS EXCLUSIVE"]


@rows(*[(lock,) for lock in LOCKS])
def test_explain_knows_every_lock_mode(t, lock):
    run = t.migvet("explain", lock)
    assert run.code == 0 and run.out.startswith(lock + " ")
    assert sorted(listed(run.out, "Conflicts with") + listed(run.out, "Goes with")) == sorted(LOCKS)


def test_explain_has_color_when_it_is_asked_for(t):
    plain, colored = (t.migvet("explain", "--color", when, "drop-column").out for when in ("never", "always"))
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[\d*m", "", colored) == plain != colored


def test_rules_lists_every_rule_once(t):
    run = t.migvet("rules")
    assert (run.code, run.err) == (0, "")
    words = [line.split()[:2] for line in run.out.splitlines()]
    assert [w[0] for w in words] == RULES
    assert {w[1] for w in words} <= TIERS


def test_rules_in_markdown(t):
    lines = t.migvet("rules", "--format", "markdown").out.splitlines()
    assert lines[:2] == ["| Rule | Tier | Default | What it finds |", "|---|---|---|---|"]
    assert [line.split("`")[1] for line in lines[2:]] == RULES
    assert {line.count(" | ") for line in lines[2:]} == {3}


def test_rules_in_json(t):
    document = t.migvet("rules", "--format", "json").json
    assert document["version"] == 1
    assert [r["name"] for r in document["rules"]] == RULES
    for rule in document["rules"]:
        assert rule["tier"] in TIERS
        assert rule["enabled"] is (rule["default"] == "on")
        assert rule["summary"] and rule["documentation"].startswith(rule["summary"])
        assert all(":" in name for name in rule["foreign_names"])


def test_rules_into_a_file(t):
    run = t.migvet("rules", "-f", "json", "-o", "rules.json")
    assert (run.code, run.out, run.err) == (0, "", "")
    assert t.read("rules.json") == t.migvet("rules", "-f", "json").out
