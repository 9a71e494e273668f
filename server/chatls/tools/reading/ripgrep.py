"""ripgrep, where it is installed: in which files a pattern may match. It only narrows the search.

What it names is opened through the guard and searched again with RE2 (`tools/reading/search.py`), so its own idea of
links, ignored files and patterns decides nothing; it only must not leave out what RE2 would find.
"""

import asyncio
import contextlib
import os
import re
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chatls.tools import installed as system
from chatls.tools.guard.beneath import Parts
from chatls.tools.guard.paths import Roots

MAX_OUTPUT = 16 * 1024 * 1024
"""Bytes of file names read from it."""

# --text: a NUL byte further down must not end the search of a file.
_OPTIONS = (
    *("--no-config", "--no-messages", "--color=never", "--null", "--path-separator=/", "--text", "--hidden"),
    *("--no-follow", "--no-pre", "--no-search-zip", "--glob=!.git", "--no-require-git", "--no-ignore-dot"),
    *("--no-ignore-exclude", "--no-ignore-global", "--no-ignore-parent"),
)

_ESCAPE = r"\\[dwst] | \\[\ !-/:-@\[-`{-~]"
_IN_SET = rf"(?: [^\[\]\\&~^] | {_ESCAPE} )+"
_TOKEN = re.compile(
    rf"""(?P<same> [^\\\[.^$] | \[ {_IN_SET} \] | {_ESCAPE} )
      | (?P<line> [$^] )
      | (?P<word> \\[bB] )
      | (?P<not> \. | \\[DWS] | \[\^ {_IN_SET} \] )""",
    re.X,
)
# RE2's classes are those of ASCII and `\s` has no vertical tab; ripgrep's are those of Unicode and match valid UTF-8
# only. Where a line begins and ends we also see a lone `\r`, ripgrep does not.
_SAME_OR_MORE = {
    "same": "{}",
    "line": "(?:)",
    "word": "(?-u:{})",
    "not": r"(?:\x0B|[^\x00-\x7F]|(?-u:{}))",
}
_NEEDLESS = re.compile(r"\\([\ !\"%',/:;<=>@_`])")  # escapes that ripgrep refuses, or reads as something else


@dataclass(frozen=True, slots=True)
class Candidates:
    """What ripgrep names below a folder, as it wrote it: files that may match, and all there are."""

    matching: bytes
    files: bytes
    complete: bool


def installed(roots: Roots) -> str | None:
    """The program's path; None if it is not there, or lies in the workspace and so came with somebody's files."""
    return system.installed("rg", None, (folder.root.real for folder in roots.folders))


def pattern_for(pattern: str) -> str | None:
    """A pattern of RE2 as one of ripgrep's that matches no less; None where that is not sure."""
    out: list[str] = []
    position = 0
    while position < len(pattern):
        token = _TOKEN.match(pattern, position)
        if token is None or not token[0].isascii() or "--" in token[0]:
            return None
        out.append(_SAME_OR_MORE[token.lastgroup or ""].format(_NEEDLESS.sub(r"\1", token[0])))
        position = token.end()
    return "".join(out)


async def candidates(
    program: str, folder: str, pattern: str, *, ignore_case: bool, max_size: int, seconds: float
) -> Candidates | None:
    """What a search of a folder must open; None if ripgrep did not take the pattern, or cannot be run."""
    options = ["--files-with-matches", f"--max-filesize={max_size}", *(["--ignore-case"] if ignore_case else [])]
    async with asyncio.TaskGroup() as group:
        matching = group.create_task(_names(program, folder, [*options, f"--regexp={pattern}"], seconds))
        every = group.create_task(_names(program, folder, ["--files"], seconds))
    found, files = matching.result(), every.result()
    return Candidates(found[0], files[0], complete=found[1] and files[1]) if found and files else None


def paths(written: bytes) -> Iterator[Parts]:
    """The paths of one list of candidates, from the folder that was searched."""
    for name in written.split(b"\0")[:-1]:
        yield tuple(part for part in os.fsdecode(name).split("/") if part not in ("", "."))


async def _names(program: str, folder: str, arguments: Sequence[str], seconds: float) -> tuple[bytes, bool] | None:
    """What one run writes, and whether that is all: it is ended when its time is over, and on cancel."""
    command = (program, *_OPTIONS, *arguments, "--", ".")
    try:
        process = await asyncio.create_subprocess_exec(*command, cwd=folder, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL)
    except OSError:
        return None
    assert process.stdout is not None  # it was asked for
    try:
        written, complete = await _output(process, process.stdout, seconds)
    finally:
        await _ended(process, process.stdout)
    refused = complete and process.returncode == 2 and not written
    return None if refused else (written, complete)


async def _output(process: Process, stream: asyncio.StreamReader, seconds: float) -> tuple[bytes, bool]:
    """What it wrote, and whether that is all."""
    raw = bytearray()
    try:
        async with asyncio.timeout(seconds):
            while piece := await stream.read(1 << 16):
                raw += piece
                if len(raw) > MAX_OUTPUT:
                    return bytes(raw), False
            await process.wait()
    except TimeoutError:
        return bytes(raw), False
    return bytes(raw), True


async def _ended(process: Process, stream: asyncio.StreamReader) -> None:
    """End it if it still runs, and take what it had written: only then its pipe closes."""
    with contextlib.suppress(ProcessLookupError):
        if process.returncode is None:
            process.kill()
    await stream.read()
    await process.wait()
