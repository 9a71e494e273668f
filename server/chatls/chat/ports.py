"""What the heart needs from the other rooms, as Protocols: it imports none of them.

Implementations live in `providers/`, `tools/`, `store/` and `lsp/`; `rooms.py` puts them together.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from chatls.chat.approvals import Answer, Grant, Question
from chatls.chat.events import (
    Answered,
    ModelEvent,
    PhaseName,
    TaskEvent,
    ToolCall,
    ToolFailure,
    ToolKind,
    ToolText,
)
from chatls.chat.messages import ModelInfo, ModelRequest, ProviderStatus, ToolSpec
from chatls.errors import ProviderError


class Clock(Protocol):
    """Monotonic time in seconds. Tests hand in one that they move themselves."""

    def now(self) -> float: ...

    async def sleep(self, seconds: float) -> None: ...

    def call_later(self, seconds: float, callback: Callable[[], None]) -> "Timer":
        """Have the callback called on the event loop, unless it is cancelled before."""
        ...


class Timer(Protocol):
    """A callback that has not been called yet."""

    def cancel(self) -> None: ...


class Provider(Protocol):
    """A source of models."""

    @property
    def id(self) -> str:
        """The first part of its models' ids: "ollama" in `ollama/llama3.1`."""
        ...

    @property
    def local(self) -> bool:
        """Whether its models run on this machine: what nobody asked for may be asked of no other."""
        ...

    def stream(self, request: ModelRequest) -> AbstractAsyncContextManager[AsyncIterator[ModelEvent]]:
        """One answer of a model. Leaving the context closes the connection: the model stops generating.

        Raises:
            ProviderError: on entering or while iterating; nothing else but CancelledError leaves it.
        """
        ...

    def window(self, model: ModelInfo) -> int | None:
        """The context window that a request to this model gets, in tokens; None: none is known, or there is none."""
        ...

    def payload(self, request: ModelRequest) -> Mapping[str, Any] | None:
        """What is sent to a server for a request, as JSON; None: nothing is sent anywhere."""
        ...

    async def models(self) -> Sequence[ModelInfo]:
        """The models it offers now, the one it would choose first.

        Raises:
            ProviderError: it cannot be asked.
        """
        ...


@dataclass(frozen=True, slots=True)
class Choice:
    """A model that was chosen for a turn, with its provider; `notice` is for the user where the choice needs a word."""

    provider: Provider
    model: ModelInfo
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class ModelList:
    """All that can be reached now, and which model a request without one gets."""

    models: Sequence[ModelInfo]
    providers: Sequence[ProviderStatus]
    default: str


class Models(Protocol):
    """The catalog: from `provider/model` to something that answers."""

    async def choose(self, model: str | None) -> Choice:
        """The provider and model for an id; None chooses the default (wire contract, section 3).

        Raises:
            ProviderError: `model_not_found` or `provider_unreachable`, with what to do.
        """
        ...

    async def list(self) -> ModelList: ...


class RetryPolicy(Protocol):
    """Decides whether a failed model call is made again."""

    def delay(self, error: ProviderError, attempt: int, *, shown: bool) -> float | None:
        """Seconds to wait before the next try; None: give up.

        `attempt` counts the tries that failed, from 1; `shown` says that text of this call went out already.
        """
        ...


@dataclass(frozen=True, slots=True)
class ToolRun:
    """Where a tool call runs: for whom, and where its progress goes."""

    call_id: str
    session_id: str | None
    turn_id: str | None
    progress: Callable[[str, str | None], Awaitable[None]]
    """Called with a status line and, maybe, output."""
    enter: Callable[[PhaseName], Awaitable[None]]
    """Called when the call begins to wait for the user ("approval"), and when it goes on ("tool")."""

    @property
    def scope(self) -> str:
        """The turn that this call belongs to; a call without one is its own."""
        return self.turn_id or self.call_id


