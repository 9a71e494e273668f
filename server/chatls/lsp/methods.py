"""The table of all methods: who asks whom, what goes in and out, how it may fail, and an example of each.

`lsp/schemas.py` makes `schemas/` of it; the tests check every example. The server does not import it: handlers are
registered in `lsp/server.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from chatls.errors import Reason
from chatls.lsp import completion_messages, editor_messages, messages, prompt_messages, query_messages, result_messages
from chatls.lsp.event_messages import ProgressParams
from chatls.lsp.wire import Wire

ErrorName = Reason | Literal["invalid_params"]
Json = Mapping[str, Any]

ERRORS: Mapping[ErrorName, str] = {
    "invalid_params": "A field of the params is wrong.",
    "provider_unreachable": "The model server does not answer.",
    "provider_error": "The model server refused or failed.",
    "provider_protocol": "The model server sent what cannot be understood.",
    "model_not_found": "There is no such model.",
    "auth_failed": "The model server wants another key.",
    "rate_limited": "The model server asks to wait for longer than we do.",
    "context_overflow": "The conversation is too long for the model.",
    "timeout": "The model server took too long.",
    "stream_interrupted": "The answer broke off; its text so far is in `final`.",
    "session_not_found": "There is no such session in this set of workspace folders.",
    "session_busy": "The session already runs a turn.",
    "not_found": "There is no such turn, or grant.",
    "files_changed": "These files are no longer as the turn left them; `data.files` has their URIs.",
    "internal": "A fault of the server; its log file has more.",
}
TURN_ERRORS: tuple[ErrorName, ...] = (
    "invalid_params",
    "session_not_found",
    "session_busy",
    "provider_unreachable",
    "provider_error",
    "provider_protocol",
    "model_not_found",
    "auth_failed",
    "rate_limited",
    "context_overflow",
    "timeout",
    "stream_interrupted",
    "internal",
)
SESSION_ERRORS: tuple[ErrorName, ...] = ("invalid_params", "session_not_found")


@dataclass(frozen=True, slots=True)
class Method:
    """One method. Without `result` it is a notification; `asks` says who sends it."""

    name: str
    summary: str
    params: type[Wire]
    result: type[Wire] | None
    example: tuple[Json, Json]
    """Params and result; the result of a notification is empty."""
    errors: tuple[ErrorName, ...] = ()
    asks: Literal["client", "server"] = "client"


USAGE = {"promptTokens": 412, "completionTokens": 128}
TIMINGS = {"firstTokenMs": 210, "totalMs": 3120, "tokensPerSecond": 41.5}
ANSWER = {
    "sessionId": "5f0c9a",
    "turnId": "b81d",
    "final": "It reads `a.py`.",
    "stopReason": "end_turn",
    "usage": USAGE,
    "timings": TIMINGS,
    "lastSeq": 9,
}
SESSION = {
    "sessionId": "5f0c9a",
    "title": "What does this do?",
    "createdAt": "2026-11-23T08:38:27.747Z",
    "updatedAt": "2026-11-23T08:38:31.002Z",
    "workspace": ["file:///home/me/project"],
    "model": "ollama/llama3.1:latest",
    "turns": 1,
    "busy": False,
}
DIAGNOSTIC = {
    "range": {"start": {"line": 3, "character": 4}, "end": {"line": 3, "character": 9}},
    "severity": 2,
    "message": "unused is never used",
    "source": "ruff",
}
EVENTS = [
    {
        "type": "start",
        "seq": 0,
        "sessionId": "5f0c9a",
        "turnId": "b81d",
        "agent": "chat",
        "model": "ollama/llama3.1:latest",
    },
    {"type": "token", "seq": 8, "data": "It reads `a.py`."},
    {
        "type": "done",
        "seq": 9,
        "final": "It reads `a.py`.",
        "stopReason": "end_turn",
        "usage": USAGE,
        "timings": TIMINGS,
    },
]
GRANT = {
    "grantId": "9d1c",
    "tool": "run_command",
    "scope": "always",
    "label": "Always allow exactly: make -j2",
    "createdAt": "2026-11-23T08:38:27.747Z",
}
COMPLETION = {
    "label": "a.py",
    "kind": 17,
    "sortText": "000",
    "filterText": "@a.py",
    "textEdit": {
        "range": {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 6}},
        "newText": "@a.py",
    },
    "data": {"type": "path"},
}
QUESTION = {
    "content": "What does this do?",
    "attachments": [{"type": "file", "uri": "file:///home/me/project/a.py"}],
}

METHODS: tuple[Method, ...] = (
    Method(
        "chat/stream",
        "One turn of a conversation, streamed as progress on the client's own token.",
        messages.StreamParams,
        result_messages.StreamResult,
        ({"message": QUESTION, "workDoneToken": "chatls:1"}, ANSWER),
        TURN_ERRORS,
    ),
    Method(
        "workspace/executeCommand",
        "The command `chatls.ask`: chat/stream for clients that know nothing but LSP.",
        messages.AskCommandParams,
        result_messages.StreamResult,
        ({"command": "chatls.ask", "arguments": [{"message": {"content": "What does this do?"}}]}, ANSWER),
        TURN_ERRORS,
    ),
    Method(
        "chat/listModels",
        "The models that can be reached now, and the one a request without a model gets.",
        query_messages.NoParams,
        result_messages.ListModelsResult,
        (
            {},
            {
                "models": [
                    {
                        "id": "ollama/llama3.1:latest",
                        "provider": "ollama",
                        "name": "llama3.1:latest",
                        "contextLength": 131072,
                        "capabilities": ["tools"],
                    }
                ],
                "providers": [{"id": "ollama", "reachable": True}, {"id": "offline", "reachable": True}],
                "default": "ollama/llama3.1:latest",
            },
        ),
    ),
    Method(
        "chat/listAgents",
        "The agents that can be asked.",
        query_messages.NoParams,
        result_messages.ListAgentsResult,
        ({}, {"agents": [{"id": "chat", "description": "Answers questions.", "tools": ["read_file"]}]}),
    ),
    Method(
        "chat/listTools",
        "The workspace tools and what they take.",
        query_messages.NoParams,
        result_messages.ListToolsResult,
        (
            {},
            {
                "tools": [
                    {
                        "name": "read_file",
                        "description": "Read a file.",
                        "kind": "read",
                        "inputSchema": {"type": "object", "properties": {"path": {"type": "string"}}},
                    }
                ]
            },
        ),
    ),
    Method(
        "chat/showPrompt",
        "Exactly what would be sent to the model, with its size; nothing is sent.",
        prompt_messages.ShowPromptParams,
        prompt_messages.ShowPromptResult,
        (
            {"message": {"content": "What does this do?"}},
            {
                "model": "ollama/llama3.1:latest",
                "request": {
                    "model": "llama3.1:latest",
                    "messages": [
                        {"role": "system", "content": "You are chatls."},
                        {"role": "user", "content": "What does this do?"},
                    ],
                    "stream": True,
                    "truncate": False,
                    "shift": False,
                    "options": {"num_ctx": 16384},
                },
                "tokens": 412,
                "estimated": True,
                "contextLimit": 16384,
                "answerRoom": 4096,
            },
        ),
        (*SESSION_ERRORS, "provider_unreachable", "model_not_found"),
    ),
    Method(
        "chat/callTool",
        "Runs one workspace tool without a model, with the same checks and approvals.",
        query_messages.CallToolParams,
        result_messages.CallToolResult,
        ({"tool": "read_file", "args": {"path": "a.py"}}, {"result": {"text": "print('hello')"}}),
        SESSION_ERRORS,
    ),
    Method(
        "chat/complete",
        "What may follow `@` and `/` in a message that is being written: paths, their ranges, agents, commands.",
        completion_messages.CompleteParams,
        completion_messages.CompletionList,
        ({"text": "See @a", "position": {"line": 0, "character": 6}}, {"isIncomplete": False, "items": [COMPLETION]}),
        ("invalid_params",),
    ),
    Method(
        "chat/listSessions",
        "The sessions of this set of workspace folders, the one used last first.",
        query_messages.ListSessionsParams,
        result_messages.ListSessionsResult,
        ({"limit": 20}, {"sessions": [SESSION]}),
        ("invalid_params",),
    ),
    Method(
        "chat/getSession",
        "A session and its newest turns, drawn with the events of the stream.",
        query_messages.GetSessionParams,
        result_messages.GetSessionResult,
        (
            {"sessionId": "5f0c9a"},
            {
                "session": SESSION,
                "turns": [
                    {
                        "turnId": "b81d",
                        "message": QUESTION,
                        "agent": "chat",
                        "model": "ollama/llama3.1:latest",
                        "state": "done",
                        "events": EVENTS,
                    }
                ],
            },
        ),
        SESSION_ERRORS,
    ),
    Method(
        "chat/getTurn",
        "The events of a turn that a client missed.",
        query_messages.GetTurnParams,
        result_messages.GetTurnResult,
        ({"sessionId": "5f0c9a", "turnId": "b81d", "afterSeq": 7}, {"events": EVENTS[1:], "lastSeq": 9}),
        (*SESSION_ERRORS, "not_found"),
    ),
    Method(
        "chat/renameSession",
        "Gives a session another title.",
        query_messages.RenameSessionParams,
        result_messages.NoResult,
        ({"sessionId": "5f0c9a", "title": "The parser"}, {}),
        SESSION_ERRORS,
    ),
    Method(
        "chat/deleteSession",
        "Forgets a session with all its turns, unless one runs.",
        query_messages.DeleteSessionParams,
        result_messages.NoResult,
        ({"sessionId": "5f0c9a"}, {}),
        (*SESSION_ERRORS, "session_busy"),
    ),
    Method(
        "chat/forkSession",
        "Begins another session with a copy of this one, up to and with a turn that is over.",
        query_messages.ForkSessionParams,
        result_messages.ForkSessionResult,
        ({"sessionId": "5f0c9a", "turnId": "b81d"}, {"sessionId": "c07e12"}),
        (*SESSION_ERRORS, "not_found", "session_busy"),
    ),
    Method(
        "chat/undoTurn",
        "Puts back the files that a turn changed, takes it and later turns out of the conversation, or both.",
        query_messages.UndoTurnParams,
        result_messages.UndoTurnResult,
        (
            {"sessionId": "5f0c9a", "turnId": "b81d", "restore": "files"},
            {"message": "1 file is as it was before: a.py.", "files": ["file:///home/me/project/a.py"]},
        ),
        (*SESSION_ERRORS, "not_found", "session_busy", "files_changed"),
    ),
    Method(
        "chat/listGrants",
        "What the user granted or refused for later calls.",
        query_messages.NoParams,
        result_messages.ListGrantsResult,
        ({}, {"grants": [GRANT]}),
    ),
    Method(
        "chat/revokeGrant",
        "Takes back what was granted, from the next call on.",
        query_messages.RevokeGrantParams,
        result_messages.NoResult,
        ({"grantId": "9d1c"}, {}),
        ("invalid_params", "not_found"),
    ),
    Method(
        "$/progress",
        "What happens in a turn: begin once, report many, end once.",
        ProgressParams,
        None,
        ({"token": "chatls:1", "value": {"kind": "report", "message": "It", "event": {**EVENTS[1], "data": "It"}}}, {}),
        asks="server",
    ),
    Method(
        "chat/requestApproval",
        "May this tool call be done? Only to clients that announce `approval`.",
        editor_messages.RequestApprovalParams,
        editor_messages.RequestApprovalResult,
        (
            {
                "approvalId": "a1",
                "sessionId": "5f0c9a",
                "turnId": "b81d",
                "toolCallId": "c1",
                "tool": "run_command",
                "kind": "execute",
                "title": "Run make",
                "detail": "make -j2",
                "options": [
                    {"id": "yes", "label": "Allow", "kind": "allow_once"},
                    {"id": "no", "label": "Reject", "kind": "reject_once"},
                ],
            },
            {"optionId": "yes"},
        ),
        asks="server",
    ),
    Method(
        "chat/approvalClosed",
        "Nobody waits for the answer to this approval any more.",
        editor_messages.ApprovalClosedParams,
        None,
        ({"approvalId": "a1"}, {}),
        asks="server",
    ),
    Method(
        "chat/saveDocuments",
        "Have these open documents saved. Only to clients that announce `save`.",
        editor_messages.SaveDocumentsParams,
        editor_messages.SaveDocumentsResult,
        ({"uris": ["file:///home/me/project/a.py"]}, {"saved": ["file:///home/me/project/a.py"], "failed": []}),
        asks="server",
    ),
    Method(
        "chat/getDiagnostics",
        "What the editor's other servers say. Only to clients that announce `diagnostics`.",
        editor_messages.GetDiagnosticsParams,
        editor_messages.GetDiagnosticsResult,
        (
            {"uri": "file:///home/me/project/a.py"},
            {"items": [{"uri": "file:///home/me/project/a.py", "diagnostics": [DIAGNOSTIC]}]},
        ),
        asks="server",
    ),
)
