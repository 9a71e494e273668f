"""What a workspace tool is, and the words in which one reports failure.

A tool is a description, a pydantic model of its arguments and an async function. Inside a tool, `ToolError` may be
raised; `tools/toolset.py`, the only caller, turns it (and any other exception) into a result the model can read.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from chatls.chat.events import ToolKind, ToolText
from chatls.chat.messages import ToolSpec
from chatls.chat.ports import ToolRun

MAX_SHOWN = 32 * 1024
"""Bytes of a result that the model sees; the rest is cut, and the result says so."""


class Arguments(BaseModel):
    """Base of all argument models: what is not known is refused, so that a model notices a misspelt name."""

    model_config = ConfigDict(extra="forbid", frozen=True)


A = TypeVar("A", bound=Arguments)


class ToolError(Exception):
    """A tool cannot do what was asked. `code` is a snake_case word ("not_found", "outside_workspace")."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Tool(Generic[A]):
    """One tool. `title` says in a few words what a call with these arguments does ("Read a.py")."""

    name: str
    description: str
    kind: ToolKind
    arguments: type[A]
    title: Callable[[A], str]
    run: Callable[[A, ToolRun], Awaitable[ToolText]]
    time_limit: float | None = 30.0
    """Seconds after which a call is ended. None: it may wait for the user, and limits the rest itself."""

    def spec(self) -> ToolSpec:
        return ToolSpec(self.name, self.description, self.kind, self.arguments.model_json_schema())


AnyTool = Tool[Any]
