"""The scripted provider: `scripted/NAME` plays the script NAME.toml. For tests, demos and bug reports.

A real provider but for the model: no network, and the same every time. Scripts come from a folder of the user's, never
from a workspace; `script.py` says what they hold.
"""

import re
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

from chatls.chat.events import Finish, ModelEvent, Phase, Thinking, Timings, Token, ToolCall, Usage
from chatls.chat.messages import ModelInfo, ModelRequest
from chatls.chat.ports import Clock
from chatls.errors import ContextOverflow, ProviderError
from chatls.providers.refusals import plain
from chatls.providers.script import Call, Echo, Enter, Fail, Say, Script, Step, Wait, parse

_WORD = re.compile(r"\S+\s*|\s+")


class ScriptedProvider:
    """Plays the scripts of one folder.

    Which answer of a script a call gets follows from the conversation: from how many answers are in it already.
    """

    local = False
    """A script has no words for a question it does not know."""
    id = "scripted"

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._failures = Counter[Fail]()

    async def models(self) -> Sequence[ModelInfo]:
        """One for each script, by name."""
        names = sorted(path.stem for path in self._folder.glob("*.toml"))
        return [
            ModelInfo(f"{self.id}/{name}", self.id, name, self._length(name), ("tools", "thinking")) for name in names
        ]

    def window(self, model: ModelInfo) -> int | None:
        """That of the script, in words, which it takes for tokens."""
        return model.context_length

    def payload(self, request: ModelRequest) -> None:
        """It sends nothing."""

    def _length(self, name: str) -> int | None:
        try:
            return self._script(name).context_length
        except ProviderError:
            return None  # a script that cannot be read says so when it is played

    @asynccontextmanager
    async def stream(self, request: ModelRequest) -> AsyncGenerator[AsyncIterator[ModelEvent]]:
        """One answer, at the script's own speed."""
        script = self._script(request.model.name)
        if script.context_length is not None and (words := _words(request)) > script.context_length:
            raise ContextOverflow(
                f"The conversation has {words} words, the script's window {script.context_length}.",
                hint="Raise context_length in the script.",
                tokens=words,
                limit=script.context_length,
            )
        async with aclosing(self._play(script, request)) as events:
            yield events

    def _script(self, name: str) -> Script:
        paths = {path.stem: path for path in self._folder.glob("*.toml")}
        if name not in paths:
            raise ProviderError(
                "model_not_found",
                f"There is no script {plain(name)!r}.",
                hint=f"Write one into {self._folder.name}/, or use one of: {', '.join(sorted(paths)) or 'none yet'}.",
            )
        # What is no UTF-8 is no TOML either: the parser says so.
        return parse(paths[name].read_text(encoding="utf-8", errors="replace"), paths[name].name)

    async def _play(self, script: Script, request: ModelRequest) -> AsyncGenerator[ModelEvent]:
        call = sum(message.role == "assistant" for message in request.messages)
        answer = script.answer(call)
        for number, step in enumerate(answer.steps):
            for event in self._events(step, request, f"call_{call + 1}_{number + 1}"):
                if script.rate and isinstance(event, Token | Thinking):
                    await self._clock.sleep(1 / script.rate)
                yield event
            if isinstance(step, Wait):
                await self._clock.sleep(step.seconds)
        usage = answer.usage or _usage(script, request)
        yield Finish(answer.finish, usage, Timings(tokens_per_second=script.rate or None))

    def _events(self, step: Step, request: ModelRequest, call_id: str) -> list[ModelEvent]:
        match step:
            case Say(text, thinking):
                kind = Thinking if thinking else Token
                return [kind(word) for word in _WORD.findall(text)]
            case Echo():
                last = request.messages[-1].content if request.messages else ""
                return [Token(word) for word in _WORD.findall(last)]
            case Call(tool, arguments):
                return [ToolCall(call_id, tool, arguments)]
            case Enter(phase):
                return [Phase(phase)]
            case Fail():
                self._fail(step)
                return []
            case Wait():
                return []

    def _fail(self, step: Fail) -> None:
        """Raise what the script says, unless it has failed often enough; then the count begins anew."""
        if step.times is not None and self._failures[step] >= step.times:
            del self._failures[step]
            return
        self._failures[step] += 1
        raise ProviderError(
            step.reason,
            step.message,
            retryable=step.retryable,
            status=step.status,
            retry_after=step.retry_after,
        )


def _words(request: ModelRequest) -> int:
    """The length of a request, as its script counts it."""
    return sum(len(message.content.split()) for message in request.messages)


def _usage(script: Script, request: ModelRequest) -> Usage | None:
    """The counts of an answer that gives none itself: those of its request, where there is a window."""
    if script.context_length is None:
        return None
    words = _words(request)
    return Usage(words, context_tokens=words, context_limit=script.context_length)
