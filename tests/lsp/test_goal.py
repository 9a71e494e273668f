"""What the model reads of a message: commands written out, the agent that it is addressed to."""

from chatls.chat.commands import Command
from tests.support.connection import connection
from tests.support.heart import AGENT, END, FakeProvider

SHOUT = Command("shout", "Say it loudly", "Shout: $ARGUMENTS!")


async def test_a_command_is_written_out_for_the_model_alone() -> None:
    async with connection(FakeProvider([END])) as server:
        server.commands = {"shout": SHOUT}
        response = await server.turn("/shout hello @no")
        assert server.said(0) == [("user", "Shout: hello @no!")]
        session = {"sessionId": response["result"]["sessionId"]}
        (turn,) = (await server.request("chat/getSession", session, 2))["result"]["turns"]
        assert turn["message"] == {"content": "/shout hello @no"}


async def test_what_a_command_is_about_may_be_mentioned_or_attached() -> None:
    async with connection(FakeProvider([END]), files={"file:///ws/a.py": "X = 1"}) as server:
        server.commands = {"shout": SHOUT}
        attachments = [{"type": "text", "name": "log", "text": "it broke"}]
        await server.turn(message={"content": "/shout @a.py", "attachments": attachments})
        log, file = '<text name="log">\nit broke\n</text>', '<file path="a.py">\nX = 1\n</file>'
        assert server.said(0) == [("user", f"Shout: @a.py!\n\n{log}\n\n{file}")]


async def test_an_unknown_command_stays_text() -> None:
    async with connection(FakeProvider([END])) as server:
        await server.turn("/etc/hosts is what?")
        assert server.said(0) == [("user", "/etc/hosts is what?")]


async def test_a_new_command_counts_at_once() -> None:
    async with connection(FakeProvider([END], [END])) as server:
        await server.turn("/shout it")
        server.commands = {"shout": SHOUT}
        await server.turn("/shout it", "u", 2)
        assert [server.said(number)[-1][1] for number in (0, 1)] == ["/shout it", "Shout: it!"]


async def test_a_message_may_begin_with_the_agent_that_is_to_answer() -> None:
    async with connection(FakeProvider([END])) as server:
        server.commands = {"shout": SHOUT}
        await server.turn(f"@{AGENT.id} /shout it")
        assert server.said(0) == [("user", "Shout: it!")]
        assert (await server.event("t", "start"))["agent"] == AGENT.id


async def test_the_same_message_again_means_the_same() -> None:
    async with connection(FakeProvider([END], [END])) as server:
        server.commands = {"shout": SHOUT}
        first = (await server.turn("/shout it"))["result"]
        server.commands = {}
        again = {"sessionId": first["sessionId"], "replaceTurnId": first["turnId"], "workDoneToken": "u"}
        await server.request("chat/stream", again, 2)
        assert server.said(1) == [("user", "Shout: it!")]
