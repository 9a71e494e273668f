"""What one task sends to its model, call after call: all that was said, as far as the model's window holds it.

Estimates before each call, and makes the conversation smaller where it would not fit: first by cutting old results of
tools, then by a summary of older turns (`chat/fitting.py` decides, `chat/compaction.py` carries out). What the user
sees stays whole. Nothing that changes from turn to turn stands before what was said, and what was left out once stays
so: a request begins as the one before it. Made by `chat/work.py`, and by `chat/orchestrator.py` to look ahead.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chatls.chat.compaction import Shape, Spoken, turns_of
from chatls.chat.events import Compacted, Phase, Usage
from chatls.chat.fitting import Window, least, shorter, to_summarise, window_of
from chatls.chat.messages import Message, ModelRequest
from chatls.chat.ports import Choice, Provider, Toolset
from chatls.chat.summary import listed, summarise, summary_request
from chatls.chat.task import TaskRequest
from chatls.chat.tokens import Calibration, conversation_tokens, tools_tokens
from chatls.errors import ContextOverflow, ProviderError

Enter = Callable[[Phase], Awaitable[None]]
SUMMARY_TRIES = 3
"""After so many failures of one turn that might pass, its conversation goes on without a summary by the model."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A request that would be sent, and as JSON where a server gets it; its size in tokens (an estimate), the window
    that it has to fit, and how many turns would be summarised before, which is not done here."""

    request: ModelRequest
    payload: Mapping[str, Any] | None
    tokens: int
    window: Window | None
    to_summarise: int


def conversation_of(
    task: TaskRequest, choice: Choice, toolset: Toolset, said: Sequence[Message], calibration: Calibration
) -> "Conversation":
    """The conversation of a task with the model that was chosen for it. `said` may grow."""
    system = Message("system", task.agent.instructions + task.guidance)
    spoken = Spoken(system, turns_of(task.context), task.goal, said)
    tools = toolset.specs(task.agent.tools) if "tools" in choice.model.capabilities else ()
    plain = ModelRequest(choice.model, (), tools, task.options)
    return Conversation(spoken, plain, choice.provider, calibration, task.compacted)


class Conversation:
    """One task's conversation with its model.

    `plain` is a request without messages: model, tools and options, the same for all calls. `earlier` is how the turns
    before this one are shown.
    """

    def __init__(
        self, spoken: Spoken, plain: ModelRequest, provider: Provider, calibration: Calibration, earlier: Compacted
    ) -> None:
        self._spoken = spoken
        self._plain = plain
        self._provider = provider
        self._calibration = calibration
        self._shape = Shape(earlier)
        self._tools = tools_tokens(plain.tools)
        self._estimate = 0.0
        """Of the last request."""
        self._limit: int | None = None
        """The window that a refusal told."""
        self._refused = False
        self._failed_summaries = 0
        self._spent = 0

    def take_spent(self) -> int:
        """The tokens of the summaries that were made since this was last asked."""
        spent, self._spent = self._spent, 0
        return spent

    @property
    def compacted(self) -> Compacted:
        """How a later turn is to show this one and those before it."""
        earlier = self._shape.earlier
        return replace(earlier, shortened=len(self._spoken.turns) + 1) if self._shape.cuts else earlier

    async def request(self, enter: Enter) -> ModelRequest:
        """The next request, made to fit as far as that is possible; `enter` is told if that takes something."""
        messages, window = self._messages(), self._window()
        self._estimate = self._estimated(messages)
        if window is not None and self._calibrated(self._estimate) > window.budget:
            await self._compact(window, enter)
            messages = self._messages()
            self._estimate = self._estimated(messages)
        return replace(self._plain, messages=messages)

    def answered(self, usage: Usage | None) -> None:
        """The model has answered the last request; its counts correct the estimates to come."""
        self._refused = False
        if usage is not None:
            self._calibration.learn(self._plain.model.id, self._estimate, usage.prompt_tokens)

    async def overflowed(self, error: ContextOverflow, enter: Enter) -> None:
        """The last request was too long for the model: make the next one smaller.

        Raises:
            ContextOverflow: the same with all numbers; it was refused a second time, or nothing can be left out.
        """
        self._limit = error.limit or self._limit
        window = self._window()
        if window is None:
            raise error
        self._calibration.learn_at_least(self._plain.model.id, self._estimate, error.tokens or window.limit + 1)
        before = self._messages()
        if not self._refused:
            self._refused = True
            await self._compact(window, enter)
        if self._messages() == before:
            raise self._explained(error, window)

    def look_ahead(self) -> Prompt:
        """The next request as it would be sent now; nothing is asked of the model for it."""
        window, turns = self._window(), 0
        if window is not None and not self._fits(window):
            turns = self._shorten(window)
            self._cut_the_newest(window)
        messages = self._messages()
        request = replace(self._plain, messages=messages)
        return Prompt(request, self._provider.payload(request), self._size(messages), window, turns)

    async def _compact(self, window: Window, enter: Enter) -> None:
        before = self._messages()
        full = f"The conversation is about {self._size(before)} tokens long, the model's window {window.limit}"
        turns = self._shorten(window)
        if turns:
            await enter(Phase("compacting", f"{full}: summarising {turns} earlier turns"))
            await self._summarise(window, self._shape.earlier.summarised + turns)
        self._cut_the_newest(window)
        if not turns and self._messages() != before:
            await enter(Phase("compacting", f"{full}: results of tools are shortened"))

    def _shorten(self, window: Window) -> int:
        """Do what takes no model; returns how many turns must then be summarised."""
        for shape in shorter(self._spoken, self._shape):
            if not self._fits(window):
                self._shape = shape
        if self._fits(window):
            return 0
        return to_summarise(self._spoken, self._shape, self._size, window) - self._shape.earlier.summarised

    async def _summarise(self, window: Window, number: int) -> None:
        """Have a summary stand for the first turns; where the model fails at it, a list of what was asked.

        Raises:
            ProviderError: it may go better the next time.
        """
        earlier = self._shape.earlier
        messages = self._spoken.before(earlier, number)
        request = summary_request(self._plain, messages, self._size, window)
        try:
            text, usage = await summarise(self._provider, request)
        except ProviderError as error:
            self._failed_summaries += 1
            if error.retryable and self._failed_summaries < SUMMARY_TRIES:
                raise
            text, usage = "", None
        self._spent += usage.completion_tokens if usage else 0
        summary = text or listed(self._spoken.turns, earlier, number)
        self._shape = replace(self._shape, earlier=replace(earlier, summary=summary, summarised=number))

    def _cut_the_newest(self, window: Window) -> None:
        if not self._fits(window):
            self._shape = least(self._spoken, self._shape, self._size, window.budget)

    def _messages(self) -> list[Message]:
        return self._spoken.shown(self._shape)

    def _fits(self, window: Window) -> bool:
        return self._size(self._messages()) <= window.budget

    def _size(self, messages: Sequence[Message]) -> int:
        return self._calibrated(self._estimated(messages))

    def _estimated(self, messages: Sequence[Message]) -> float:
        return self._tools + conversation_tokens(messages)

    def _calibrated(self, estimate: float) -> int:
        return self._calibration.tokens(self._plain.model.id, estimate)

    def _window(self) -> Window | None:
        known = [limit for limit in (self._provider.window(self._plain.model), self._limit) if limit is not None]
        return window_of(min(known), self._plain.options.max_tokens) if known else None

    def _explained(self, error: ContextOverflow, window: Window) -> ContextOverflow:
        """The refusal, with what takes most of the room and what to do about that."""
        goal = self._size([self._spoken.goal]) - self._size([])
        fixed = self._size([self._spoken.system])
        whole = "" if error.tokens else f" It has about {self._size(self._messages())}."
        advice = "Begin a new session."
        if goal > window.limit // 2:
            whole += f" Your message alone, with what is attached to it, has about {goal}."
            advice = "Attach less: lines instead of whole files, or a part at a time."
        elif fixed > window.limit // 2:
            whole += f" The instructions and tools alone have about {fixed}."
            advice = "Choose an agent with fewer tools, or another model."
        error.message += whole
        error.hint = f"{advice} {error.hint}".strip()
        return error
