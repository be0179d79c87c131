"""Steps that are shown as they are carried out: the command, what came back, and whether that is
what it should be."""

import dataclasses
import json
import os
import re
import subprocess
import textwrap

from processes import Failure

STEP_SECONDS = 60
WIDTH = 92


@dataclasses.dataclass(frozen=True)
class Answer:
    """What a command wrote. `http` is the status if its output ends with a line "HTTP 200"."""

    exit_status: int
    output: str  # standard output, without the line with the status
    shown: str  # all that it wrote
    http: int | None

    def field(self, path):
        """The field at "receipt.gateways.0.state" of the JSON in the output, or at "STATUS" of the
        record in it; None if it is not there."""
        try:
            found = json.loads(self.output)
        except ValueError:
            return dict(re.findall(r"^(\S+(?: \S+)*) {2,}(.*\S)", self.output, re.M)).get(path)
        for name in path.split("."):
            if isinstance(found, list) and name.isdigit() and int(name) < len(found):
                found = found[int(name)]
            elif isinstance(found, dict):
                found = found.get(name)
            else:
                return None
        return found

    def id(self, kind):
        """The first id of that kind ("key"). Failure if there is none."""
        match = re.search(rf"\b{kind}_[0-9a-z]{{26}}\b", self.output)
        if not match:
            raise Failure(f"The last answer names no {kind}_…, and the next steps need it.")
        return match[0]


class Walk:
    """Carries out steps in a folder, with more variables in their environment."""

    def __init__(self, folder, variables):
        self._folder = folder
        self._environment = {**os.environ, **variables}
        self._number = 0
        self.failed = 0

    @property
    def steps(self):
        return self._number

    def step(self, title, lesson, command, **expected):
        """Shows and runs a shell command, and checks the answer (see `_faults_of`)."""
        self._number += 1
        print(f"\n{self._number:2}. {title}")
        print(textwrap.indent(textwrap.fill(lesson, WIDTH), "    "))
        print(textwrap.indent(command, "      ").replace("      ", "    $ ", 1))
        answer = self._run(command)
        print(textwrap.indent(answer.shown, "    | "))
        faults = _faults_of(answer, **expected)
        for fault in faults:
            print(f"    FAIL  {fault}")
        if not faults:
            print("    ok")
        self.failed += bool(faults)
        return answer

    def _run(self, command):
        try:
            done = subprocess.run(
                ["bash", "-c", command],
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=STEP_SECONDS,
                check=False,
                encoding="utf-8",
                errors="replace",
            )
        except subprocess.TimeoutExpired:
            raise Failure(f"The last command did not end within {STEP_SECONDS} seconds.") from None
        status = re.search(r"^HTTP (\d{3})\n?\Z", done.stdout, re.MULTILINE)
        return Answer(
            exit_status=done.returncode,
            output=done.stdout[: status.start()] if status else done.stdout,
            shown=(done.stdout + done.stderr).rstrip(),
            http=int(status[1]) if status else None,
        )


def _faults_of(answer, http=None, exit_status=0, fields=None, texts=()):
    """What is not as expected: the exit status, the HTTP status, fields, and texts that must stand
    in the answer."""
    if answer.exit_status != exit_status:
        return [f"the command ended with {answer.exit_status}, not with {exit_status}"]
    faults = []
    if answer.http != http:
        faults.append(f"the status is {answer.http}, not {http}")
    for path, wanted in (fields or {}).items():
        found = answer.field(path)
        if found != wanted:
            faults.append(f"{path} is {json.dumps(found)}, not {json.dumps(wanted)}")
    for text in texts:
        if text not in answer.shown:
            faults.append(f'the text "{text}" is missing')
    return faults
