"""What may follow `@` and `/`."""

from collections.abc import Sequence

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from chatls.terminal.completing import FRESH, ChatCompleter, Remembered

PATHS = ["src/", "src/a.py", "my file.txt"]


class Asked:
    """A lookup that counts what it is asked."""

    def __init__(self, *answer: str) -> None:
        self.answer = answer
        self.texts: list[str] = []

    async def __call__(self, text: str) -> Sequence[str]:
        self.texts.append(text)
        return self.answer


async def completed(text: str, paths: Asked | None = None) -> list[str]:
    """The whole line after each completion."""
    completer = ChatCompleter(paths or Asked(*PATHS), {"model": Asked("ollama/a", "offline/b"), "agent": Asked("chat")})
    document = Document(text)
    found = completer.get_completions_async(document, CompleteEvent())
    return [text[: len(text) + completion.start_position] + completion.text async for completion in found]


async def test_paths_follow_an_at_sign() -> None:
    paths = Asked(*PATHS)
    assert await completed("look at @sr", paths) == ["look at @src/", "look at @src/a.py", 'look at @"my file.txt"']
    assert paths.texts == ["sr"]


async def test_a_path_in_quotes_is_replaced_whole() -> None:
    assert (await completed('look at @"my f'))[2] == 'look at @"my file.txt"'


@pytest.mark.parametrize("text", ["hello", "me@example", "look at @a.py and", "", "a /mod"])
async def test_nothing_is_asked_elsewhere(text: str) -> None:
    paths = Asked(*PATHS)
    assert await completed(text, paths) == []
    assert paths.texts == []


async def test_commands_follow_a_slash() -> None:
    assert await completed("/mo") == ["/model"]
    assert "/help" in await completed("/")


async def test_models_and_agents_follow_their_commands() -> None:
    assert await completed("/model o") == ["/model ollama/a", "/model offline/b"]
    assert await completed("/model ol") == ["/model ollama/a"]
    assert await completed("/agent ") == ["/agent chat"]
    assert await completed("/help ") == []


async def test_the_same_is_not_asked_twice_within_some_seconds() -> None:
    now = 0.0
    asked = Asked("x")
    remembered = Remembered(asked, lambda: now)
    assert [await remembered("a"), await remembered("a"), await remembered("b")] == [("x",)] * 3
    assert asked.texts == ["a", "b"]
    now = FRESH
    await remembered("a")
    assert asked.texts == ["a", "b", "a"]
