"""What may follow in the input line."""

from collections.abc import Sequence

import pytest
from prompt_toolkit.completion import CompleteEvent, Completion
from prompt_toolkit.document import Document

from chatls.terminal.completing import FRESH, ChatCompleter, Remembered
from chatls.terminal.rpc import Json


def item(text: str, start: int, detail: str = "") -> Json:
    edit = {"range": {"start": {"line": 0, "character": start}}, "newText": text}
    return {"label": text.strip("@/ "), "detail": detail, "textEdit": edit}


class Message:
    """A lookup of items that counts what it is asked."""

    def __init__(self, *answer: Json) -> None:
        self.answer = answer
        self.texts: list[str] = []

    async def __call__(self, text: str) -> Sequence[Json]:
        self.texts.append(text)
        return self.answer


class Ids:
    """A lookup of ids that counts what it is asked."""

    def __init__(self, *answer: str) -> None:
        self.answer = answer
        self.texts: list[str] = []

    async def __call__(self, text: str) -> Sequence[str]:
        self.texts.append(text)
        return self.answer


async def completions(text: str, message: Message | None = None) -> list[Completion]:
    completer = ChatCompleter(message or Message(), {"model": Ids("ollama/a", "offline/b"), "agent": Ids("chat")})
    return [found async for found in completer.get_completions_async(Document(text), CompleteEvent())]


async def completed(text: str, message: Message | None = None) -> list[str]:
    """The whole text after each completion."""
    found = await completions(text, message)
    return [text[: len(text) + completion.start_position] + completion.text for completion in found]


async def test_what_the_server_offers_behind_an_at_sign_is_put_in_its_place() -> None:
    message = Message(item("@src/", 8), item('@"my file.txt"', 8))
    assert await completed("look at @sr", message) == ["look at @src/", 'look at @"my file.txt"']
    assert message.texts == ["look at @sr"]


async def test_positions_are_those_of_the_last_line() -> None:
    assert await completed("first\n\n😀 @sr", Message(item("@src/", 2))) == ["first\n\n😀 @src/"]


async def test_an_offer_says_what_it_is_and_hides_nothing() -> None:
    (found,) = await completions("@a", Message(item("@a\x1b.py", 0, "class\u202eA")))
    assert (found.display_text, found.display_meta_text) == ("a\\x1b.py", "class\\u{202e}A")


@pytest.mark.parametrize("text", ["hello", "", "a /mod", "/help ", "@a\nand", "@a and", '@"a b" and', '@"a b"'])
async def test_nothing_is_asked_elsewhere(text: str) -> None:
    message = Message(item("@x", 0))
    assert await completed(text, message) == []
    assert message.texts == []


async def test_an_offer_that_makes_no_sense_changes_nothing_before_the_cursor() -> None:
    odd = [{}, {"label": 1, "textEdit": {"range": {"start": {"character": 99}}, "newText": "x"}}]
    assert await completed("see @", Message(*odd)) == ["see @", "see @x"]


async def test_commands_of_both_sides_follow_a_slash() -> None:
    message = Message(item("/more ", 0, "Say more"))
    assert await completed("/mo", message) == ["/model", "/more "]
    assert "/help" in await completed("/")


async def test_what_a_command_of_the_server_is_about_is_completed() -> None:
    message = Message(item("@a.py", 9))
    assert await completed("/explain ", message) == []
    assert await completed("/explain @", message) == ["/explain @a.py"]


async def test_models_and_agents_follow_their_commands() -> None:
    assert await completed("/model o") == ["/model ollama/a", "/model offline/b"]
    assert await completed("/model ol") == ["/model ollama/a"]
    assert await completed("/agent ") == ["/agent chat"]


async def test_the_same_is_not_asked_twice_within_some_seconds() -> None:
    now = 0.0
    asked = Ids("x")
    remembered = Remembered(asked, lambda: now)
    assert [await remembered("a"), await remembered("a"), await remembered("b")] == [("x",)] * 3
    assert asked.texts == ["a", "b"]
    now = FRESH
    await remembered("a")
    assert asked.texts == ["a", "b", "a"]
