"""What a workspace tool is, and the words in which one reports failure.

A tool is a description, a pydantic model of its arguments and an async function. Inside a tool, `ToolError` may be
raised; `tools/toolset.py`, the only caller, turns it (and any other exception) into a result the model can read.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

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
Json = dict[str, Any]


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
        schema = self.arguments.model_json_schema()
        return ToolSpec(self.name, self.description, self.kind, _inlined(schema, schema.get("$defs", {})))


AnyTool = Tool[Any]


def _inlined(node: Any, parts: Mapping[str, Any]) -> Any:
    """A JSON Schema as models are shown it: without references and null, which many do not follow (absent is the same
    here), and without the titles that pydantic makes.
    """
    if isinstance(node, list):
        return [_inlined(value, parts) for value in cast("list[Any]", node)]
    if not isinstance(node, dict):
        return node
    table = cast("Json", node)
    if (name := table.get("$ref")) is not None:
        return _inlined(parts[name.rpartition("/")[2]], parts)
    if table.get("anyOf", [])[1:] == [{"type": "null"}]:
        rest = {key: value for key, value in table.items() if key not in ("anyOf", "default")}
        return _inlined({**table["anyOf"][0], **rest}, parts)
    kept = {key: value for key, value in table.items() if key not in ("title", "$defs")}
    return {
        key: _members(value, parts) if key == "properties" else _inlined(value, parts) for key, value in kept.items()
    }


def _members(properties: Json, parts: Mapping[str, Any]) -> Json:
    """The same for each property: one may be called `title`."""
    return {name: _inlined(value, parts) for name, value in properties.items()}
