"""A call of a workspace tool, and its result read back from its text: a model reads that too, there is nothing else.

Pure. The forms are those that the tools write (`tools/symbols/tools.py`, `tools/reading/search.py`,
`tools/reading/read.py` and others; a test runs the real tools against this). Used by `offline_plans.py` and
`offline_answers.py`.
"""

import re
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any

_FAILURE = re.compile(r"Error \(([a-z_]+)\): ")
_DEFINITION = re.compile(r"(.+?):(\d+): (\w+) (.+?) \| (.*)")
_HIT = re.compile(r"(.+?):(\d+): ?(.*)")
_NUMBERED = re.compile(r"(\d+)\t(.*)")


@dataclass(frozen=True, slots=True)
class Result:
    """What a tool said. `notes` are what it says in brackets above or below its lines."""

    text: str

    @property
    def failure(self) -> str | None:
        """The code of a failure; None if the call did what it should."""
        found = _FAILURE.match(self.text)
        return found[1] if found else None

    @property
    def message(self) -> str:
        """What a failure says."""
        return _FAILURE.sub("", self.text, count=1)

    @property
    def lines(self) -> list[str]:
        return [] if self.failure else [line for line in self.text.split("\n") if not _is_note(line)]

    @property
    def notes(self) -> list[str]:
        return [] if self.failure else [line[1:-1] for line in self.text.split("\n") if _is_note(line)]


@dataclass(frozen=True, slots=True)
class Call:
    """A tool and its arguments."""

    tool: str
    arguments: Mapping[str, Any]


Plan = Generator[Call, Result, str]
"""Yields calls, is sent their results, returns the answer."""
Steps = Generator[Call, Result, Result]
"""A part of a plan that comes to one result."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A line of find_symbol."""

    path: str
    line: int
    kind: str
    name: str
    signature: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A line of search_text."""

    path: str
    line: int
    text: str


def definitions(result: Result) -> list[Definition]:
    found = (_DEFINITION.fullmatch(line) for line in result.lines)
    return [Definition(it[1], int(it[2]), it[3], it[4], it[5]) for it in found if it]


def hits(result: Result) -> list[Hit]:
    found = (_HIT.fullmatch(line) for line in result.lines)
    return [Hit(it[1], int(it[2]), it[3]) for it in found if it]


def numbered(result: Result) -> list[tuple[int, str]]:
    """The lines of read_file with their numbers."""
    found = (_NUMBERED.fullmatch(line) for line in result.lines)
    return [(int(it[1]), it[2]) for it in found if it]


def paths(result: Result) -> list[str]:
    """The files that find_files names."""
    return [line for line in result.lines if line and line != "No files found."]


def _is_note(line: str) -> bool:
    return line.startswith("[") and line.endswith("]")
