from collections.abc import Sequence

import pytest

from chatls.chat.compaction import OLD_RESULT, Cut, Shape, Spoken
from chatls.chat.events import Compacted
from chatls.chat.fitting import Window, least, seen, shorter, to_summarise, window_of
from chatls.chat.messages import Message
from tests.support.narrow import text, words

SYSTEM = Message("system", text(10))
RESULT = Message("tool", "x" * 10_000)
ANSWER = Message("assistant", "Look.")


def spoken(*turns: int, said: Sequence[Message] = ()) -> Spoken:
    """Earlier turns of so many words, and a question of ten."""
    return Spoken(SYSTEM, [[Message("user", text(count))] for count in turns], Message("user", text(10)), said)


def chars(messages: Sequence[Message]) -> int:
    return sum(len(message.content) for message in messages)


@pytest.mark.parametrize(
    ("limit", "max_tokens", "room"),
    [(32_768, None, 4096), (4096, None, 1024), (16_384, 500, 500), (4096, 100_000, 2048)],
)
def test_the_window_keeps_room_for_the_answer(limit: int, max_tokens: int | None, room: int) -> None:
    window = window_of(limit, max_tokens)
    assert (window.room, window.budget) == (room, limit - room)


def test_a_summary_is_a_small_part_of_the_window() -> None:
    assert (Window(32_768, 0).summary, Window(4096, 0).summary) == (1024, 512)


def test_results_of_older_turns_are_cut_before_those_of_this_one() -> None:
    one = spoken(1, 1, said=[ANSWER, RESULT, ANSWER, RESULT])
    first, second = shorter(one, Shape(Compacted(1, "s")))
    assert first == Shape(Compacted(1, "s", shortened=2))
    assert second == Shape(Compacted(1, "s", shortened=2), (Cut(2, OLD_RESULT),))


def test_what_the_model_has_not_seen_yet_is_not_old() -> None:
    assert seen(spoken(said=[ANSWER, RESULT, RESULT])) == 0
    assert seen(spoken(said=[ANSWER, RESULT, ANSWER, RESULT, RESULT])) == 2
    assert seen(spoken()) == 0


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        ((100, 100, 100, 100), 2),  # the last two, with the frame of 20, are within 60 % of 400
        ((10, 10, 10), 0),
        ((100, 300), 1),  # the last one alone is above, but there is room for it
        ((100, 500), 2),  # and here there is not
        ((), 0),
    ],
)
def test_as_many_of_the_last_turns_stay_as_leave_room_to_go_on(turns: tuple[int, ...], expected: int) -> None:
    assert to_summarise(spoken(*turns), Shape(), words, Window(500, 100)) == expected


def test_what_is_summarised_stays_so() -> None:
    shape = Shape(Compacted(3, "s"))
    assert to_summarise(spoken(*[70] * 6), shape, words, Window(500, 100)) == 4


def test_many_turns_are_weighed_by_halves() -> None:
    weighed = 0

    def size(messages: Sequence[Message]) -> int:
        nonlocal weighed
        weighed += 1
        return words(messages)

    assert to_summarise(spoken(*[1] * 5000), Shape(), size, Window(500, 100)) == 4780
    assert weighed < 20


def test_results_that_are_new_are_cut_as_little_as_makes_them_fit() -> None:
    one = spoken(said=[ANSWER, Message("tool", "short"), RESULT, RESULT])
    shape = least(one, Shape(), chars, 9000)
    assert 8900 < chars(one.shown(shape)) <= 9000
    assert one.shown(shape)[3].content == "short"


def test_results_that_are_new_keep_their_beginning_in_any_case() -> None:
    one = spoken(said=[ANSWER, RESULT])
    assert len(one.shown(least(one, Shape(), chars, 10))[-1].content) > 400


def test_a_result_that_was_cut_when_new_is_cut_as_old_later() -> None:
    one = spoken(said=[ANSWER, RESULT, ANSWER, RESULT])
    shape = least(one, Shape(cuts=(Cut(2, OLD_RESULT),)), chars, 6000)
    assert shape.cuts[0] == Cut(2, OLD_RESULT)
    assert shape.cuts[1].upto == 4
