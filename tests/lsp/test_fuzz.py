"""Whatever a client sends, each request is answered exactly once, and the next one too."""

import asyncio
from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chatls.chat.events import Token
from tests.support.connection import connection
from tests.support.heart import END, FakeProvider

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
METHODS = st.sampled_from(
    [
        "$/cancelRequest",
        "$/unknown",
        "chat/callTool",
        "chat/getSession",
        "chat/getTurn",
        "chat/listAgents",
        "chat/listModels",
        "chat/listSessions",
        "chat/listTools",
        "chat/stream",
        "initialize",
        "initialized",
        "textDocument/didChange",
        "textDocument/didClose",
        "textDocument/didOpen",
        "textDocument/willSaveWaitUntil",
        "window/workDoneProgress/cancel",
        "workspace/didChangeConfiguration",
        "workspace/didChangeWorkspaceFolders",
        "workspace/executeCommand",
        "no/such",
    ]
)
FIELDS = st.sampled_from(
    ["agent", "arguments", "args", "command", "content", "id", "limit", "message", "model", "options", "sessionId",
     "settings", "textDocument", "token", "tool", "turnId", "uri", "workDoneToken"]
)  # fmt: skip
PARAMS = JSON | st.dictionaries(
    FIELDS, JSON | st.sampled_from([{"content": "Hi"}, "look", "chat", "chatls.ask", [{"message": "Hi"}]]), max_size=4
)
MESSAGES = st.fixed_dictionaries(
    {"jsonrpc": st.sampled_from(["2.0", "2.0", "2.0", "1.0"])},
    optional={"id": st.integers(0, 10) | st.text(max_size=3), "method": METHODS, "params": PARAMS},
)


def name(message: dict[str, Any]) -> str:
    """The id of a message, in which `1` is not `"1"`."""
    return repr(message["id"])


@settings(max_examples=40, deadline=None)
@given(st.lists(MESSAGES, max_size=30))
def test_every_request_is_answered_once_and_the_server_goes_on(messages: list[dict[str, Any]]) -> None:
    async def run() -> None:
        async with connection(FakeProvider(*[[Token("Hi"), END]] * 40)) as server:
            seen = len(server.received)
            for message in messages:
                server.send(message)
            server.begin("chat/listAgents", None, "last")
            await server.response("last", seen)
            answered = Counter(name(found) for found in (await server.settled())[seen:] if "method" not in found)
            assert answered == Counter([*(name(found) for found in messages if "id" in found), "'last'"])

    asyncio.run(run())