class Toolset(Protocol):
    """The workspace tools."""

    def specs(self, names: Sequence[str] | None = None) -> Sequence[ToolSpec]:
        """All tools, or those named (unknown names are left out)."""
        ...

    def describe(self, call: ToolCall) -> tuple[ToolKind, str]:
        """Kind and title of a call ("Read a.py"), also of one for an unknown tool or with bad arguments."""
        ...

    async def run(self, call: ToolCall, run: ToolRun) -> ToolText | ToolFailure:
        """Run one call. Never raises anything but CancelledError: every failure is a `ToolFailure`."""
        ...

    async def finish(self, scope: str) -> None:
        """A turn, or a call without one (`ToolRun.scope`), is over, however it ended: save what it left unsaved.

        Takes two seconds at most, and raises nothing but CancelledError.
        """
        ...


class EventSink(Protocol):
    """Where a task's events go. `put` waits while too much is waiting there."""

    async def put(self, event: TaskEvent) -> None: ...

    def put_nowait(self, event: TaskEvent) -> None:
        """The same without waiting, for what must not be lost to a cancel and is small."""
        ...

    def note(self, event: Answered) -> None:
        """Record what clients are not shown."""
        ...

    async def kept(self) -> None:
        """Wait until all that was put is where it lasts."""
        ...


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """A document as the editor has it, unsaved changes included."""

    uri: str
    version: int | None
    text: str


class Editor(Protocol):
    """What may be asked of the editor."""

    def document(self, uri: str) -> OpenDocument | None:
        """The open document with this URI (however it is spelled), or None."""
        ...

    def documents(self) -> Sequence[OpenDocument]:
        """All open documents."""
        ...

    def folders(self) -> Sequence[tuple[str, str]]:
        """The workspace folders as (name, URI)."""
        ...


@dataclass(frozen=True, slots=True)
class TextChange:
    """Replace `text[start:end]` of a document, counted in code points of `OpenDocument.text`, by `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding of the editor's language servers; line and column are 1-based, the column as the editor counts."""

    uri: str
    line: int
    column: int
    severity: str
    message: str
    source: str | None = None


class EditorActions(Protocol):
    """What the editor may be asked to do. All of it waits for the client, and ends when the caller is cancelled.

    What is asked within a turn overtakes nothing that the turn has shown before.
    """

    @property
    def can_ask(self) -> bool:
        """Whether there is any way to ask the user: without one, nothing that needs a yes is possible."""
        ...

    async def ask(self, question: Question) -> Answer | None:
        """Put a question to the user. None: refused, or the answer was none that was offered."""
        ...

    async def apply(self, document: OpenDocument, changes: Sequence[TextChange]) -> bool:
        """Change an open document, in the editor's undo; the changes do not overlap. False: it is not as it was when
        `document` was taken, or the editor would not."""
        ...

    def can_operate(self, operation: Literal["create", "rename", "delete"]) -> bool:
        """Whether the client announced this resource operation for `workspace/applyEdit`."""
        ...

    async def rename(self, old_uri: str, new_uri: str) -> bool:
        """Have the editor move a file, its open buffer with it."""
        ...

    async def delete(self, uri: str) -> bool:
        """Have the editor delete a file, its open buffer with it."""
        ...

    async def save(self, uris: Sequence[str]) -> frozenset[str]:
        """Have these documents saved; those that were. None is, where the client cannot be asked to."""
        ...

    async def diagnostics(self, uri: str | None = None) -> Sequence[Diagnostic] | None:
        """Findings in one document or in all; None: this client cannot tell."""
        ...


class GrantStore(Protocol):
    """Where grants for good are kept, apart for each set of workspace folders; never in the workspace itself.

    Each may raise OSError, with a sentence for the user: it cannot be kept, or what is kept cannot be trusted.
    """

    async def grants(self, workspace: Sequence[str]) -> Sequence[Grant]: ...

    async def add(self, workspace: Sequence[str], grant: Grant) -> None: ...

    async def remove(self, workspace: Sequence[str], grant_id: str) -> bool:
        """Take one back; False if there is none with this id."""
        ...


class Grants(Protocol):
    """What was granted so far, of this session-holding process and for good."""

    async def list(self) -> Sequence[Grant]: ...

    async def revoke(self, grant_id: str) -> bool:
        """Take one back; False if there is none with this id. Effective from the next call on.

        Raises:
            RequestError: it could not be taken back.
        """
        ...

    def forget(self, session_id: str) -> None:
        """Drop what was granted in a session that is no more."""
        ...
