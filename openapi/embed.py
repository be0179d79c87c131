#!/usr/bin/env python3
"""Makes the API description and what shows it a part of the program:

    embed.py REDOC_FOLDER DOCUMENTS_CC OPENAPI_JSON

DOCUMENTS_CC defines what src/api/documents.h declares; OPENAPI_JSON is openapi/claviger.yaml as
JSON, for the tests. Run by the build (src/api/CMakeLists.txt).
"""

import json
import pathlib
import re
import sys

import yaml

HERE = pathlib.Path(__file__).resolve().parent
DELIMITER = "claviger_text"


class Loader(yaml.SafeLoader):
    """YAML as OpenAPI means it: a time is a text, and so is "on"; a name stands once in a map."""

    def construct_mapping(self, node, deep=False):
        names = [self.construct_object(name, deep=True) for name, _ in node.value]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise SystemExit(f"{node.start_mark}: {', '.join(map(str, twice))} stands twice")
        return super().construct_mapping(node, deep)


Loader.yaml_implicit_resolvers = {
    first: [
        (tag, re.compile(r"true|false") if tag.endswith(":bool") else pattern)
        for tag, pattern in resolvers
        if not tag.endswith((":timestamp", ":merge"))
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def literal(text):
    """A C++ raw string literal with this text."""
    if f"){DELIMITER}" in text or "\r" in text or "\0" in text:
        raise SystemExit("a text to embed holds what a raw string literal cannot")
    return f'R"{DELIMITER}({text}){DELIMITER}"'


def source(texts):
    """The C++ source that gives each text by its function's name."""
    head = '// Made by openapi/embed.py.\n#include "documents.h"\n\nnamespace claviger::api {\n'
    parts = [head]
    for name, text in texts.items():
        parts.append(f"\nstd::string_view {name}() {{\n  return {literal(text)};\n}}\n")
    return "".join([*parts, "\n}  // namespace claviger::api\n"])


def main():
    redoc, documents, description = map(pathlib.Path, sys.argv[1:])
    text = (HERE / "claviger.yaml").read_text()
    as_json = json.dumps(yaml.load(text, Loader), ensure_ascii=False, separators=(",", ":"))
    bundle = redoc / "bundles" / "redoc.standalone.js"
    licences = [redoc / "LICENSE", bundle.with_name(bundle.name + ".LICENSE.txt")]
    texts = {
        "openapi_yaml": text,
        "openapi_json": as_json,
        "redoc_script": bundle.read_text(),
        "redoc_licences": "\n".join(path.read_text() for path in licences),
        "page_css": (HERE / "page.css").read_text(),
    }
    documents.write_text(source(texts))
    description.write_text(as_json)


if __name__ == "__main__":
    main()
