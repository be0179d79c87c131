#!/usr/bin/env python3
"""Runs clang-tidy-19 over the sources that the release build knows (part of ./dev lint).

With --changed only over what differs from the last commit; a changed header stands for every source
of its module. Prints what clang-tidy finds; the exit status is 1 if that is anything.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"


def known_sources():
    """Paths of our own sources in the compilation database, relative to the root."""
    entries = json.loads((BUILD / "compile_commands.json").read_text(encoding="utf-8"))
    paths = {pathlib.Path(entry["file"]) for entry in entries}
    return sorted(
        path.relative_to(ROOT)
        for path in paths
        if path.is_relative_to(ROOT) and not path.is_relative_to(BUILD)
    )


def changed_paths():
    """What differs from the last commit, with what was not added yet."""
    git = ["git", "-C", str(ROOT), "-c", "safe.directory=*"]
    lists = [
        ["diff", "--name-only", "--relative", "HEAD"],
        ["ls-files", "--others", "--exclude-standard"],
    ]
    names = set()
    for arguments in lists:
        run = subprocess.run(git + arguments, capture_output=True, text=True, check=True)
        names.update(run.stdout.splitlines())
    return {pathlib.Path(name) for name in names}


def folder_of_module(path):
    """src/base for everything below it; elsewhere the file's own folder."""
    return pathlib.Path(*path.parts[:2]) if path.parts[0] == "src" else path.parent


def touched(sources, changed):
    """The sources that changed, and those of a module with a changed header."""
    modules = {folder_of_module(path) for path in changed if path.suffix == ".h"}
    return [path for path in sources if path in changed or folder_of_module(path) in modules]


def check(source):
    """What clang-tidy says of one source, and whether it is content."""
    command = ["clang-tidy-19", "--quiet", "-p", str(BUILD), str(ROOT / source)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    # Standard error is the count of suppressed warnings, unless clang-tidy itself fails.
    said = run.stdout or (run.stderr if run.returncode else "")
    return said, run.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--changed", action="store_true", help="only what changed")
    sources = known_sources()
    if parser.parse_args().changed:
        sources = touched(sources, changed_paths())
    content = True
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for said, clean in pool.map(check, sources):
            sys.stdout.write(said)
            sys.stdout.flush()
            content = content and clean
    print(f"clang-tidy-19 has read {len(sources)} sources", file=sys.stderr)
    return 0 if content else 1


if __name__ == "__main__":
    sys.exit(main())
