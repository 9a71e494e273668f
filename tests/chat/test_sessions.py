"""A conversation and its turns: what they are called, and how a turn ended."""

import re

import pytest

from chatls.chat.events import Done, Fault, LogEvent, Token
from chatls.chat.sessions import first_words, new_id, state_after, title_of, utc_now
from chatls.errors import ChatError, ProviderError


@pytest.mark.parametrize(
    ("content", "title"),
    [
        ("Fix it", "Fix it"),
        ("  two\n\tlines  ", "two lines"),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 59 + "…"),
        ("word " * 20, ("word " * 12)[:59].rstrip() + "…"),
        ("", ""),
    ],
)
def test_the_first_message_is_the_title_on_one_line(content: str, title: str) -> None:
    assert title_of(content) == title


@pytest.mark.parametrize(
    ("event", "state"),
    [
        (Done("x", "end_turn"), "done"),
        (Done("x", "max_tokens"), "done"),
        (Done("x", "cancelled"), "cancelled"),
        (Fault(ChatError("Gone.")), "failed"),
        (Fault(ProviderError("stream_interrupted", "Gone.")), "cut"),
        (Fault(ProviderError("timeout", "Late."), 1, 1000), None),
        (Token("x"), None),
    ],
)
def test_the_last_event_says_how_a_turn_ended(event: LogEvent, state: str | None) -> None:
    assert state_after(event) == state


def test_times_are_utc_and_ids_need_no_escaping() -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", utc_now())
    assert re.fullmatch(r"[0-9a-f]{16}", new_id())
    assert new_id() != new_id()


@pytest.mark.parametrize(
    ("attachment", "title"),
    [
        ({"type": "file", "uri": "file:///ws/a%20b.py"}, "a b.py"),
        ({"type": "folder", "uri": "file:///ws/src/"}, "src"),
        ({"type": "text", "name": "notes", "text": "x"}, "notes"),
    ],
    ids=lambda value: str(value),
)
def test_a_session_that_begins_without_words_is_called_by_what_was_attached(
    attachment: dict[str, object], title: str
) -> None:
    assert first_words({"content": " ", "attachments": [attachment]}) == title
    assert first_words({"content": "Look", "attachments": [attachment]}) == "Look"
    assert first_words({"content": "", "attachments": None}) == ""
