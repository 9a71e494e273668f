"""The chat methods: one function each, from params to a call into the heart to a result.

Imported after `initialize` was answered, because its params are pydantic models. Built by `assembly.py` for each
configuration; called by `lsp/server.py`.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from chatls.chat.agents import DELEGATE, Agent, helpers
from chatls.chat.approvals import Grant
from chatls.errors import NotFound
from chatls.lsp import history
from chatls.lsp import messages as wire
from chatls.lsp import query_messages as query
from chatls.lsp.call_tool import call_tool
from chatls.lsp.completion import complete
from chatls.lsp.completion_messages import CompleteParams
from chatls.lsp.editor import LspEditor
from chatls.lsp.event_json import Json, plain
from chatls.lsp.pipe import BackpressureHandler
from chatls.lsp.prompt_messages import ShowPromptParams
from chatls.lsp.protocol import ChatProtocol
from chatls.lsp.running import ProgressTokens, RunningRequest
from chatls.lsp.services import Services
from chatls.lsp.show_prompt import show_prompt
from chatls.lsp.stream import TurnStreams
from chatls.lsp.undo import undo_turn
from chatls.lsp.validate import validate


class Requests:
    """The chat methods of one connection under one configuration."""

    def __init__(
        self, services: Services, editor: LspEditor, pipe: BackpressureHandler, tokens: ProgressTokens
    ) -> None:
        self.services = services
        self._editor = editor
        self._pipe = pipe
        self._tokens = tokens
        self._turns = TurnStreams(services, editor, pipe)
        self._running = 0
        self._retired = False

    async def handle(self, method: str, request: RunningRequest, params: Any) -> Json:
        """Answer one request.

        Raises:
            ChatError, TurnFailed: what the request is answered with instead.
        """
        self._running += 1
        try:
            return await HANDLERS[method](self, request, params)
        finally:
            self._running -= 1
            if self._retired:
                await self.retire()

    async def retire(self) -> None:
        """Close the services as soon as nothing runs on them."""
        self._retired = True
        if self._running == 0:
            self._turns.close()
            await self.services.close()

    async def stream(self, request: RunningRequest, params: object) -> Json:
        checked = validate(wire.StreamParams, params)
        self._tokens.check(request)
        return await self._turns.stream(request, checked)

    async def execute_command(self, request: RunningRequest, params: object) -> Json:
        """`workspace/executeCommand`: `chatls.ask`, for clients that know LSP alone."""
        command = validate(wire.AskCommandParams, params)
        asked = command.arguments[0]
        stream = wire.StreamParams(
            message=asked.message, session_id=asked.session_id, work_done_token=command.work_done_token
        )
        self._tokens.check(request)
        return await self._turns.stream(request, stream)

    async def call_tool(self, request: RunningRequest, params: object) -> Json:
        checked = validate(query.CallToolParams, params)
        self._tokens.check(request)
        if checked.session_id is not None:
            await self.services.sessions.find(self._editor.workspace(), checked.session_id)
        return await call_tool(self.services.toolset, self._pipe, request, checked)

    async def show_prompt(self, _request: RunningRequest, params: object) -> Json:
        return await show_prompt(self.services, self._editor, validate(ShowPromptParams, params))

    async def complete(self, _request: RunningRequest, params: object) -> Json:
        checked = validate(CompleteParams, params)
        return await complete(self.services, checked, self._editor.position_encoding)

    async def list_models(self, _request: RunningRequest, _params: object) -> Json:
        found = await self.services.models.list()
        return {
            "models": [plain(model) for model in found.models],
            "providers": [plain(provider) for provider in found.providers],
            "default": found.default,
        }

    async def list_agents(self, _request: RunningRequest, _params: object) -> Json:
        return {"agents": [self._agent(agent) for agent in self.services.agents.values()]}

    def _agent(self, agent: Agent) -> Json:
        tools = [spec.name for spec in self.services.toolset.specs(agent.tools)]
        if helpers(agent, self.services.agents):
            tools.append(DELEGATE)
        model = {"model": agent.model} if agent.model else {}
        return {"id": agent.id, "description": agent.description, **model, "tools": tools}

    async def list_tools(self, _request: RunningRequest, _params: object) -> Json:
        return {"tools": [plain(spec) for spec in self.services.toolset.specs()]}

    async def list_sessions(self, _request: RunningRequest, params: object) -> Json:
        checked = validate(query.ListSessionsParams, params)
        return await history.list_sessions(self.services.sessions, self._editor.workspace(), checked)

    async def get_session(self, _request: RunningRequest, params: object) -> Json:
        checked = validate(query.GetSessionParams, params)
        return await history.get_session(self.services.sessions, self._editor.workspace(), checked)

    async def get_turn(self, _request: RunningRequest, params: object) -> Json:
        checked = validate(query.GetTurnParams, params)
        return await history.get_turn(self.services.sessions, self._editor.workspace(), checked)

    async def rename_session(self, _request: RunningRequest, params: object) -> Json:
        checked = validate(query.RenameSessionParams, params)
        return await history.rename_session(self.services.sessions, self._editor.workspace(), checked)

    async def delete_session(self, _request: RunningRequest, params: object) -> Json:
        checked = validate(query.DeleteSessionParams, params)
        services = self.services
        return await history.delete_session(services.sessions, services.grants, self._editor.workspace(), checked)

    async def fork_session(self, _request: RunningRequest, params: object) -> Json:
        checked = validate(query.ForkSessionParams, params)
        return await history.fork_session(self.services.sessions, self._editor.workspace(), checked)

    async def undo_turn(self, _request: RunningRequest, params: object) -> Json:
        checked = validate(query.UndoTurnParams, params)
        return await undo_turn(self.services.sessions, self.services.undo, self._editor.workspace(), checked)

    async def list_grants(self, _request: RunningRequest, _params: object) -> Json:
        return {"grants": [_grant(grant) for grant in await self.services.grants.list()]}

    async def revoke_grant(self, _request: RunningRequest, params: object) -> Json:
        grant_id = validate(query.RevokeGrantParams, params).grant_id
        if not await self.services.grants.revoke(grant_id):
            raise NotFound(f"There is no grant {grant_id!r}.", hint="List the grants again.")
        return {}


def _grant(grant: Grant) -> Json:
    return {
        "grantId": grant.grant_id,
        "tool": grant.tool,
        "scope": grant.scope,
        "label": grant.label,
        "createdAt": grant.created_at,
    }


Handler = Callable[[Requests, RunningRequest, Any], Awaitable[Json]]
BuildRequests = Callable[[object, ChatProtocol, BackpressureHandler], Awaitable[Requests]]
"""Makes the requests of a connection from the client's configuration layer (`initializationOptions`)."""

HANDLERS: Mapping[str, Handler] = {
    "chat/callTool": Requests.call_tool,
    "chat/complete": Requests.complete,
    "chat/deleteSession": Requests.delete_session,
    "chat/forkSession": Requests.fork_session,
    "chat/getSession": Requests.get_session,
    "chat/getTurn": Requests.get_turn,
    "chat/listAgents": Requests.list_agents,
    "chat/listGrants": Requests.list_grants,
    "chat/listModels": Requests.list_models,
    "chat/listSessions": Requests.list_sessions,
    "chat/listTools": Requests.list_tools,
    "chat/renameSession": Requests.rename_session,
    "chat/revokeGrant": Requests.revoke_grant,
    "chat/showPrompt": Requests.show_prompt,
    "chat/stream": Requests.stream,
    "chat/undoTurn": Requests.undo_turn,
    "workspace/executeCommand": Requests.execute_command,
}

# pydantic builds a model's validator when it is first used: here, so that no user's first message waits for it.
wire.StreamParams.model_rebuild()
