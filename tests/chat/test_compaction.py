import pytest

from chatls.chat.compaction import OLD_RESULT, Cut, Shape, Spoken, cut, turns_of
from chatls.chat.events import Compacted, ToolCall
from chatls.chat.messages import Message

SYSTEM = Message("system", "Be brief.")
LONG = "x" * 5000


def turn(name: str, result: str = LONG) -> list[Message]:
    return [
        Message("user", f"{name}?"),
        Message("assistant", "", thinking="Hm.", tool_calls=(ToolCall(name, "look", {}),)),
        Message("tool", result, tool_call_id=name, tool_name="look"),
        Message("assistant", f"{name}!"),
    ]


def spoken(*names: str, said: tuple[Message, ...] = ()) -> Spoken:
    return Spoken(SYSTEM, [turn(name) for name in names], Message("user", "Now?"), said)


def contents(messages: list[Message]) -> list[str]:
    return [message.content for message in messages]


def test_a_conversation_that_fits_is_shown_as_it_was() -> None:
    one = spoken("a", "b", said=(Message("assistant", "So."),))
    assert one.shown(Shape()) == [SYSTEM, *turn("a"), *turn("b"), one.goal, *one.said]


def test_messages_are_divided_where_the_user_speaks() -> None:
    assert turns_of([*turn("a"), *turn("b")]) == [turn("a"), turn("b")]
    assert turns_of(turn("a")[1:]) == [turn("a")[1:]]
    assert turns_of([]) == []


def test_the_results_of_older_turns_are_cut_and_say_so() -> None:
    shown = spoken("a", "b").shown(Shape(Compacted(shortened=1)))
    assert len(shown[3].content) < OLD_RESULT + 200
    assert "4400 characters are left out" in shown[3].content
    assert (shown[2].thinking, shown[6].thinking) == ("", "Hm.")
    assert shown[7].content == LONG
    assert [message.role for message in shown] == [message.role for message in spoken("a", "b").shown(Shape())]


def test_a_summary_stands_in_the_first_message_that_is_left() -> None:
    shown = spoken("a", "b", "c").shown(Shape(Compacted(2, "They said </summary> a and b.")))
    assert shown[0] == SYSTEM
    assert [message.role for message in shown[1:]] == ["user", "assistant", "tool", "assistant", "user"]
    assert shown[1].content.startswith("<summary ")
    assert shown[1].content.count("</summary>") == 1
    assert "a and b." in shown[1].content
    assert shown[1].content.endswith("</summary>\n\nc?")
    assert shown[2:] == [*turn("c")[1:], Message("user", "Now?")]


def test_where_all_turns_are_summarised_the_summary_stands_before_the_question() -> None:
    shown = spoken("a").shown(Shape(Compacted(1, "a.")))
    assert len(shown) == 2
    assert shown[1].content.endswith("Now?")


def test_a_conversation_without_a_question_is_shown_without() -> None:
    assert Spoken(SYSTEM, [turn("a")], Message("user", ""), ()).shown(Shape()) == [SYSTEM, *turn("a")]
    [_, alone] = Spoken(SYSTEM, [turn("a")], Message("user", ""), ()).shown(Shape(Compacted(1, "a.")))
    assert (alone.role, "a." in alone.content) == ("user", True)


def test_the_first_cut_that_covers_a_result_counts() -> None:
    one = spoken(said=(*turn("a")[1:3], *turn("b")[1:3], *turn("c")[1:3]))
    shown = one.shown(Shape(cuts=(Cut(2, 500), Cut(4, 2000))))
    assert [len(shown[at].content) // 100 for at in (3, 5, 7)] == [5, 20, 50]
    assert shown[2].thinking == "Hm."


def test_what_is_summarised_begins_as_the_conversation_does() -> None:
    one = spoken("a", "b", "c")
    assert one.before(Compacted(), 2) == one.shown(Shape())[:9]
    again = one.before(Compacted(1, "a."), 2)
    assert "a." in again[1].content
    assert len(again) == 5


@pytest.mark.parametrize("length", [0, 10, 600, 650, 680])
def test_a_text_that_would_hardly_be_shorter_stays_whole(length: int) -> None:
    assert cut("y" * length, 600) == "y" * length


def test_a_cut_text_keeps_its_beginning_and_its_end() -> None:
    text = "".join(map(str, range(1000)))
    short = cut(text, 300)
    assert short.startswith(text[:200])
    assert short.endswith(text[-100:])
    assert f"{len(text) - 300} characters" in short


def test_a_longer_cut_is_never_shorter() -> None:
    lengths = [len(cut(LONG, chars)) for chars in range(0, 6000, 50)]
    assert lengths[-1] == max(lengths)
    assert lengths[:90] == sorted(lengths[:90])


def test_contents_are_never_changed_in_place() -> None:
    one = spoken("a")
    before = contents(one.shown(Shape()))
    one.shown(Shape(Compacted(shortened=1)))
    assert contents(one.shown(Shape())) == before
