#!/usr/bin/env python3
"""Proves that conformance.py and cli_conformance.py find each kind of fault, and nothing in what
fits.
"""

import copy
import unittest

import cli_conformance
import conformance

HEADERS = {
    "X-Request-Id": {"schema": {"type": "string", "pattern": "^r"}},
    "Idempotency-Replayed": {"schema": {"type": "string"}},
}
DOCUMENT = {
    "paths": {
        "/things": {
            "post": {
                "parameters": [{"$ref": "#/components/parameters/Limit"}],
                "requestBody": {
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/New"}}
                    }
                },
                "responses": {
                    "201": {
                        "headers": HEADERS,
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}
                        },
                    },
                    "204": {"headers": HEADERS},
                },
            }
        },
        "/things/{id}": {"delete": {"responses": {"204": {"headers": HEADERS}}}},
        "/things/all": {"delete": {"responses": {"204": {"headers": HEADERS}}}},
    },
    "components": {
        "parameters": {
            "Limit": {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 9}}
        },
        "schemas": {
            "New": {
                "type": "object",
                "required": ["name"],
                "properties": {"name": {"type": "string"}},
                "additionalProperties": False,
            },
            "Thing": {
                "allOf": [{"$ref": "#/components/schemas/Fields"}],
                "unevaluatedProperties": False,
            },
            "Fields": {
                "required": ["name"],
                "properties": {"name": {"type": "string", "maxLength": 6}},
            },
        },
    },
}
MADE = {
    "method": "POST",
    "target": "/things?limit=3",
    "requestHeaders": [["Content-Type", "application/json"]],
    "requestBody": '{"name":"a"}',
    "status": 201,
    "headers": [["X-Request-Id", "r1"], ["Date", "now"], ["Content-Type", "application/json"]],
    "body": '{"name":"a"}',
}
GONE = {
    **MADE,
    "method": "DELETE",
    "target": "/things/1",
    "requestBody": "",
    "status": 204,
    "body": "",
}
MADE_QUIETLY = {**MADE, "status": 204, "headers": [["X-Request-Id", "r1"]], "body": ""}
ALL_GONE = {**GONE, "target": "/things/all"}
ALL_WELL = [MADE, MADE_QUIETLY, GONE, ALL_GONE]
NOT_KEPT = {"headers": [["Idempotency-Replayed", "too-large-to-keep"]]}

# What is said, and what the exchange differs in.
BROKEN = [
    ("the status is not declared", {"status": 200}),
    ("header etag is not declared", {"headers": MADE["headers"] + [["ETag", '"1"']]}),
    (
        "header x-request-id does not fit",
        {"headers": [["X-Request-Id", "q"], ["Content-Type", "application/json"]]},
    ),
    ("media type text/html is not declared", {"headers": [["Content-Type", "text/html"]]}),
    ("media type none is not declared", {"status": 204, "headers": [], "body": "something"}),
    ("('secret' was unexpected)", {"body": '{"name":"a","secret":"hidden"}'}),
    ("'name' is a required property", {"body": "{}"}),
    ("$.name: not maxLength 6", {"body": '{"name":"hidden!"}'}),
    ("accepted, though: parameter limit does not fit", {"target": "/things?limit=10"}),
    ("accepted, though: parameter sort is not declared", {"target": "/things?sort=name"}),
    ("accepted, though: $: Additional properties", {"requestBody": '{"name":"a","b":"hidden"}'}),
    (
        "accepted, though: media type text/plain is not declared",
        {"requestHeaders": [["Content-Type", "text/plain"]]},
    ),
    ("no operation is declared", {"target": "/nothing"}),
    ("a body where none was kept", NOT_KEPT),
]


class Conformance(unittest.TestCase):
    def lines(self, *exchanges):
        return conformance.check(copy.deepcopy(DOCUMENT), exchanges)

    def test_what_fits_is_well(self):
        lines, all_is_well = self.lines(*ALL_WELL)
        self.assertTrue(all_is_well, lines)

    def test_an_answer_that_was_not_kept_has_no_body(self):
        lines, all_is_well = self.lines({**MADE, **NOT_KEPT, "body": ""}, *ALL_WELL)
        self.assertTrue(all_is_well, lines)

    def test_each_fault_is_found_and_no_value_is_printed(self):
        for said, difference in BROKEN:
            lines, all_is_well = self.lines({**MADE, **difference}, *ALL_WELL)
            self.assertFalse(all_is_well, said)
            self.assertIn(said, lines[0])
            self.assertNotIn("hidden", "\n".join(lines))

    def test_an_outcome_that_no_test_meets_is_a_fault(self):
        lines, all_is_well = self.lines(MADE, MADE_QUIETLY, GONE)
        self.assertFalse(all_is_well)
        self.assertEqual(lines, ["no test meets DELETE /things/all 204"])

    def test_a_literal_goes_before_a_parameter(self):
        lines, _ = self.lines(MADE, ALL_GONE)
        self.assertIn("no test meets DELETE /things/{id} 204", lines)

    def test_what_the_server_refuses_before_an_operation_is_well(self):
        stray = {**MADE, "target": "/nothing", "status": 404}
        lines, all_is_well = self.lines(stray, *ALL_WELL)
        self.assertTrue(all_is_well, lines)


class CliConformance(unittest.TestCase):
    def faults(self, output, request="curl -sS -X 'POST' 'http://127.0.0.1:1/things?limit=3' -H"):
        description = conformance.Description(copy.deepcopy(DOCUMENT))
        return cli_conformance.faults_of(description, {"request": request, "output": output})

    def test_the_answer_is_what_a_command_prints(self):
        self.assertEqual(self.faults('{"name":"a"}'), [])

    def test_what_is_not_the_answer_is_a_fault_whose_value_is_not_printed(self):
        for output in ('{"name":"hidden text"}', '{"name":"a","secret":"hidden"}', "hidden"):
            faults = self.faults(output)
            self.assertTrue(faults, output)
            self.assertNotIn("hidden", "\n".join(faults))

    def test_a_request_of_no_operation_is_a_fault(self):
        self.assertTrue(self.faults('{"name":"a"}', "curl -sS 'http://127.0.0.1:1/nothing' -H"))
        self.assertTrue(self.faults('{"name":"a"}', "error: no"))

    def test_the_longest_words_name_the_command(self):
        names = {"key", "key-end-secret", "key-end"}
        words = ["key", "end-secret", "key_1"]
        self.assertEqual(cli_conformance.command_in(words, names), "key-end-secret")
        self.assertEqual(cli_conformance.command_in(["key", "-o", "json"], names), "key")


if __name__ == "__main__":
    unittest.main()
