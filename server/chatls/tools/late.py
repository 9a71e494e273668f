"""The tools as they are offered to a model, without importing them: that costs a tenth of the time to the first token,
and many a conversation calls none.

What a model is told of each is in `specs.json`, which `python -m chatls.tools.specs` writes and a test compares with
the tools. Made by `rooms.py`.
"""

import json
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

from chatls.chat.events import ToolCall, ToolFailure, ToolKind, ToolText
from chatls.chat.messages import ToolSpec
from chatls.chat.ports import ToolRun, Toolset

SPECS = Path(__file__).with_name("specs.json")


def all_specs() -> Sequence[ToolSpec]:
    """What models are told of all tools there are."""
    return [ToolSpec(**spec) for spec in json.loads(SPECS.read_text(encoding="utf-8"))]


class LateToolset:
    """The port `Toolset`: these specs, and the tools themselves once `load` was called for the first that is used."""

    def __init__(self, specs: Sequence[ToolSpec], load: Callable[[], Toolset]) -> None:
        self._specs = {spec.name: spec for spec in specs}
        self._load = load

    @cached_property
    def _tools(self) -> Toolset:
        return self._load()

    def specs(self, names: Sequence[str] | None = None) -> Sequence[ToolSpec]:
        wanted = self._specs if names is None else names
        return [self._specs[name] for name in wanted if name in self._specs]

    def describe(self, call: ToolCall) -> tuple[ToolKind, str]:
        return self._tools.describe(call)

    async def run(self, call: ToolCall, run: ToolRun) -> ToolText | ToolFailure:
        return await self._tools.run(call, run)

    async def finish(self, scope: str) -> None:
        if "_tools" in self.__dict__:  # what was never loaded has left nothing unsaved
            await self._tools.finish(scope)
