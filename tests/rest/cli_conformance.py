#!/usr/bin/env python3
"""Holds the JSON that commands have printed in the tests against the API description:

    cli_conformance.py CLAVIGER OPENAPI_JSON COMMANDS

What a command prints is the answer of the one operation that it calls, or the items of a list. Each
command that prints such an answer does so in some test. Prints what does not fit, without values;
ends with 1 if that is anything.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.parse

import jsonschema

from conformance import Description, is_json, said

# Commands without JSON, or with JSON of their own.
NO_ANSWER_OF_THE_API = {
    "auth login",
    "auth logout",
    "auth password change",
    "auth password choose",
    "auth second-factor end",
    "auth sessions end",
    "auth status",  # the answer, and where the token comes from
    "agent inspect",
    "audit export",
    "check",
    "completion",
    "context list",
    "context rm",
    "context show",
    "context use",
    "doctor",
    "help",
    "key inspect",
    "man",
    "rest",
    "role delete",
    "serve",
    "user reset-second-factor",
    "user sessions end",
    "version",
}

REQUEST = re.compile(r"^curl -sS(?: -X '(?P<method>[A-Z]+)')? 'https?://[^/]+(?P<target>[^']+)'")


def commands_of(program):
    """The words of each command, from the names of the manual pages."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([program, "man", "--all", folder], check=True, capture_output=True)
        pages = sorted(path.stem for path in pathlib.Path(folder).iterdir())
    # A group has a page as well; it is no command, and its name begins those of its commands.
    names = [name.removeprefix("claviger-") for name in pages if name != "claviger"]
    return {name for name in names if not any(other.startswith(name + "-") for other in names)}


def command_in(words, names):
    """The name of the command that these words run, as its manual page has it."""
    found = ""
    for count in range(1, len(words) + 1):
        name = "-".join(words[:count])
        found = name if name in names else found
    return found


def shapes_of(operation):
    """The schemas of what a command may print of it: an answer, or the items of all pages."""
    for status, response in operation.responses.items():
        for kind, validator in response.contents.items():
            if not 200 <= status < 300 or not is_json(kind):
                continue
            yield validator.schema
            items = validator.schema.get("properties", {}).get("data", {}).get("items")
            if items is not None:
                yield {"type": "array", "items": items}


def faults_of(description, run):
    """What is wrong with the output of one command."""
    request = REQUEST.match(run["request"])
    if request is None:
        return ["--print-request prints no request"]
    path = urllib.parse.urlsplit(request["target"]).path
    operation = description.find(request["method"] or "GET", path)
    if operation is None:
        return ["its request is of no operation"]
    try:
        output = json.loads(run["output"])
    except json.JSONDecodeError:
        return ["it prints no JSON"]
    faults = ["the operation has no answer in JSON"]
    for shape in shapes_of(operation):
        validator = jsonschema.Draft202012Validator(shape)
        faults = [said(error) for error in validator.iter_errors(output)]
        if not faults:
            return []
    return [f"{operation}: {fault}" for fault in faults]


def main():
    program, document, log = sys.argv[1:]
    description = Description(json.loads(pathlib.Path(document).read_text()))
    names = commands_of(program)
    faults = set()
    met = set()
    lines = [line for line in pathlib.Path(log).read_text().split("\n") if line]
    for run in map(json.loads, lines):
        name = command_in(run["words"], names)
        met.add(name)
        faults.update(f"{name}: {fault}" for fault in faults_of(description, run))
    expected = names - {name.replace(" ", "-") for name in NO_ANSWER_OF_THE_API}
    faults.update(f"no test prints the JSON of {name}" for name in expected - met)
    print("\n".join(sorted(faults)))
    print(f"{len(lines)} outputs of {len(met)} commands")
    return 1 if faults or not lines else 0


if __name__ == "__main__":
    sys.exit(main())
