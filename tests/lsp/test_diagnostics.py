"""What a client answered about diagnostics, taken for what it can mean."""

from typing import Any

import pytest

from chatls.chat.ports import Diagnostic
from chatls.lsp.diagnostics import MAX_FINDINGS, MAX_MESSAGE, findings

PLACE = {"start": {"line": 2, "character": 4}, "end": {"line": 2, "character": 9}}


def one(**fields: Any) -> list[Diagnostic]:
    return findings({"items": [{"uri": "file:///a", "diagnostics": [fields]}]})


def test_places_are_counted_from_one_and_severities_have_names() -> None:
    found = one(range=PLACE, severity=2, message="unused", source="ruff", code="F401")
    assert found == [Diagnostic("file:///a", 3, 5, "warning", "unused", "ruff")]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"range": None, "severity": "?", "message": "", "source": 5},
        {"range": {"start": {"line": -1, "character": "x"}}, "severity": 9, "source": ""},
    ],
)
def test_what_is_odd_in_one_finding_counts_as_left_out(fields: dict[str, Any]) -> None:
    assert one(**fields) == [Diagnostic("file:///a", 1, 1, "error", "")]


@pytest.mark.parametrize(
    "answer", [None, [], 5, {}, {"items": 5}, {"items": [5, {"uri": "x"}, {"diagnostics": "y"}, {"diagnostics": [5]}]}]
)
def test_what_is_no_finding_is_left_out(answer: object) -> None:
    assert findings(answer) == []


def test_there_is_an_end_to_findings_and_their_messages() -> None:
    item = {"uri": "file:///a", "diagnostics": [{"message": "x" * 10_000}] * 5000}
    found = findings({"items": [item, item]})
    assert len(found) == MAX_FINDINGS
    assert len(found[0].message) == MAX_MESSAGE
