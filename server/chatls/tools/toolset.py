"""Runs the workspace tools: checks a call's arguments, limits its time and size, and turns every failure into a
result that the model can read.

This is the border of the room: the one place that catches whatever a tool raises. The orchestrator calls it by the
port `Toolset` (`chat/ports.py`); `rooms.py` makes it of all tools.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from chatls.chat.events import ToolCall, ToolFailure, ToolKind, ToolText
from chatls.chat.messages import ToolSpec
from chatls.chat.ports import ToolRun
from chatls.chat.text import clean, one_line, shortened
from chatls.tools.base import MAX_SHOWN, AnyTool, Arguments, ToolError

MAX_TITLE = 100
"""Characters of a title: it stands on one line."""
MAX_URIS = 50
"""Files that a result names for the editor."""
FINISH_SECONDS = 2.0

logger = logging.getLogger(__name__)


async def _nothing(_scope: str) -> None: ...


class Toolset:
    """The port `Toolset`, made of these tools, in their order. `finish` is called when a turn is over."""

    def __init__(self, tools: Iterable[AnyTool], finish: Callable[[str], Awaitable[None]] = _nothing) -> None:
        self._finish = finish
        self._tools = {tool.name: tool for tool in tools}
        self._specs = {name: tool.spec() for name, tool in self._tools.items()}

    def specs(self, names: Sequence[str] | None = None) -> Sequence[ToolSpec]:
        wanted = self._specs if names is None else names
        return [self._specs[name] for name in wanted if name in self._specs]

    def describe(self, call: ToolCall) -> tuple[ToolKind, str]:
        tool = self._tools.get(call.name)
        if tool is None:
            return "other", _line(call.name)
        try:
            return tool.kind, _line(tool.title(_arguments(tool, call.arguments)))
        except Exception:  # noqa: BLE001 (the border: a title is not worth a turn)
            return tool.kind, tool.name

    async def run(self, call: ToolCall, run: ToolRun) -> ToolText | ToolFailure:
        tool = self._tools.get(call.name)
        if tool is None:
            known = ", ".join(self._tools) or "none"
            return ToolFailure("unknown_tool", f"There is no tool {_line(call.name)!r}; there are: {known}.")
        return await as_result(tool.name, tool.time_limit, _call(tool, call, run), shown=MAX_SHOWN)

    async def finish(self, scope: str) -> None:
        try:
            async with asyncio.timeout(FINISH_SECONDS):
                await self._finish(scope)
        except Exception as error:  # noqa: BLE001 (the border: what is left unsaved ends no turn)
            logger.error("a turn's end failed: %s in %s", type(error).__name__, _origin(error))


async def as_result(
    name: str, seconds: float | None, work: Awaitable[ToolText], *, shown: int
) -> ToolText | ToolFailure:
    """What `work` comes to within `seconds`, cut to `shown` bytes of UTF-8. Raises nothing but CancelledError."""
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            return _bounded(await work, shown)
    except ToolError as error:
        return ToolFailure(error.code, clean(error.message))
    except Exception as error:  # noqa: BLE001 (the border: whatever a tool raises is a result)
        if isinstance(error, TimeoutError) and limit.expired():
            return ToolFailure("timeout", f"{name} was ended after {seconds:g} s: ask for less at a time.")
        logger.error("tool %s failed: %s in %s", name, type(error).__name__, _origin(error))
        return ToolFailure("internal", f"{name} failed by a fault of its own ({type(error).__name__}).")


async def _call(tool: AnyTool, call: ToolCall, run: ToolRun) -> ToolText:
    return await tool.run(_arguments(tool, call.arguments), run)


def _arguments(tool: AnyTool, given: Mapping[str, Any] | str) -> Arguments:
    """The call's arguments, checked. A null counts as absent: models fill in what they do not need with it."""
    names = ", ".join(tool.arguments.model_fields)
    if isinstance(given, str):
        raise ToolError("invalid_arguments", f"The arguments of {tool.name} must be one JSON object with: {names}.")
    try:
        return tool.arguments.model_validate({name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        faults = "; ".join(_fault(fault["loc"], fault["type"], fault["msg"]) for fault in error.errors()[:5])
        raise ToolError("invalid_arguments", f"{tool.name} takes {names}. Wrong: {faults}.") from None


def _fault(place: tuple[int | str, ...], kind: str, message: str) -> str:
    field = ".".join(map(str, place)) or "arguments"
    known = {"missing": "is missing", "extra_forbidden": "is unknown"}
    return f"{_line(field)} {known.get(kind, f'({message})')}"


def _bounded(result: ToolText, shown: int) -> ToolText:
    text = clean(result.text)
    kept = shortened(text, shown)
    uris = result.uris[:MAX_URIS] if result.uris else result.uris
    return replace(result, text=kept, truncated=result.truncated if kept is text else True, uris=uris)


def _line(text: str) -> str:
    return one_line(text, MAX_TITLE)


def _origin(error: BaseException) -> str:
    """Function and line where it was raised; neither message nor values, which may be a user's."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}" if trace else "?"
