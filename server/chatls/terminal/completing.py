"""What may follow in the input line: this client's own commands and their arguments, and what the server offers.

The server knows paths, agents and its commands (`chat/complete`); nothing is asked while the user still types, and not
twice for the same thing within some seconds. Called by prompt_toolkit.
"""

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

from prompt_toolkit.completion import CompleteEvent, Completion, DummyCompleter
from prompt_toolkit.document import Document

from chatls.terminal.commands import COMMANDS
from chatls.terminal.rpc import Json, as_object
from chatls.terminal.sanitize import one_line

PAUSE = 0.08
"""Seconds without a key after which the server is asked."""
FRESH = 5.0
"""Seconds for which an answer is used again."""
REMEMBERED = 64
MOST = 50

_AFTER_AT = re.compile(r'@(?:[^\s@"]*|"[^"\n]*(?:":[\w-]*)?)\Z')
"""Where the server may know how to go on."""

T = TypeVar("T")
Lookup = Callable[[str], Awaitable[Sequence[T]]]


class Remembered(Generic[T]):
    """A lookup that is not made twice for the same text within `FRESH` seconds."""

    def __init__(self, lookup: Lookup[T], now: Callable[[], float]) -> None:
        self._lookup = lookup
        self._now = now
        self._known: dict[str, tuple[float, Sequence[T]]] = {}

    async def __call__(self, text: str) -> Sequence[T]:
        if (known := self._known.get(text)) and self._now() - known[0] < FRESH:
            return known[1]
        await asyncio.sleep(PAUSE)
        found = await self._lookup(text)
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[text] = (self._now(), found)
        return found


class ChatCompleter(DummyCompleter):
    """Completes a message with one lookup, and the argument of `/model` and the like with one for each."""

    def __init__(self, message: Lookup[Json], arguments: Mapping[str, Lookup[str]]) -> None:
        self._message = Remembered(message, time.monotonic)
        self._arguments = {name: Remembered(lookup, time.monotonic) for name, lookup in arguments.items()}

    async def get_completions_async(
        self,
        document: Document,
        complete_event: CompleteEvent,  # noqa: ARG002 (prompt_toolkit hands it in)
    ) -> AsyncGenerator[Completion, None]:
        """The completions for what stands before the cursor."""
        before = document.text_before_cursor
        name, space, argument = before.removeprefix("/").partition(" ")
        is_command = before.startswith("/") and "\n" not in document.text
        if is_command and space and name in COMMANDS:
            for completion in await self._argument(name, argument):
                yield completion
            return
        if is_command and not space:
            for completion in _own(name):
                yield completion
        if (is_command and not space) or _AFTER_AT.search(before):
            column = len(document.current_line_before_cursor)
            for item in (await self._message(before))[:MOST]:
                yield _completion(item, column)

    async def _argument(self, name: str, typed: str) -> list[Completion]:
        lookup = self._arguments.get(name)
        found = await lookup("") if lookup else ()
        return [Completion(id_, -len(typed)) for id_ in found if id_.startswith(typed)][:MOST]


def _own(typed: str) -> Iterator[Completion]:
    """This client's own commands that begin so."""
    for name, (_, about) in COMMANDS.items():
        if name.startswith(typed):
            yield Completion(name, -len(typed), display=f"/{name}", display_meta=about)


def _completion(item: Json, column: int) -> Completion:
    """An item of the server's, whose edit ends at the cursor."""
    edit = as_object(item.get("textEdit"))
    start = as_object(as_object(edit.get("range")).get("start")).get("character")
    label, about = one_line(str(item.get("label", "")), 200), one_line(str(item.get("detail", "")), 100)
    text = str(edit.get("newText", ""))
    return Completion(text, min((start if isinstance(start, int) else column) - column, 0), label, about)
