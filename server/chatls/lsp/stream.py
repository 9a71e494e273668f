"""`chat/stream`: one turn from its params to its answer (wire contract, section 3).

Checks everything that can refuse a turn before it begins; from then on there is exactly one `end`, and only then the
response. Called by `lsp/requests.py`.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from chatls.chat.agents import Agent
from chatls.chat.clock import LoopClock
from chatls.chat.events import Done, Fault
from chatls.chat.keeping import RunningTurn
from chatls.chat.messages import Message, ModelOptions
from chatls.chat.sessions import Asked, NewTurn, Session, has_title
from chatls.chat.task import TaskRequest
from chatls.errors import ChatError, InvalidParams, NotFound, SessionBusy, internal
from chatls.lsp import messages as wire
from chatls.lsp.editor import LspEditor
from chatls.lsp.errors import TurnFailed
from chatls.lsp.event_json import Json, plain
from chatls.lsp.goal import Goal, agent_of, read_goal
from chatls.lsp.pipe import BackpressureHandler
from chatls.lsp.progress import ProgressStream
from chatls.lsp.running import RunningRequest, nothing
from chatls.lsp.services import Services
from chatls.lsp.titles import Titles


class TurnStreams:
    """The turns of one connection."""

    def __init__(self, services: Services, editor: LspEditor, pipe: BackpressureHandler) -> None:
        self._services = services
        self._editor = editor
        self._pipe = pipe
        self._titles = Titles(services.orchestrator, services.sessions, LoopClock())

    async def stream(self, request: RunningRequest, params: wire.StreamParams) -> Json:
        """Run one turn and return the result of its request.

        Raises:
            RequestError: refused; nothing has begun.
            TurnFailed: the turn ended with an error; what was said is in its `data`.
        """
        services = self._services
        session = await self._session(params)
        asked = await self._asked(session, params)
        agent = agent_named(services, agent_of(asked.message, services) or params.agent)
        goal = Goal(asked.goal) if params.message is None else await self._read(request, params.message)
        turn = NewTurn(Asked(asked.message, goal.text), agent.id)
        running = await services.sessions.begin(session, turn, params.replace_turn_id)
        task = TaskRequest(
            Message("user", goal.text),
            agent,
            running.context,
            params.model,
            options_of(services.options, params.options),
            session.session_id,
            turn.turn_id,
            session.guidance,
            notices=goal.notices,
            compacted=running.compacted,
        )
        progress = ProgressStream(self._pipe, params.work_done_token, running.journal)
        try:
            with self._titles.left_alone():
                said = await self._carry_out(request, task, running, progress)
                if not task.context and isinstance(progress.last, Done) and progress.last.stop_reason == "end_turn":
                    self._wish_title(session, asked, replace(task, model=running.journal.model), said)
        finally:
            running.release()
        return _conclude(task, running, progress)

    def close(self) -> None:
        """Ask the model for no more titles."""
        self._titles.close()

    def _wish_title(self, session: Session, asked: Asked, task: TaskRequest, said: Sequence[Message]) -> None:
        if not has_title(str(asked.message.get("content", ""))):
            self._titles.wish(session, task, said)

    async def _session(self, params: wire.StreamParams) -> Session:
        workspace = self._editor.workspace()
        if params.session_id is None:
            return Session(workspace, guidance=await self._services.guidance())
        session = await self._services.sessions.find(workspace, params.session_id)
        if session.busy:
            raise SessionBusy(session.session_id)
        return session

    async def _asked(self, session: Session, params: wire.StreamParams) -> Asked:
        """The user's message, not yet read; without one, that of the turn it replaces, which must be there."""
        replaced = Asked({}, "")
        if params.replace_turn_id is not None:
            try:
                replaced = await self._services.sessions.asked(session, params.replace_turn_id)
            except NotFound:
                raise InvalidParams("replaceTurnId", "the id of a turn of this session") from None
        return replaced if params.message is None else Asked(params.message.to_wire(), "")

    async def _read(self, request: RunningRequest, message: wire.UserMessage) -> Goal:
        """The user's message as a model reads it. A cancel ends the reading of files: the turn will be over before a
        model misses them."""
        try:
            async with asyncio.timeout(None) as limit:
                request.cancel_with(lambda: limit.reschedule(0))
                return await read_goal(message, self._services, self._editor)
        except TimeoutError:
            return Goal(message.content)
        finally:
            request.cancel_with(nothing)

    async def _carry_out(
        self, request: RunningRequest, task: TaskRequest, running: RunningTurn, progress: ProgressStream
    ) -> Sequence[Message]:
        """The turn itself; returns what was said."""
        try:
            async with self._services.orchestrator.execute_with_streaming(task, running.log) as execution:

                def cancel() -> None:
                    execution.cancel()
                    progress.hurry()

                async def settled() -> None:
                    await execution.buffer.settled()
                    progress.flush()

                request.cancel_with(cancel)
                request.settled = settled
                await progress.pump(execution)
                return execution.messages
        except Exception as error:  # noqa: BLE001 (border: a turn that has begun ends, and gives its session back)
            progress.send(Fault(internal(error)))
            return ()


def _conclude(task: TaskRequest, running: RunningTurn, progress: ProgressStream) -> Json:
    """The answer to a turn that is over."""
    last, journal = progress.last, running.journal
    progress.flush()
    names = {"sessionId": task.session_id, "turnId": task.turn_id}
    if isinstance(last, Done):
        return {**names, **plain(last), "lastSeq": journal.last_seq}
    error = last.error if isinstance(last, Fault) else ChatError("The turn ended without a word.")
    raise TurnFailed(error, {**names, "model": journal.model or None, "final": journal.text() or None})


def agent_named(services: Services, wanted: str | None) -> Agent:
    """The agent of this name, or the one that answers where none is named.

    Raises:
        InvalidParams: there is no such agent.
    """
    agent = services.agents.get(wanted or services.agent)
    if agent is None:
        raise InvalidParams("agent", "one of " + ", ".join(sorted(services.agents)))
    return agent


def options_of(defaults: ModelOptions, wanted: wire.StreamOptions | None) -> ModelOptions:
    """The options of a request over those of the configuration."""
    chosen = {} if wanted is None else wanted.model_dump(exclude_none=True)
    return replace(defaults, **chosen)
