"""What would be sent to the model, as a client sees it: the very request that follows, and nothing was sent for it."""

from typing import Any

from chatls.chat.events import Token
from chatls.chat.messages import ModelInfo, ModelRequest
from tests.support.connection import Connection, connection
from tests.support.heart import END, FakeModels, FakeProvider
from tests.support.narrow import NarrowProvider, text
from tests.support.schemas import check_value

Json = dict[str, Any]


async def shown(server: Connection, **params: Any) -> Json:
    response = await server.request("chat/showPrompt", params, f"show {len(server.received)}")
    check_value("chat_showPrompt.params", params)
    check_value("chat_showPrompt.result", response["result"])
    return response["result"]


async def refused(server: Connection, **params: Any) -> Json:
    return (await server.request("chat/showPrompt", params, f"show {len(server.received)}"))["error"]


def spoken(request: Json | ModelRequest) -> list[tuple[str, str]]:
    """Role and text of the messages."""
    if isinstance(request, ModelRequest):
        return [(message.role, message.content) for message in request.messages]
    return [(message["role"], message["content"]) for message in request["messages"]]


class PostingProvider(FakeProvider):
    """One with a server that gets something else than the heart's own words."""

    def payload(self, request: ModelRequest) -> Json:
        return {"prompt": [message.content for message in request.messages], "messages": [], "options": {}}


async def test_it_is_what_the_next_turn_sends() -> None:
    async with connection(FakeProvider([Token("One."), END], [Token("Two."), END])) as server:
        server.guidance = "\n\nMind the gap."
        session = (await server.turn("First", "a", 1))["result"]["sessionId"]
        found = await shown(server, sessionId=session, message={"content": "Second"})
        assert len(server.provider.requests) == 1, "nothing is sent"
        await server.request("chat/stream", {"sessionId": session, "message": {"content": "Second"}}, 2)
        sent = server.provider.requests[1]
        assert spoken(found["request"]) == spoken(sent)
        assert "Mind the gap." in spoken(found["request"])[0][1]
        assert [tool["name"] for tool in found["request"]["tools"]] == [tool.name for tool in sent.tools]
        assert found["model"] == "fake/model"
        assert found["tokens"] > 0
        assert found["estimated"] is True


async def test_without_a_message_it_is_what_was_said_so_far() -> None:
    async with connection(FakeProvider([Token("One."), END])) as server:
        session = (await server.turn("First", "a", 1))["result"]["sessionId"]
        found = spoken((await shown(server, sessionId=session))["request"])
        assert found[1:] == [("user", "First"), ("assistant", "One.")]
        assert [role for role, _ in spoken((await shown(server))["request"])] == ["system"]


async def test_a_message_is_read_as_that_of_a_turn() -> None:
    async with connection(files={"file:///ws/a.py": "answer = 42"}) as server:
        attachments = [{"type": "file", "uri": "file:///ws/a.py"}]
        found = await shown(server, message={"content": "What?", "attachments": attachments})
        assert spoken(found["request"])[-1] == ("user", 'What?\n\n<file path="a.py">\nanswer = 42\n</file>')


async def test_what_a_model_server_gets_is_shown_as_it_gets_it() -> None:
    async with connection(PostingProvider()) as server:
        assert (await shown(server, message={"content": "Hi"}))["request"]["prompt"][-1] == "Hi"


async def test_the_window_is_told_and_how_much_would_be_summarised() -> None:
    provider = NarrowProvider(1000)
    async with connection(provider) as server:
        server.models = FakeModels(provider, model=ModelInfo("fake/model", "fake", "model"))
        session = (await server.turn(text(200), "a", 1))["result"]["sessionId"]
        await server.request("chat/stream", {"sessionId": session, "message": {"content": text(200)}}, 2)
        found = await shown(server, sessionId=session, message={"content": text(500)})
        assert (found["contextLimit"], found["answerRoom"], found["toSummarise"]) == (1000, 250, 2)
        assert "toSummarise" not in await shown(server, sessionId=session)


async def test_unknown_sessions_and_agents_are_refused() -> None:
    async with connection() as server:
        assert (await refused(server, sessionId="gone"))["data"]["reason"] == "session_not_found"
        assert (await refused(server, agent="nobody"))["data"]["field"] == "agent"
