"""What a client answered to `chat/getDiagnostics`, as values.

Pure, and lenient: one odd diagnostic costs itself, not the others. Called by `lsp/editor.py`.
"""

from collections.abc import Iterator
from typing import Any, cast

from chatls.chat.ports import Diagnostic

MAX_FINDINGS = 2000
"""Findings that are looked at; a broken build can have any number."""
MAX_MESSAGE = 2000
"""Characters of one message."""
SEVERITIES = {1: "error", 2: "warning", 3: "information", 4: "hint"}


def findings(answer: object) -> list[Diagnostic]:
    """All findings in an answer, in its order, `MAX_FINDINGS` at most."""
    found: list[Diagnostic] = []
    for item in _objects(_members(answer).get("items")):
        uri = item.get("uri")
        for each in _objects(item.get("diagnostics")):
            if len(found) == MAX_FINDINGS:
                return found
            found.append(_finding(uri if isinstance(uri, str) else "", each))
    return found


def _finding(uri: str, found: dict[str, Any]) -> Diagnostic:
    start = _members(_members(found.get("range")).get("start"))
    source = found.get("source")
    return Diagnostic(
        uri,
        _count(start.get("line")) + 1,
        _count(start.get("character")) + 1,
        SEVERITIES.get(_count(found.get("severity")), "error"),
        str(found.get("message", ""))[:MAX_MESSAGE],
        source if isinstance(source, str) and source else None,
    )


def _members(value: object) -> dict[str, Any]:
    """What a client sent where an object was wanted; nothing, if it is none."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _objects(value: object) -> Iterator[dict[str, Any]]:
    """The objects among the members of what should be a list."""
    for item in cast("list[object]", value) if isinstance(value, list) else []:
        if isinstance(item, dict):
            yield cast("dict[str, Any]", item)


def _count(value: object) -> int:
    return max(0, value) if isinstance(value, int) else 0
