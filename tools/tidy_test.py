#!/usr/bin/env python3
"""Proves that each rule of tools/tidy.py fires where it should, and nowhere else.

A case is the smallest repository that keeps every rule, with one file changed.
"""

import pathlib
import re
import tempfile
import unittest

import tidy

TIME_H = "src/base/include/claviger/base/time.h"
HEADER = "// Text of a key.\n#pragma once\n"

# Two modules, where core uses base; every rule is kept.
KEPT = {
    "ARCHITECTURE.md": "# Parts\n| `src/base/` | ids | – |\n| `src/core/` | domain | base |\n",
    "docs/decisions/README.md": "# Decisions\n[one](0001-one.md), [up](../../ARCHITECTURE.md)\n",
    "docs/decisions/0001-one.md": "# One\n",
    "src/base/CMakeLists.txt": "claviger_module(base SOURCES id.cc)\n",
    "src/base/include/claviger/base/id.h": HEADER,
    "src/core/CMakeLists.txt": "claviger_module(core SOURCES key.cc USES claviger::base)\n",
    "src/core/key.cc": '#include "claviger/base/id.h"\n',
}

LONG = "int x;\n" * (tidy.LINES + 1)

# rule: [(what is said, file, its text, line of the fault)]
BROKEN = {
    "layers": [
        ("upward include", "src/base/id.cc", '\n#include "claviger/core/key.h"\n', 2),
        ("include from a sibling folder", "src/core/a.cc", '#include "../base/id.h"\n', 1),
        (
            "CMake uses what is not allowed",
            "src/base/CMakeLists.txt",
            "claviger_module(base\n  USES claviger::core)\n",
            2,
        ),
        (
            "CMake uses what is not included",
            "src/core/key.cc",
            "int key;\n",
            1,
        ),
        ("include that CMake does not name", "src/core/CMakeLists.txt", "# claviger::base\n", 1),
        ("a module without a line in the table", "src/billing/CMakeLists.txt", "\n", 1),
    ],
    "banned": [
        ("random", "src/core/a.cc", "int i = std::rand();\n", 1),
        ("unsized copy", "src/core/a.cc", "\nvoid f() { strcpy(a, b); }\n", 2),
        ("shell", "src/core/a.cc", 'int i = std::system("ls");\n', 1),
        ("clock", "src/core/a.cc", "auto t = std::chrono::system_clock::now();\n", 1),
        ("empty assertion", "src/core/a_test.cc", "EXPECT_TRUE(true);\n", 1),
        ("swallowed exception", "src/core/a.cc", "try {\n} catch (...) {\n}\n", 2),
        ("using namespace std", "src/core/a.cc", "using namespace std;\n", 1),
        ("printing", "src/core/a.cc", "std::cout << 1;\n", 1),
        ("regex", "src/core/a.cc", "std::regex r;\n", 1),
        ("secret compared", "src/core/a.cc", 'if (a.reveal() == "b") {}\n', 1),
        ("secret compared from the right", "src/core/a.cc", "if (b != key.reveal()) {}\n", 1),
        ("select star", "src/core/a.cc", 'sql << "SELECT * FROM keys";\n', 1),
        ("suppression without a check", "src/core/a.cc", "int a;  // NOLINT\n", 1),
        ("suppression without a reason", "src/core/a.cc", "// NOLINTNEXTLINE(cert-x)\n", 1),
        ("postponed work", "tools/x.sh", "# TODO: later\n", 1),
    ],
    "columns": [
        ("a long line of code", "src/core/a.cc", "//\n//" + "x" * 99 + "\n", 2),
        ("a long line of a script", "run", "#!/bin/sh\n# " + "x" * 99 + "\n", 2),
    ],
    "file-length": [("a long file", "src/core/a.cc", LONG, tidy.LINES + 1)],
    "module-table": [
        ("a folder without a row", "ARCHITECTURE.md", "| `src/base/` | ids | – |\n", 1),
        (
            "a row without a folder",
            "ARCHITECTURE.md",
            KEPT["ARCHITECTURE.md"] + "| `src/billing/` | money | – |\n",
            4,
        ),
        (
            "a row that allows more than the table of layers",
            "ARCHITECTURE.md",
            KEPT["ARCHITECTURE.md"].replace("| base |", "| base, store |"),
            3,
        ),
    ],
    "headers": [
        ("a header without a word", "src/core/a.h", "#pragma once\n", 1),
        ("a header without a guard", "src/core/a.h", "// A.\nint a;\n", 1),
    ],
    "decisions": [
        ("a decision that nobody links", "docs/decisions/0002-two.md", "# Two\n", 1),
        ("an index without a link", "docs/decisions/README.md", "# Decisions\n", 1),
        ("a decision without a number", "docs/decisions/two.md", "# Two\n", 1),
    ],
    "links": [("a link to nothing", "README.md", "see\n[docs](docs/absent.md#top)\n", 2)],
    "citations": [
        ("a document that is not there", "src/core/a.cc", "int a;\n/// See design.md.\n", 2),
        ("a path that is not from the root", "a.py", "# As 0001-one.md says.\n", 1),
    ],
    "machines": [
        ("a path of one machine", "README.md", "cd /home/me/claviger\n", 1),
        ("where packages come from", "README.md", "FROM ghcr.io/x\n", 1),
    ],
    "plain-text": [
        ("a tab", "a.txt", "a\n\tb\n", 2),
        ("a space at the end", "a.txt", "a \n", 1),
        ("no line end at the end", "a.txt", "a\nb", 2),
    ],
}

