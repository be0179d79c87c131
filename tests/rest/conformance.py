#!/usr/bin/env python3
"""Holds what the REST tests and the server have said to each other against the API description:

    conformance.py OPENAPI_JSON EXCHANGES...

Each answer's status, headers, media type and body are declared; so are the parameters and the body
of each request that was accepted; and some test has met every declared outcome of every operation.
Prints what does not fit; ends with 1 if that is anything. A value is never printed: the exchanges
hold secrets.
"""

import collections
import json
import pathlib
import re
import sys
import urllib.parse

import jsonschema

# Headers of every answer of the server, which no operation declares.
SERVERS_OWN = {"date", "content-length", "content-type", "connection", "x-content-type-options"}
# What the server answers before a request has reached its operation.
BEFORE_AN_OPERATION = {400, 404, 405, 408, 413, 415, 417, 431, 503}
# What every operation declares, and a fault of the server or of the wire alone brings about: how it
# is answered, tests of the modules prove.
OUT_OF_REACH = {400, 500, 503, 520}
# Its contract gives every operation the same refusals, whether it can have them or not.
FACADE = "/api/v3/"
# Two requests under one Idempotency-Key at the same moment: tested with one operation for all.
AT_WORK = {
    "POST /v1/organizations",
    "POST /v1/me/password",
    "POST /v1/apis/{id}/keys/{keyId}/withdraw",
}
# Faults of a schema whose message names fields and no values.
TELLING = {"additionalProperties", "unevaluatedProperties", "required"}


class Description:
    """The document, with each reference replaced by what it leads to."""

    def __init__(self, document):
        self.document = document
        self.checked = {}
        self.operations = []
        for path, item in document["paths"].items():
            shared = item.get("parameters", [])
            for method, operation in item.items():
                if method != "parameters":
                    self.operations.append(Operation(self, path, method.upper(), shared, operation))
        # A literal segment goes before a parameter, as the router has it.
        self.operations.sort(key=lambda operation: operation.path.count("{"))

    def resolved(self, node):
        """The node without references, at any depth. The document has no circles."""
        if isinstance(node, list):
            return [self.resolved(item) for item in node]
        if not isinstance(node, dict):
            return node
        if "$ref" not in node:
            return {name: self.resolved(value) for name, value in node.items()}
        target = self.document
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step.replace("~1", "/").replace("~0", "~")]
        return self.resolved(target)

    def find(self, method, path):
        """The operation, or None."""
        method = "GET" if method == "HEAD" else method
        for operation in self.operations:
            if operation.method == method and operation.pattern.fullmatch(path):
                return operation
        return None

    def faults(self, validator, value):
        """What does not fit, without the values. The same value is looked at once."""
        key = (id(validator), json.dumps(value, sort_keys=True))
        if key not in self.checked:
            self.checked[key] = [said(error) for error in validator.iter_errors(value)]
        return self.checked[key]


def said(error):
    """One fault in a sentence."""
    place = re.sub(r"\[\d+\]", "[]", error.json_path)
    if error.validator in TELLING:
        return f"{place}: {error.message}"
    return f"{place}: not {error.validator} {json.dumps(error.validator_value)[:120]}"


class Operation:
    """One method of one path: what it takes, and what it answers."""

    def __init__(self, description, path, method, shared, operation):
        self.path = path
        self.method = method
        self.pattern = re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)))
        self.parameters = {
            parameter["name"]: jsonschema.Draft202012Validator(parameter["schema"])
            for parameter in description.resolved(shared + operation.get("parameters", []))
            if parameter["in"] == "query"
        }
        self.reads_query = operation.get("x-claviger-query") != "ignored"
        body = description.resolved(operation.get("requestBody", {}))
        self.bodies = validators(body.get("content", {}))
        self.responses = {
            int(status): Response(description.resolved(response))
            for status, response in operation["responses"].items()
        }
        # What other systems' clients send comes in more spellings than the one that is described.
        self.is_lenient = operation.get("x-claviger-lenient", False)
        self.met = set()

    def __str__(self):
        return f"{self.method} {self.path}"


class Response:
    """What an operation answers with one status."""

    def __init__(self, response):
        self.contents = validators(response.get("content", {}))
        self.headers = {
            name.lower(): jsonschema.Draft202012Validator(header["schema"])
            for name, header in response.get("headers", {}).items()
        }


def validators(content):
    return {
        media_type: jsonschema.Draft202012Validator(media["schema"])
        for media_type, media in content.items()
    }


