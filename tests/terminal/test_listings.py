"""Models, agents and sessions as lines."""

from datetime import UTC, datetime

import pytest

from chatls.terminal.listings import (
    agent_lines,
    grant_lines,
    model_lines,
    sent_lines,
    session_lines,
    session_rows,
    unreachable_lines,
)
from chatls.terminal.rpc import Json

LISTED: Json = {
    "models": [
        {"id": "ollama/a", "contextLength": 131072, "capabilities": ["tools", "thinking"]},
        {"id": "offline/assistant", "capabilities": []},
    ],
    "providers": [
        {"id": "ollama", "reachable": True},
        {"id": "other", "reachable": False, "reason": "refused", "hint": "Start it."},
    ],
    "default": "ollama/a",
}


def test_the_default_model_is_marked() -> None:
    assert model_lines(LISTED) == ["* ollama/a           128k context, tools, thinking", "  offline/assistant"]


def test_the_chosen_model_is_marked_instead() -> None:
    assert model_lines(LISTED, "offline/assistant")[1].startswith("* offline")


def test_what_cannot_be_reached_says_what_to_do() -> None:
    assert unreachable_lines(LISTED) == ["✗ other: refused. Start it."]


def test_the_agent_that_answers_is_marked() -> None:
    listed: Json = {"agents": [{"id": "chat", "description": "Talks."}, {"id": "edit", "description": "Edits."}]}
    assert agent_lines(listed, None) == ["* chat  Talks.", "  edit  Edits."]
    assert agent_lines(listed, "edit")[1] == "* edit  Edits."


@pytest.mark.parametrize(
    ("updated", "ago"),
    [
        ("2026-01-02T12:00:00Z", ", just now"),
        ("2026-01-02T11:58:30Z", ", 1 minute ago"),
        ("2026-01-02T09:00:00.5Z", ", 2 hours ago"),
        ("2025-12-30T12:00:00Z", ", 3 days ago"),
        ("nonsense", ""),
        (None, ""),
    ],
)
def test_sessions_say_how_old_they_are(updated: str | None, ago: str) -> None:
    sessions: list[Json] = [{"sessionId": "s", "title": "T\nx", "turns": 1, "updatedAt": updated}]
    now = datetime(2026, 1, 2, 12, tzinfo=UTC)
    assert session_lines(sessions, "s", now) == [f"* 1. T ⏎ x  (1 turn{ago})"]


def test_a_session_that_answers_says_so() -> None:
    assert session_lines([{"sessionId": "s", "title": "T", "busy": True}], None) == ["  1. T  (0 turns, answering)"]


def test_sessions_are_columns_with_the_beginning_of_their_id() -> None:
    sessions: list[Json] = [
        {"sessionId": "0123456789abcdef", "title": "A\x1b[2J", "turns": 12, "updatedAt": "2026-01-02T09:00:00Z"},
        {"sessionId": "fedcba9876543210", "title": "", "turns": 1, "updatedAt": "2026-01-02T12:00:00Z", "busy": True},
    ]
    assert session_rows(sessions, datetime(2026, 1, 2, 12, tzinfo=UTC)) == [
        "01234567  3 hours ago  12 turns  A\\x1b[2J",
        "fedcba98  just now     1 turn    untitled  (answering)",
    ]
    assert session_rows([]) == []


def test_grants_say_how_long_they_hold_what_they_allow_and_since_when() -> None:
    grants: list[Json] = [
        {"scope": "session", "label": "Allow edits of ordinary files", "createdAt": "2026-01-02T11:00:00Z"},
        {"scope": "always", "label": "Always reject: Run\u202ex", "createdAt": "2025-12-31T12:00:00Z"},
        {"scope": "later", "tool": "run_command"},
    ]
    assert grant_lines(grants, datetime(2026, 1, 2, 12, tzinfo=UTC)) == [
        "1. session  Allow edits of ordinary files  (1 hour ago)",
        "2. always   Always reject: Run\\u{202e}x  (2 days ago)",
        "3. later    run_command  (no date)",
    ]


def test_what_would_be_sent_is_listed_with_its_size_and_harmlessly() -> None:
    request = {
        "messages": [
            {"role": "system", "content": "Be brief.\nAnd kind."},
            {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "look"}}]},
            {"role": "tool", "content": "\x1b[2Jtext"},
        ],
        "tools": [{"type": "function", "function": {"name": "look"}}, {"name": "find"}],
        "options": {"num_ctx": 16384},
    }
    shown = {"model": "a/m", "tokens": 3120, "contextLimit": 16384, "toSummarise": 4, "request": request}
    lines = sent_lines(shown)
    assert lines[:4] == [
        "a/m: about 3,120 of 16,384 tokens",
        "4 earlier turns would be summarised first",
        "tools: look, find",
        'options: {"num_ctx": 16384}',
    ]
    assert lines[4:8] == ["", "[system]", "Be brief.", "And kind."]
    assert '[{"function": {"name": "look"}}]' in lines
    assert not any("\x1b" in line for line in lines)


def test_a_model_without_a_window_has_no_limit_to_show() -> None:
    assert sent_lines({"model": "a/m", "tokens": 12, "request": {}})[:2] == ["a/m: about 12 tokens", "tools: none"]
