"""What may follow `@` and `/` in the input line: files and folders of the workspace, commands, models, agents.

The workspace is looked at by the server, with the tools the model has too; nothing is asked while the user still
types, and not twice for the same thing within some seconds. Called by prompt_toolkit.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence

from prompt_toolkit.completion import CompleteEvent, Completion, DummyCompleter
from prompt_toolkit.document import Document

from chatls.terminal.commands import COMMANDS
from chatls.terminal.mentions import spelled, unfinished

PAUSE = 0.08
"""Seconds without a key after which the server is asked."""
FRESH = 5.0
"""Seconds for which an answer is used again."""
REMEMBERED = 64
MOST = 50

Lookup = Callable[[str], Awaitable[Sequence[str]]]


class Remembered:
    """A lookup that is not made twice for the same text within `FRESH` seconds."""

    def __init__(self, lookup: Lookup, now: Callable[[], float]) -> None:
        self._lookup = lookup
        self._now = now
        self._known: dict[str, tuple[float, Sequence[str]]] = {}

    async def __call__(self, text: str) -> Sequence[str]:
        if (known := self._known.get(text)) and self._now() - known[0] < FRESH:
            return known[1]
        await asyncio.sleep(PAUSE)
        found = await self._lookup(text)
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[text] = (self._now(), found)
        return found


class ChatCompleter(DummyCompleter):
    """Completes paths with one lookup, and the argument of `/model` and `/agent` with one for each."""

    def __init__(self, paths: Lookup, arguments: Mapping[str, Lookup]) -> None:
        self._paths = Remembered(paths, time.monotonic)
        self._arguments = {name: Remembered(lookup, time.monotonic) for name, lookup in arguments.items()}

    async def get_completions_async(
        self,
        document: Document,
        complete_event: CompleteEvent,  # noqa: ARG002 (prompt_toolkit hands it in)
    ) -> AsyncGenerator[Completion, None]:
        """The completions for what stands before the cursor."""
        before = document.text_before_cursor
        if (path := unfinished(before)) is not None:
            typed = len(before) - before.rindex("@") - 1
            for found in (await self._paths(path))[:MOST]:
                yield Completion(spelled(found), start_position=-typed, display=found)
        elif document.text.startswith("/") and "\n" not in document.text:
            for completion in await self._commands(before[1:]):
                yield completion

    async def _commands(self, before: str) -> list[Completion]:
        name, space, argument = before.partition(" ")
        if not space:
            fitting = {known: about for known, about in COMMANDS.items() if known.startswith(name)}
            return [Completion(known, -len(name), display_meta=about[1]) for known, about in fitting.items()]
        lookup = self._arguments.get(name)
        found = await lookup("") if lookup else ()
        return [Completion(id_, -len(argument)) for id_ in found if id_.startswith(argument)][:MOST]
