#!/usr/bin/env python3
"""The house rules that no linter knows, as a test (ctest house_rules, and part of ./dev lint).

Each fault is one line on standard output, "path:line: rule: what to do"; the exit status is 1 if
there is one. tools/tidy_test.py proves that every rule fires. To add a rule, write a function that
takes a Tree and yields Faults, put it into RULES, and give it a case there.
"""

import argparse
import dataclasses
import functools
import pathlib
import re
import sys

# The modules, bottom up, and whose headers each may include. The top CMakeLists.txt lists them in
# the same order, and refuses upward use; this table refuses what lies below but is not meant.
LAYERS = {
    "base": [],
    "core": ["base"],
    "keyring": ["base", "core"],
    "store": ["base", "core"],
    "http": ["base"],
    "service": ["base", "core", "keyring", "store"],
    "agent": ["base", "core", "keyring"],
    "api": ["base", "core", "http", "service"],
    "gateway": ["base", "core", "keyring"],
    "cli": ["base", "core", "http"],
}
LAYERS["app"] = list(LAYERS)  # the only place that wires the parts

# Folders that hold nothing of ours.
SKIPPED_FOLDERS = re.compile(r"\.git|build|build-.*|node_modules|__pycache__")
# The files that spell out what is banned.
RULE_FILES = {"tools/tidy.py", "tools/tidy_test.py"}

COLUMNS = 100
LINES = 500
LINES_OF_HEAD = 40

CXX = (".h", ".cc", ".c")
COLUMN_SUFFIXES = CXX + (".cmake", ".py", ".sh", ".sql", ".conf")


@dataclasses.dataclass(frozen=True)
class Fault:
    """One place where a rule is broken; line counts from 1."""

    path: str
    line: int
    message: str


@dataclasses.dataclass(frozen=True)
class File:
    """A text file of the repository; path is relative to its root."""

    path: str
    text: str

    @functools.cached_property
    def lines(self):
        return self.text.split("\n")

    @functools.cached_property
    def code(self):
        """For C and C++, the text with comments and literals blanked out; lines stay in place."""
        return CXX_TOKENS.sub(blank, self.text) if self.path.endswith(CXX) else self.text

    @property
    def is_script(self):
        return self.text.startswith("#!")

    def fault(self, offset, message):
        """A fault at a character offset."""
        return Fault(self.path, self.text.count("\n", 0, offset) + 1, message)


@dataclasses.dataclass(frozen=True)
class Tree:
    """The repository: its text files by path, and the names of the folders in src/."""

    files: dict
    modules: list

    def ending(self, *suffixes):
        return [file for file in self.files.values() if file.path.endswith(suffixes)]

    @property
    def own(self):
        """Every file that does not itself spell out what is banned."""
        return [file for file in self.files.values() if file.path not in RULE_FILES]


# A number comes first, so that the quotes in 1'000'000 open no character literal.
CXX_TOKENS = re.compile(
    r"""(?P<number>\b\d[\w']*)
      | //[^\n]*
      | /\*.*?\*/
      | R"(?P<delimiter>[^\s()\\]{0,16})\(.*?\)(?P=delimiter)"
      | "(?:\\.|[^"\\\n])*"
      | '(?:\\.|[^'\\\n])*'""",
    re.VERBOSE | re.DOTALL,
)


def blank(match):
    """The token's line ends and nothing else of it; numbers stay. Includes keep their paths."""
    if match["number"]:
        return match[0]
    before = match.string[match.string.rfind("\n", 0, match.start()) + 1 : match.start()]
    if before.strip() == "#include":
        return match[0]
    return re.sub(r"[^\n]", " ", match[0])


def read_tree(root):
    """Every text file below root that could be ours; one with a zero byte is no text."""
    files = {}
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if any(SKIPPED_FOLDERS.fullmatch(part) for part in parts[:-1]) or not path.is_file():
            continue
        if parts == (".git",):  # a second worktree's way to its repository
            continue
        data = path.read_bytes()
        if b"\0" not in data:
            name = "/".join(parts)
            files[name] = File(name, data.decode(errors="replace"))
    source = root / "src"
    modules = sorted(path.name for path in source.iterdir() if path.is_dir())
    return Tree(files, modules)


INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"](?P<path>[^>"\n]+)[>"]', re.MULTILINE)


def module_of(path):
    """The module that a file belongs to, or None outside src/."""
    match = re.match(r"src/([^/]+)/", path)
    return match[1] if match else None


def layers(tree):
    """Includes and CMake targets stay within the table above, and agree with each other."""
    included = {module: {} for module in tree.modules}
    for file in tree.ending(*CXX):
        module = module_of(file.path)
        if module not in LAYERS:
            continue
        for match in INCLUDE.finditer(file.code):
            if match["path"].startswith("../"):
                yield file.fault(match.start(), 'write the path from the root: "claviger/…"')
            used = re.match(r"claviger/(\w+)/", match["path"])
            if used and used[1] != module:
                included[module].setdefault(used[1], file.fault(match.start(), ""))
                if used[1] not in LAYERS[module]:
                    yield file.fault(match.start(), refusal(module, used[1]))
    for module in tree.modules:
        if module in LAYERS:
            yield from cmake_layers(tree, module, included[module])
        else:
            yield Fault(f"src/{module}", 1, f"give {module} its line in LAYERS of tools/tidy.py")


def cmake_layers(tree, module, included):
    """What src/<module>/CMakeLists.txt names, against the table and against what is included."""
    file = tree.files.get(f"src/{module}/CMakeLists.txt")
    if not file:
        yield Fault(f"src/{module}/CMakeLists.txt", 1, "declare the module with claviger_module()")
        return
    declared = {}
    for match in re.finditer(r"\bclaviger::(\w+)", re.sub(r"#.*", blank_line, file.text)):
        if match[1] in LAYERS and match[1] != module:
            declared.setdefault(match[1], match.start())
    for used, offset in declared.items():
        if used not in LAYERS[module]:
            yield file.fault(offset, refusal(module, used))
        elif used not in included:
            yield file.fault(offset, f"{module} includes nothing of {used}: drop claviger::{used}")
    for used, place in included.items():
        if used in LAYERS[module] and used not in declared:
            message = f"name claviger::{used} in src/{module}/CMakeLists.txt, or do not include it"
            yield dataclasses.replace(place, message=message)


def blank_line(match):
    return " " * len(match[0])


def refusal(module, used):
    allowed = ", ".join(LAYERS[module]) or "no module"
    return f"{module} may use {allowed}; not {used}"


@dataclasses.dataclass(frozen=True)
class Ban:
    """Something not to write: where it may stand all the same, and what to write instead."""

    pattern: str
    instead: str
    suffixes: tuple = CXX
    allowed_in: str = "$^"  # a regular expression for the start of a path
    in_code: bool = True  # comments and literals do not count


BANS = [
    Ban(r"\b(?:std::)?(?:s?rand|drand48)\s*\(|\brandom_device\b", "take a claviger::Random"),
    Ban(
        r"(?<![\w.>:])(?:std::)?(?:strcpy|strcat|v?sprintf|gets|tmpnam)\s*\(",
        "use std::string, fmt::format or a call that knows the size",
    ),
    Ban(
        r"(?<![\w.>:])(?:std::)?(?:system|popen)\s*\(",
        "start no shell; use posix_spawn with an argument vector",
    ),
    Ban(
        r"\bsystem_clock::now\b|\bgettimeofday\s*\(|\btime\s*\(\s*(?:nullptr|NULL)\s*\)",
        "take a claviger::Clock, so that a test can set the time",
        allowed_in=r"src/base/include/claviger/base/time\.h$",
    ),
    Ban(r"\b(?:EXPECT|ASSERT)_TRUE\s*\(\s*true\s*\)", "assert what the test's name guarantees"),
    Ban(
        r"\bcatch\s*\(\s*\.\.\.\s*\)\s*\{\s*\}",
        "turn the exception into an Error; never drop it",
    ),
    Ban(r"\busing\s+namespace\s+std\s*;", "name what you use"),
    Ban(
        r"\bstd::(?:cout|cerr|clog)\b",
        "write an event with claviger::log",
        allowed_in=r"src/cli/|src/app/|bench/|tests/",
    ),
    Ban(r"\bstd::w?regex\b", "parse by hand: std::regex takes exponential time on hostile input"),
    Ban(
        r"\breveal\(\)\s*[!=]=|[!=]=\s*[\w.>()-]*\breveal\(\)",
        "compare secrets with equal_in_constant_time()",
    ),
    Ban(r"(?i)\bselect\s+(?:\w+\.)?\*", "name the columns", (*CXX, ".sql", ".py"), in_code=False),
    Ban(
        r"\bNOLINT\w*(?!\w*\([\w\-.,* ]+\): \S)",
        'name the check and the reason: "NOLINTNEXTLINE(check-name): why"',
        in_code=False,
    ),
    Ban(
        r"\b(?:FIXME|XXX|HACK|TODO)\b",
        "do it now, or leave it out",
        ("",),
        in_code=False,
    ),
]


def banned(tree):
    """No token of BANS outside the places that may have it."""
    for ban in BANS:
        pattern = re.compile(ban.pattern)
        for file in tree.own:
            if not file.path.endswith(ban.suffixes) or re.match(ban.allowed_in, file.path):
                continue
            for match in pattern.finditer(file.code if ban.in_code else file.text):
                written = " ".join(match[0].split())
                yield file.fault(match.start(), f'not "{written}": {ban.instead}')


def columns(tree):
    """A line of code fits 100 columns."""
    for file in tree.files.values():
        if file.path.endswith((*COLUMN_SUFFIXES, "CMakeLists.txt")) or file.is_script:
            for number, line in enumerate(file.lines, 1):
                if len(line) > COLUMNS:
                    yield Fault(file.path, number, f"{len(line)} columns; break it at {COLUMNS}")


def file_length(tree):
    """A file tells one story, or says at its top why it is longer than that."""
    for file in tree.ending(*CXX, ".py"):
        length = file.text.count("\n")
        said = any(re.match(r"(//|#) Long because: \S", s) for s in file.lines[:LINES_OF_HEAD])
        if length > LINES and not said:
            message = 'split it by its stories, or say "Long because: …" at its top'
            yield Fault(file.path, LINES + 1, f"{length} lines; {message}")


def module_table(tree):
    """ARCHITECTURE.md has a row for each folder of src/, which names what LAYERS allows it."""
    name = "ARCHITECTURE.md"
    rows = {}
    for number, line in enumerate(tree.files.get(name, File(name, "")).lines, 1):
        match = re.match(r"\| `src/([^/`]+)/` \|.*\| ([^|]*) \|$", line)
        if match:
            rows[match[1]] = number
            uses = uses_of(match[1])
            if match[2] != uses:
                yield Fault(name, number, f'"{match[2]}" is not what LAYERS says: "{uses}"')
    for module in tree.modules:
        if module not in rows:
            yield Fault(name, 1, f'add the row "| `src/{module}/` | …" to the module table')
    for module, number in rows.items():
        if module not in tree.modules:
            yield Fault(name, number, f"there is no folder src/{module}/: remove its row")


def uses_of(module):
    """The last cell of a module's row."""
    allowed = LAYERS.get(module, [])
    if len(allowed) == len(LAYERS) - 1:
        return "all"
    return ", ".join(allowed) or "–"


def headers(tree):
    """A header says first what it is, and guards itself."""
    for file in tree.ending(".h"):
        if not file.text.startswith(("//", "/*")):
            yield Fault(file.path, 1, "begin with a comment: what this is, in one sentence")
        if "#pragma once" not in file.lines:
            yield Fault(file.path, 1, "guard the header with #pragma once")


DECISIONS = "docs/decisions/"


def decisions(tree):
    """A decision is docs/decisions/NNNN-title.md, and its README links it."""
    index = tree.files.get(DECISIONS + "README.md", File("", "")).text
    for file in tree.ending(".md"):
        name = file.path.removeprefix(DECISIONS)
        if name == file.path or name == "README.md":
            continue
        if not re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", name):
            yield Fault(file.path, 1, "name it NNNN-title.md, in lower case")
        elif f"({name})" not in index:
            yield Fault(file.path, 1, f"link it from {DECISIONS}README.md")


LINK = re.compile(r"\]\((?!\w+:|#)(?P<target>[^)\s#]+)[^)]*\)")


def links(tree):
    """A relative link in a document leads to a file or folder of the repository."""
    folders = {str(parent) for path in tree.files for parent in pathlib.PurePosixPath(path).parents}
    for file in tree.ending(".md"):
        for match in LINK.finditer(file.text):
            parts = []
            for part in (pathlib.PurePosixPath(file.path).parent / match["target"]).parts:
                if part == ".." and parts:
                    parts.pop()
                else:
                    parts.append(part)
            target = "/".join(parts) or "."
            if target not in tree.files and target not in folders:
                yield file.fault(match.start(), f"{match['target']} does not exist")


DOCUMENT = re.compile(r"(?<![\w./:-])[\w./-]*\w\.md\b")


def citations(tree):
    """A document that a comment or a text names is in the repository, by its path from the root."""
    for file in tree.own:
        if not file.path.endswith(COLUMN_SUFFIXES) and not file.is_script:
            continue
        for match in DOCUMENT.finditer(file.text):
            in_code = file.path.endswith(CXX) and file.code[match.start()] != " "
            if not in_code and match[0] not in tree.files:
                yield file.fault(match.start(), f"there is no {match[0]}: say the reason itself")


MACHINE = re.compile(
    r"(?<![\w./-])/(?:home/\w+|root|work|Users/\w+|workspace)/"
    r"|/tmp/build-"
    r"|\b(?:deb|security|snapshot)\.debian\.org\b|\bregistry\.npmjs\.org\b|\bpypi\.org\b"
    r"|\bcrates\.io\b|\bproxy\.golang\.org\b|\b[\w-]+\.pkg\.dev\b|\b(?:ghcr|quay|gcr|docker)\.io\b"
)


def machines(tree):
    """Nothing that is true of one machine alone: its paths, or where it gets its packages."""
    for file in tree.own:
        for match in MACHINE.finditer(file.text):
            yield file.fault(match.start(), f'not "{match[0]}": true of one machine only')


def plain_text(tree):
    """No tabs, no space at the end of a line, and a line end at the end of a file."""
    for file in tree.files.values():
        for number, line in enumerate(file.lines, 1):
            if "\t" in line:
                yield Fault(file.path, number, "write spaces, not a tab")
            if line != line.rstrip():
                yield Fault(file.path, number, "remove the space at the end of the line")
        if file.text and not file.text.endswith("\n"):
            yield Fault(file.path, len(file.lines), "end the file with a line end")


RULES = {
    "layers": layers,
    "banned": banned,
    "columns": columns,
    "file-length": file_length,
    "module-table": module_table,
    "headers": headers,
    "decisions": decisions,
    "links": links,
    "citations": citations,
    "machines": machines,
    "plain-text": plain_text,
}


def faults_in(tree):
    """What there is to say of a repository, one line a fault, in order."""
    return sorted(
        f"{fault.path}:{fault.line}: {rule}: {fault.message}"
        for rule, check in RULES.items()
        for fault in check(tree)
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    home = pathlib.Path(__file__).resolve().parent.parent
    parser.add_argument("--root", type=pathlib.Path, default=home, help="the repository to check")
    tree = read_tree(parser.parse_args().root)
    found = faults_in(tree)
    for line in found:
        print(line)
    print(f"{len(found)} faults in {len(tree.files)} files by {len(RULES)} rules", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
