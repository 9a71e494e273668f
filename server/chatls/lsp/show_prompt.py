"""`chat/showPrompt`: exactly what would be sent to the model, and nothing is sent (wire contract, section 7).

The message goes the same way as that of a turn: mentions and attachments read, commands written out. Called by
`lsp/requests.py`.
"""

from chatls.chat.conversation import Prompt
from chatls.chat.events import Compacted
from chatls.chat.messages import Message, ModelRequest
from chatls.chat.sessions import Session
from chatls.chat.task import TaskRequest
from chatls.lsp.editor import LspEditor
from chatls.lsp.event_json import Json, plain
from chatls.lsp.goal import Goal, agent_of, read_goal
from chatls.lsp.prompt_messages import ShowPromptParams, ShowPromptResult
from chatls.lsp.services import Services
from chatls.lsp.stream import agent_named, options_of


async def show_prompt(services: Services, editor: LspEditor, params: ShowPromptParams) -> Json:
    """The next request of a session, or the first of a new one.

    Raises:
        SessionNotFound, InvalidParams: as `chat/stream`.
        ProviderError: the model cannot be had.
    """
    message, workspace = params.message, editor.workspace()
    if params.session_id is None:
        session, context, compacted = Session(workspace, guidance=await services.guidance()), (), Compacted()
    else:
        session = await services.sessions.find(workspace, params.session_id)
        context, compacted = await services.sessions.conversation(session)
    goal = Goal("") if message is None else await read_goal(message, services, editor)
    addressed = None if message is None else agent_of(message.to_wire(), services)
    task = TaskRequest(
        Message("user", goal.text),
        agent_named(services, addressed or params.agent),
        context,
        params.model,
        options_of(services.options, params.options),
        guidance=session.guidance,
        compacted=compacted,
    )
    return _result(await services.orchestrator.look_ahead(task)).to_wire()


def _result(prompt: Prompt) -> ShowPromptResult:
    window = prompt.window
    return ShowPromptResult(
        model=prompt.request.model.id,
        request=_request(prompt.request) if prompt.payload is None else dict(prompt.payload),
        tokens=prompt.tokens,
        estimated=True,
        context_limit=None if window is None else window.limit,
        answer_room=None if window is None else window.room,
        to_summarise=prompt.to_summarise or None,
    )


def _request(request: ModelRequest) -> Json:
    """What a provider is handed that has no server to send it to."""
    return {
        "messages": [_message(message) for message in request.messages],
        "tools": [plain(tool) for tool in request.tools],
        "options": plain(request.options),
    }


def _message(message: Message) -> Json:
    calls = {"toolCalls": [plain(call) for call in message.tool_calls]} if message.tool_calls else {}
    return {key: value for key, value in plain(message).items() if value or key == "content"} | calls
