"""Finds what is wrong with a SARIF file, one problem a line.

    check.py [--schema SCHEMA] FILE    the schema, where given, and what schemas cannot say
    check.py --log LOG                 what Microsoft's validator wrote about a file
"""

import argparse
import json
import re
import sys

import jsonschema

# Notes and warnings of the validator that ask for what is left out on purpose.
ACCEPTED = {
    "SARIF2002": "messages with ids: GitHub reads the text only",
    "SARIF2003": "the revision: whoever uploads the file knows it",
    "SARIF2005": "an address of the tool: it has none that would stay",
    "SARIF2006": "addresses that cannot be reached: the validator runs without network",
    "SARIF2009": "rule ids like ABC1001: names say more",
    "SARIF2010": "snippets: viewers have the files",
    "SARIF2011": "context regions: likewise",
    "SARIF2012": "an address of each rule's help: the help itself is in the file",
}


def schema_problems(document, schema):
    validator = jsonschema.validators.validator_for(schema)(schema)
    for error in validator.iter_errors(document):
        path = "/".join(str(part) for part in error.absolute_path)
        yield f"schema: {path}: {error.message[:300]}"


def locations(run):
    """Every physical location with where it stands."""
    for i, result in enumerate(run.get("results", [])):
        for location in result.get("locations", []):
            yield f"result {i}", location["physicalLocation"]
    for invocation in run.get("invocations", []):
        for i, note in enumerate(invocation.get("toolExecutionNotifications", [])):
            for location in note.get("locations", []):
                yield f"notification {i}", location["physicalLocation"]


def uri_problems(run):
    relative = re.compile(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+\Z")
    for where, location in locations(run):
        uri = location["artifactLocation"]["uri"]
        if not relative.match(uri.removeprefix("file://")):
            yield f"{where}: not a percent-encoded path: {uri}"


def rule_problems(run):
    """The validator and the schema both let a result point at another rule."""
    rules = run["tool"]["driver"]["rules"]
    ids = [rule["id"] for rule in rules]
    if len(ids) != len(set(ids)):
        yield "two rules have the same id"
    for i, result in enumerate(run["results"]):
        index = result["ruleIndex"]
        if index >= len(ids) or ids[index] != result["ruleId"]:
            yield f"result {i}: ruleIndex {index} is not {result['ruleId']}"


def text_problems(run):
    """What GitHub refuses, or cuts."""
    for rule in run["tool"]["driver"]["rules"]:
        for key in "shortDescription", "fullDescription":
            if not 0 < len(rule[key]["text"]) <= 1024:
                yield f"rule {rule['id']}: length of {key}"
        if "security-severity" in rule.get("properties", {}):
            yield f"rule {rule['id']}: security-severity makes alerts vulnerabilities"
    for i, result in enumerate(run["results"]):
        fingerprint = result["partialFingerprints"].get("primaryLocationLineHash", "")
        if not re.match(r"[0-9a-f]{1,16}:[1-9][0-9]*\Z", fingerprint):
            yield f"result {i}: primaryLocationLineHash {fingerprint!r}"
        region = result["locations"][0]["physicalLocation"]["region"]
        start = region["startLine"], region["startColumn"]
        if (region["endLine"], region["endColumn"]) < start:
            yield f"result {i}: ends before it starts"
    if len(run["results"]) > 5000:
        yield "more than 5000 results"


def own_problems(document):
    for run in document["runs"]:
        for problems in uri_problems, rule_problems, text_problems:
            yield from problems(run)


def log_problems(log):
    for run in log["runs"]:
        rules = run["tool"]["driver"].get("rules", [])
        for result in run.get("results", []):
            rule = result.get("ruleId") or rules[result["ruleIndex"]]["id"]
            if rule.split("/")[0] in ACCEPTED:
                continue
            message = result["message"]
            text = message.get("text") or f"{message.get('id')} {message.get('arguments')}"
            yield f"validator: {rule} {result.get('level', 'warning')}: {text[:400]}"
        for invocation in run.get("invocations", []):
            for key in "toolExecutionNotifications", "toolConfigurationNotifications":
                for note in invocation.get(key, []):
                    if note.get("level") == "error":
                        yield f"validator: {note['message'].get('text')}"


def problems_of(options):
    try:
        with open(options.file, encoding="utf-8-sig") as file:
            document = json.load(file)
    except (ValueError, RecursionError) as error:
        return [f"not JSON: {error}"]
    if options.log:
        return log_problems(document)
    problems = []
    if options.schema:
        with open(options.schema, encoding="utf-8-sig") as file:
            problems = list(schema_problems(document, json.load(file)))
    # What the schema refuses may have another shape than the rest expects.
    try:
        return problems or list(own_problems(document))
    except (LookupError, TypeError, ValueError) as error:
        return [f"not of the shape that is expected: {error!r}"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--schema")
    parser.add_argument("--log", action="store_true")
    parser.add_argument("file")
    found = list(problems_of(parser.parse_args()))
    print("\n".join(found[:50]), end="\n" if found else "")
    sys.exit(1 if found else 0)


main()
