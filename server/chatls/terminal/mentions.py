"""`@path` in a message: which files and folders the user attaches, and what may follow an `@`.

Pure text and paths: the workspace is never opened from here. Whether a mentioned file exists is the server's to say:
it refuses an attachment by its index, and `turn.py` leaves that one out.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from chatls.terminal.rpc import INVALID_PARAMS, Failure, Json

MOST = 32
"""Mentions of one message that are attached."""

_MENTION = re.compile(
    r'(?<![\w@/.])@(?:"(?P<quoted>[^"\n]+)"|(?P<plain>[^\s@"\'`,;:!?()\[\]{}<>]+))(?P<range>:\d+(?:-\d+)?)?'
)
_UNFINISHED = re.compile(r'(?<![\w@/.])@(?:"(?P<quoted>[^"\n]*)|(?P<plain>[^\s@"\'`,;:!?()\[\]{}<>]*))$')
_REFUSED = re.compile(r"attachments\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something that goes with a message; `name` is how the user wrote it."""

    name: str
    value: Json

    @property
    def is_path(self) -> bool:
        """Whether it was surely meant as a path: `@property` and `@anna` are only words."""
        return any(sign in self.name for sign in "/.:")

    @property
    def left_out(self) -> str:
        """What is said when the server cannot read it."""
        return f"@{self.name} is no readable file of the workspace: it is only text."


def mentioned(text: str, folder: Path) -> list[Attachment]:
    """What the `@path`s in a message attach, in order, each once; paths are relative to `folder`."""
    found: dict[str, Attachment] = {}
    for match in _MENTION.finditer(text):
        # The full stop that ends a sentence is not part of the path before it.
        path, lines = match["quoted"] or match["plain"].rstrip("."), match["range"] or ""
        if path:
            found.setdefault(path + lines, Attachment(path + lines, _value(folder, path, lines)))
    return list(found.values())[:MOST]


def _value(folder: Path, path: str, lines: str) -> Json:
    uri = (folder / path).as_uri()
    if path.endswith("/"):
        return {"type": "folder", "uri": uri}
    return {"type": "file", "uri": uri, **_range(lines)}


def _range(lines: str) -> Json:
    """`:10-20`, 1-based and inclusive, as an LSP range of whole lines."""
    if not lines:
        return {}
    first, _, last = lines[1:].partition("-")
    start = max(int(first) - 1, 0)
    end = max(int(last or first), start + 1)
    return {"range": {"start": {"line": start, "character": 0}, "end": {"line": end, "character": 0}}}


def refused_index(failure: Failure | None) -> int | None:
    """The index of the attachment for which the server refused the message; None if it was not for one."""
    if failure is None or failure.code != INVALID_PARAMS:
        return None
    match = _REFUSED.search(str(failure.data.get("field", "")))
    return int(match[1]) if match else None


def unfinished(text_before_cursor: str) -> str | None:
    """The path so far, where the cursor stands in an `@path`; None elsewhere."""
    match = _UNFINISHED.search(text_before_cursor)
    return (match["quoted"] or match["plain"] or "") if match else None


def spelled(path: str) -> str:
    """A path as it is written after `@`: in quotes where it would not end with the word."""
    match = _MENTION.fullmatch("@" + path)
    return path if match and match["plain"] == path.rstrip(".") == path else f'"{path}"'
