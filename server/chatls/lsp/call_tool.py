"""`chat/callTool`: one workspace tool without a model, with the checks and the progress a turn's tools have.

Called by `lsp/requests.py`; the tools themselves are behind the port `Toolset`.
"""

import asyncio
import time

from chatls.chat.events import (
    Phase,
    PhaseName,
    ToolCall,
    ToolCallEvent,
    ToolFailure,
    ToolProgress,
    ToolResultEvent,
    ToolText,
)
from chatls.chat.journal import Journal
from chatls.chat.ports import ToolRun, Toolset
from chatls.chat.sessions import new_id
from chatls.chat.stopwatch import Stopwatch
from chatls.lsp.event_json import Json, plain
from chatls.lsp.pipe import BackpressureHandler
from chatls.lsp.progress import ProgressStream
from chatls.lsp.query_messages import CallToolParams
from chatls.lsp.running import RunningRequest

CANCELLED = ToolFailure("cancelled", "The call was cancelled.")


async def call_tool(
    toolset: Toolset, pipe: BackpressureHandler, request: RunningRequest, params: CallToolParams
) -> Json:
    """Run one tool; a cancel is answered normally, with the error `cancelled`."""
    call = ToolCall(new_id(), params.tool, params.args)
    progress = ProgressStream(pipe, params.work_done_token, Journal())
    kind, title = toolset.describe(call)
    progress.send(ToolCallEvent(call.id, call.name, params.args, kind, title), "begin")
    watch = Stopwatch(time.monotonic)
    outcome = await _run(toolset, request, call, params.session_id, progress, watch)
    text, failure = (outcome, None) if isinstance(outcome, ToolText) else (None, outcome)
    progress.send(ToolResultEvent(call.id, call.name, watch.milliseconds, text, failure), "end")
    progress.flush()
    return {"result" if text else "error": plain(outcome)}


async def _run(
    toolset: Toolset,
    request: RunningRequest,
    call: ToolCall,
    session_id: str | None,
    progress: ProgressStream,
    watch: Stopwatch,
) -> ToolText | ToolFailure:
    async def report(status: str, data: str | None) -> None:
        await progress.room()
        progress.send(ToolProgress(call.id, status, data))

    async def enter(phase: PhaseName) -> None:
        watch.enter(phase)
        await progress.room()
        progress.send(Phase(phase))

    async def settled() -> None:
        progress.flush()

    request.settled = settled
    run = ToolRun(call.id, session_id, None, report, enter)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(toolset.run(call, run))
        request.cancel_with(running.cancel)
    await toolset.finish(run.scope)
    return CANCELLED if running.cancelled() else running.result()