def header(fields, name):
    return next((value for known, value in fields if known.lower() == name), "")


def media_type(fields):
    return header(fields, "content-type").split(";")[0].strip().lower()


def is_json(kind):
    return kind == "application/json" or kind.endswith("+json")


def body_faults(description, contents, kind, text):
    """What is wrong with a body of this media type."""
    if kind not in contents:
        return [f"media type {kind or 'none'} is not declared"]
    if not is_json(kind):
        return []
    return description.faults(contents[kind], json.loads(text))


def answer_faults(description, operation, exchange):
    """What is wrong with an answer of an operation."""
    response = operation.responses.get(exchange["status"])
    if response is None:
        was_reached = exchange["status"] not in BEFORE_AN_OPERATION
        return ["the status is not declared"] if was_reached else []
    found = []
    for name, value in exchange["headers"]:
        name = name.lower()
        if name in SERVERS_OWN:
            continue
        if name not in response.headers:
            found.append(f"header {name} is not declared")
        elif not response.headers[name].is_valid(value):
            found.append(f"header {name} does not fit its schema")
    if exchange["method"] == "HEAD":
        return found
    if "fields" in dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(exchange["target"]).query)):
        return found  # the items lack what was not asked for
    if header(exchange["headers"], "idempotency-replayed") == "too-large-to-keep":
        return found + (["a body where none was kept"] if exchange["body"] else [])
    if exchange["body"] or response.contents:
        kind = media_type(exchange["headers"])
        found += body_faults(description, response.contents, kind, exchange["body"])
    return found


def request_faults(description, operation, exchange):
    """What is wrong with a request that was accepted."""
    found = []
    query = urllib.parse.urlsplit(exchange["target"]).query if operation.reads_query else ""
    for name, value in urllib.parse.parse_qsl(query, keep_blank_values=True):
        validator = operation.parameters.get(name)
        if validator is None:
            found.append(f"parameter {name} is not declared")
        elif not validator.is_valid(parameter_value(value, validator)):
            found.append(f"parameter {name} does not fit its schema")
    if exchange["requestBody"]:
        kind = media_type(exchange["requestHeaders"])
        found += body_faults(description, operation.bodies, kind, exchange["requestBody"])
    return [f"accepted, though: {fault}" for fault in found]


def parameter_value(text, validator):
    """A parameter's text as its schema means it."""
    kind = validator.schema.get("type")
    if kind == "integer" and re.fullmatch(r"-?\d+", text):
        return int(text)
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    return text


def faults_of(description, exchange):
    """What is wrong with one exchange, and where."""
    path = urllib.parse.urlsplit(exchange["target"]).path
    status = exchange["status"]
    operation = description.find(exchange["method"], path)
    if operation is None:
        where = f"{exchange['method']} (no operation) {status}"
        return where, [] if status in BEFORE_AN_OPERATION else ["no operation is declared"]
    operation.met.add(status)
    found = answer_faults(description, operation, exchange)
    if 200 <= status < 300 and not operation.is_lenient:
        found += request_faults(description, operation, exchange)
    return f"{operation} {status}", found


def check(document, exchanges):
    """The lines to print, and whether all is well."""
    description = Description(document)
    faults = collections.Counter()
    for exchange in exchanges:
        where, found = faults_of(description, exchange)
        faults.update(f"{where}: {fault}" for fault in found)
    lines = [f"{fault} ({count} times)" for fault, count in sorted(faults.items())]
    in_order = sorted(description.operations, key=str)
    not_met = []
    for operation in in_order:
        not_met += [f"no test meets {operation} {status}" for status in sorted(missing(operation))]
    return lines + not_met, not faults and not not_met


def missing(operation):
    """The declared outcomes that a test should have met and none has."""
    reachable = set(operation.responses) - OUT_OF_REACH
    if operation.path.startswith(FACADE):
        return {status for status in reachable - operation.met if status < 300}
    if str(operation) in AT_WORK:
        reachable.discard(409)
    return reachable - operation.met


def main():
    document = json.loads(pathlib.Path(sys.argv[1]).read_text())
    exchanges = [
        json.loads(line)
        for name in sys.argv[2:]
        for line in pathlib.Path(name).read_text().split("\n")  # splitlines() knows more line ends
        if line
    ]
    lines, all_is_well = check(document, exchanges)
    print("\n".join(lines))
    print(f"{len(exchanges)} exchanges")
    return 0 if all_is_well else 1


if __name__ == "__main__":
    sys.exit(main())
