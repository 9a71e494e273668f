"""`chat/stream`: one turn from its params to its answer (wire contract, section 3).

Checks everything that can refuse a turn before it begins; from then on there is exactly one `end`, and only then the
response. Called by `lsp/requests.py`.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from chatls.chat.agents import Agent
from chatls.chat.context import Attached, compose
from chatls.chat.events import Done, Fault
from chatls.chat.messages import Message, ModelOptions
from chatls.chat.sessions import Session, TurnRecord, TurnState
from chatls.chat.task import TaskRequest
from chatls.errors import ChatError, InvalidParams, internal
from chatls.lsp import messages as wire
from chatls.lsp.attachments import read_attachments
from chatls.lsp.editor import LspEditor
from chatls.lsp.errors import TurnFailed
from chatls.lsp.event_json import Json, plain
from chatls.lsp.history import find_session
from chatls.lsp.pipe import BackpressureHandler
from chatls.lsp.progress import ProgressStream
from chatls.lsp.running import RunningRequest, nothing
from chatls.lsp.services import Services


class TurnStreams:
    """The turns of one connection."""

    def __init__(self, services: Services, editor: LspEditor, pipe: BackpressureHandler) -> None:
        self._services = services
        self._editor = editor
        self._pipe = pipe

    async def stream(self, request: RunningRequest, params: wire.StreamParams) -> Json:
        """Run one turn and return the result of its request.

        Raises:
            RequestError: refused; nothing has begun.
            TurnFailed: the turn ended with an error; what was said is in its `data`.
        """
        services = self._services
        agent = _agent(services, params.agent)
        session, new = await self._session(params)
        asked, goal = await self._goal(request, session, params)
        turn = TurnRecord(asked, goal, agent.id)
        context = session.begin(turn, params.replace_turn_id)
        if new:
            await services.sessions.add(session)
        task = TaskRequest(
            goal,
            replace(agent, instructions=agent.instructions + session.guidance),
            context,
            params.model,
            _options(services.options, params.options),
            session.session_id,
            turn.turn_id,
        )
        progress = ProgressStream(self._pipe, params.work_done_token, turn.journal)
        messages = await self._carry_out(request, task, progress)
        return _conclude(session, turn, messages, progress)

    async def _session(self, params: wire.StreamParams) -> tuple[Session, bool]:
        workspace = self._editor.workspace()
        if params.session_id is None:
            return Session(workspace, guidance=await self._services.guidance()), True
        session = await find_session(self._services.sessions, workspace, params.session_id)
        session.check_free()
        if params.replace_turn_id is not None:
            session.check_turn(params.replace_turn_id)
        return session, False

    async def _goal(
        self, request: RunningRequest, session: Session, params: wire.StreamParams
    ) -> tuple[Mapping[str, Any], Message]:
        """The user's message, as it came and as a model reads it; without one, that of the turn it replaces."""
        if params.message is None:
            replaced = session.turn(params.replace_turn_id or "")
            return replaced.asked, replaced.goal
        attached = await self._attached(request, params.message.attachments or ())
        asked = params.message.to_wire()
        return asked, Message("user", compose(params.message.content, attached))

    async def _attached(self, request: RunningRequest, attachments: Sequence[wire.Attachment]) -> Sequence[Attached]:
        """The attachments, read. A cancel ends the reading: the turn will be over before a model misses them."""
        try:
            async with asyncio.timeout(None) as limit:
                request.cancel_with(lambda: limit.reschedule(0))
                return await read_attachments(attachments, self._services.reader, self._editor)
        except TimeoutError:
            return ()
        finally:
            request.cancel_with(nothing)

    async def _carry_out(
        self, request: RunningRequest, task: TaskRequest, progress: ProgressStream
    ) -> Sequence[Message]:
        """The turn itself; what was said in it after the goal."""
        try:
            async with self._services.orchestrator.execute_with_streaming(task) as execution:

                def cancel() -> None:
                    execution.cancel()
                    progress.hurry()

                async def settled() -> None:
                    await execution.buffer.settled()
                    progress.flush()

                request.cancel_with(cancel)
                request.settled = settled
                await progress.pump(execution)
        except Exception as error:  # noqa: BLE001 (border: a turn that has begun ends, and gives its session back)
            progress.send(Fault(internal(error)))
            return ()
        return execution.messages


def _conclude(session: Session, turn: TurnRecord, messages: Sequence[Message], progress: ProgressStream) -> Json:
    """Give the session back, then answer."""
    last = progress.last
    progress.flush()
    names = {"sessionId": session.session_id, "turnId": turn.turn_id}
    if isinstance(last, Done):
        session.end(turn, "cancelled" if last.stop_reason == "cancelled" else "done", messages)
        return {**names, **plain(last), "lastSeq": turn.journal.last_seq}
    error = last.error if isinstance(last, Fault) else ChatError("The turn ended without a word.")
    session.end(turn, _failed_state(error), messages)
    raise TurnFailed(error, {**names, "model": turn.model or None, "final": turn.journal.text() or None})


def _failed_state(error: ChatError) -> TurnState:
    return "cut" if error.reason == "stream_interrupted" else "failed"


def _agent(services: Services, wanted: str | None) -> Agent:
    agent = services.agents.get(wanted or services.agent)
    if agent is None:
        raise InvalidParams("agent", "one of " + ", ".join(sorted(services.agents)))
    return agent


def _options(defaults: ModelOptions, wanted: wire.StreamOptions | None) -> ModelOptions:
    chosen = {} if wanted is None else wanted.model_dump(exclude_none=True)
    return replace(defaults, **chosen)