# What looks like a fault and is none: (what is said, file, its text).
FINE = [
    ("a banned word in a comment", "src/core/a.cc", "// Never std::rand() or system(x).\n"),
    ("a banned word in a literal", "src/core/a.cc", 'auto a = R"(system(x))"; f("gets(");\n'),
    ("a quote in a number", "src/core/a.cc", "int a = 1'000'000; char c = '\"';\nint b = 1;\n"),
    ("a namespace of literals", "src/core/a.cc", "using namespace std::chrono_literals;\n"),
    ("a member called system", "src/core/a.cc", "os.system(1); clock->time(nullptr_);\n"),
    ("the clock itself", TIME_H, HEADER + "system_clock::now();\n"),
    ("printing in a benchmark", "bench/a.cc", "std::cout << 1;\n"),
    ("a count in SQL", "src/core/a.cc", 'sql << "SELECT COUNT(*) FROM keys";\n'),
    ("a reason for a suppression", "src/core/a.cc", "// NOLINTNEXTLINE(cert-x): because\n"),
    ("a name for mktemp", "tools/x.sh", "#!/bin/sh\nmktemp x.XXXXXX\n"),
    ("a long file with its reason", "src/core/a.cc", "// Long because: a table.\n" + LONG),
    ("a link to the web", "README.md", "[RFC](https://www.rfc-editor.org) [top](#top)\n"),
    ("a document by its path", "src/core/a.cc", "// See docs/decisions/0001-one.md, too.\n"),
    ("a document elsewhere", "src/core/a.cc", "// https://example.org/docs/absent.md\n"),
    ("a route called work", "src/core/a.cc", 'auto path = "/v1/work/orders";\n'),
    ("what was built", "build/a.h", "\t"),
]


def faults_of(files):
    """What tidy.py says of a repository of these files: a place and a rule for each fault."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        lines = tidy.faults_in(tidy.read_tree(pathlib.Path(folder)))
    return [tuple(line.split(": ")[:2]) for line in lines]


class Tidy(unittest.TestCase):
    """Each rule, on the smallest repository that shows it."""

    def test_a_repository_that_keeps_every_rule_has_no_fault(self):
        self.assertEqual(faults_of(KEPT), [])

    def test_every_rule_fires(self):
        for rule, cases in BROKEN.items():
            for said, name, text, line in cases:
                with self.subTest(rule=rule, case=said):
                    found = faults_of(KEPT | {name: text})
                    lines = [int(place.split(":")[1]) for place, by in found if by == rule]
                    self.assertEqual(lines, [line])

    def test_what_only_looks_like_a_fault_is_none(self):
        for said, name, text in FINE:
            with self.subTest(case=said):
                self.assertEqual(faults_of(KEPT | {name: text}), [])

    def test_every_rule_and_every_ban_has_its_case(self):
        self.assertEqual(BROKEN.keys(), tidy.RULES.keys())
        for ban in tidy.BANS:
            with self.subTest(ban=ban.pattern):
                texts = [text for _, _, text, _ in BROKEN["banned"]]
                self.assertTrue(any(re.search(ban.pattern, text) for text in texts))


if __name__ == "__main__":
    unittest.main()
