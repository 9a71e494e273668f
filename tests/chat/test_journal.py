"""What a client can ask for again: every event it missed, text exact, numbers without gaps."""

from hypothesis import given
from hypothesis import strategies as st

from chatls.chat.events import Phase, StreamEvent, Thinking, Token
from chatls.chat.journal import Journal

EVENTS: list[StreamEvent] = [
    Phase("connecting"),
    Token("a"),
    Token("b"),
    Token("c", task="t"),
    Thinking("d"),
    Thinking("e"),
    Token("f"),
]


def filled() -> Journal:
    journal = Journal()
    for event in EVENTS:
        journal.append(event)
    return journal


def test_numbers_count_from_zero_without_gaps() -> None:
    journal = Journal()
    assert [journal.append(event) for event in EVENTS] == list(range(len(EVENTS)))
    assert journal.last_seq == len(EVENTS) - 1


def test_a_journal_without_events_has_the_number_minus_one() -> None:
    assert Journal().last_seq == -1


def test_the_whole_turn_comes_with_neighbouring_text_merged() -> None:
    assert filled().since() == [
        (0, Phase("connecting")),
        (2, Token("ab")),
        (3, Token("c", task="t")),
        (5, Thinking("de")),
        (6, Token("f")),
    ]


def test_what_was_missed_begins_inside_a_run_of_text() -> None:
    assert filled().since(1) == [(2, Token("b")), (3, Token("c", task="t")), (5, Thinking("de")), (6, Token("f"))]


def test_nothing_was_missed_after_the_last_number() -> None:
    assert filled().since(len(EVENTS) - 1) == []


def test_the_answer_is_the_text_without_a_task() -> None:
    assert filled().text() == "abf"


@given(st.lists(st.sampled_from(EVENTS), max_size=30), st.integers(-1, 30))
def test_what_came_before_and_what_was_missed_make_the_whole(events: list[StreamEvent], after: int) -> None:
    journal = Journal()
    for event in events:
        journal.append(event)
    seen = "".join(event.data for event in events[: after + 1] if isinstance(event, Token) and event.task is None)
    missed = [event for _, event in journal.since(after)]
    assert seen + "".join(event.data for event in missed if isinstance(event, Token) and event.task is None) == (
        journal.text()
    )
