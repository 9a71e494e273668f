"""An editor that changes its documents exactly as LSP 3.17 has it, with arithmetic of its own.

It knows nothing of the server's code: positions are counted in encoded bytes, lines are cut character by character,
and whatever no correct server sends is an error.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Protocol

Json = dict[str, Any]
CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
"""For each encoding of positions its codec, and the bytes of one unit."""


class Wire(Protocol):
    """A connection to a server, in-process or real."""

    @property
    def answers(self) -> dict[str, Callable[[Json], object]]: ...

    def notify(self, method: str, params: Json) -> None: ...


class ModelEditor:
    """The documents at the client's end of a connection.

    Told to do so, it drops what it is asked for but says that it did it (`lies`), does it without telling the server
    (`silent`), or types a line of its own in front of each edit (`types`).
    """

    def __init__(self, server: Wire, encoding: str = "utf-16") -> None:
        self.encoding = encoding
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.lies = self.silent = self.types = False
        self.asked: list[Json] = []
        self._server = server
        server.answers["workspace/applyEdit"] = self.apply

    def open(self, uri: str, text: str, version: int = 1) -> None:
        self.texts[uri], self.versions[uri] = text, version
        document = {"uri": uri, "languageId": "x", "version": version, "text": text}
        self._server.notify("textDocument/didOpen", {"textDocument": document})

    def type(self, uri: str, text: str) -> None:
        """The user types in front of a document."""
        self._change(uri, [_edit((0, 0), (0, 0), text)])

    def apply(self, params: Json) -> Json:
        """Answer `workspace/applyEdit`."""
        self.asked.append(params)
        uri, version, edits = _document_edit(params["edit"])
        if self.lies:
            return {"applied": True}
        if self.types:
            self.type(uri, "typed\n")
        if version is not None and version != self.versions[uri]:
            return {"applied": False, "failureReason": "it has changed"}
        self._change(uri, edits)
        return {"applied": True}

    def _change(self, uri: str, edits: Sequence[Json]) -> None:
        """Make the changes and tell them as increments, the last in the text first: each counts on the text before."""
        ranges = [edit["range"] for edit in edits]
        places = sorted((self._offset(uri, each["start"]), self._offset(uri, each["end"])) for each in ranges)
        assert all(start <= end for start, end in places), "a range that ends before it begins"
        assert all(one[1] <= other[0] for one, other in pairwise(places)), "edits overlap"
        in_order = sorted(edits, key=lambda edit: self._offset(uri, edit["range"]["start"]))
        backwards = in_order[::-1]
        for edit in backwards:
            start, end = (self._offset(uri, edit["range"][side]) for side in ("start", "end"))
            text = self.texts[uri]
            self.texts[uri] = text[:start] + edit["newText"] + text[end:]
        self.versions[uri] += 1
        if not self.silent:
            document = {"uri": uri, "version": self.versions[uri]}
            changes = [{"range": edit["range"], "text": edit["newText"]} for edit in backwards]
            self._server.notify("textDocument/didChange", {"textDocument": document, "contentChanges": changes})

    def _offset(self, uri: str, position: Json) -> int:
        lines = _lines(self.texts[uri])
        codec, size = CODECS[self.encoding]
        line, character = int(position["line"]), int(position["character"])
        inside = lines[line].rstrip("\r\n").encode(codec, "surrogatepass")
        assert character * size <= len(inside), "a position behind the end of its line"
        column = len(inside[: character * size].decode(codec, "surrogatepass"))
        return sum(map(len, lines[:line])) + column


def _lines(text: str) -> list[str]:
    """The lines with their ends, the one after the last end too."""
    lines: list[str] = [""]
    for index, char in enumerate(text):
        lines[-1] += char
        if char == "\n" or (char == "\r" and text[index + 1 : index + 2] != "\n"):
            lines.append("")
    return lines


def _document_edit(edit: Json) -> tuple[str, int | None, list[Json]]:
    """The one document that an edit is about, the version it must have, and the edits."""
    if "changes" in edit:
        ((uri, edits),) = edit["changes"].items()
        return uri, None, edits
    (change,) = edit["documentChanges"]
    return change["textDocument"]["uri"], change["textDocument"]["version"], change["edits"]


def _edit(start: tuple[int, int], end: tuple[int, int], text: str) -> Json:
    places = {"start": start, "end": end}
    return {
        "range": {side: {"line": line, "character": character} for side, (line, character) in places.items()},
        "newText": text,
    }
