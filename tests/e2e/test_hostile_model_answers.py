"""A hostile model that lives on answers to questions which are none, over real stdio: malformed, doubled, late, meant
for another question, or of nobody at all.
"""

from collections.abc import AsyncGenerator
from typing import Any

import pytest
import pytest_asyncio

from tests.support.chat_server import new_token
from tests.support.fake_model_server import Received, Reply
from tests.support.hostile import ORDINARY, Call, Scene, allows, failures, needs_linux, scene
from tests.support.lsp_client import stream_params
from tests.support.recordings import answer, done, message, tool_call
from tests.support.turns import check_turn

pytestmark = [needs_linux, pytest.mark.asyncio(loop_scope="session")]
Json = dict[str, Any]
ASK = "chat/requestApproval"
BAD = "touch PWNED"


def run(command: str) -> Call:
    return ("run_command", {"command": command})


@pytest.fixture
def ran(stage: Scene) -> Any:
    """How often a command that was asked about has run."""
    return lambda: (stage.workspace / "ran").read_text().count("x") if (stage.workspace / "ran").exists() else 0


@pytest.mark.parametrize(
    "answered",
    [
        pytest.param(None, id="T60 null"),
        pytest.param("allow", id="T60 text"),
        pytest.param([1, 2], id="T60 list"),
        pytest.param({}, id="T60 empty"),
        pytest.param({"title": "Allow once"}, id="T60 of the other request"),
        pytest.param({"optionId": "Yes"}, id="T60 not offered"),
        pytest.param({"optionId": "allow_always:9"}, id="T60 too many"),
        pytest.param({"optionId": ["allow"]}, id="T60 list of one"),
        pytest.param({"optionId": "allow", "hunks": ["7"]}, id="T60 unknown hunk"),
        pytest.param({"optionId": "allow "}, id="T60 almost"),
    ],
)
async def test_an_answer_that_is_none_runs_nothing(stage: Scene, answered: Any) -> None:
    stage.user = lambda _: answered
    (result,) = await stage.attack(run("echo x >> ran"))
    assert result["error"]["code"] == "rejected"


async def _question(stage: Scene, number: int = 1) -> Json:
    """The question with this number since the stage was made ready, not answered yet."""
    asked = [found for found in stage.client.received[stage.began :] if found.get("method") == ASK]
    if len(asked) >= number:
        return asked[number - 1]
    count = sum(found.get("method") == ASK for found in stage.client.received)
    await stage.client.wait_for(lambda _: sum(found.get("method") == ASK for found in stage.client.received) > count)
    return await _question(stage, number)


@pytest_asyncio.fixture(loop_scope="session")
async def by_hand(stage: Scene) -> AsyncGenerator[Scene]:
    """The stage, with questions that the test answers itself."""
    stage.client.held.add(ASK)
    yield stage
    stage.client.held.discard(ASK)


async def test_t60_of_two_answers_one_counts(by_hand: Scene, ran: Any) -> None:
    by_hand.say(run("echo x >> ran"))
    token = new_token()
    request = by_hand.client.begin("chat/stream", stream_params("Go", token))
    question = await _question(by_hand)
    for _ in range(3):
        by_hand.client.send({"jsonrpc": "2.0", "id": question["id"], "result": {"optionId": "allow"}})
    await by_hand.client.response(request)
    check_turn(by_hand.client.received, token, request)
    assert ran() == 1


@pytest.mark.parametrize("reply", [{"error": {"code": -1, "message": "no"}}, None], ids=["T60 error", "T60 late"])
async def test_an_error_or_a_yes_after_the_cancel_runs_nothing(by_hand: Scene, ran: Any, reply: Any) -> None:
    before = by_hand.around()
    by_hand.say(run("echo x >> ran"))
    token = new_token()
    request = by_hand.client.begin("chat/stream", stream_params("Go", token))
    question = await _question(by_hand)
    if reply is None:
        by_hand.notify("$/cancelRequest", {"id": request})
    found = reply or {"result": {"optionId": "allow"}}
    by_hand.client.send({"jsonrpc": "2.0", "id": question["id"], **found})
    await by_hand.client.response(request)
    by_hand.check(before)
    assert ran() == 0


async def test_t62_an_answer_is_for_the_question_that_was_asked(by_hand: Scene, ran: Any) -> None:
    def say(request: Received) -> Reply:
        messages = request.json["messages"]
        if messages[-1]["role"] == "tool":
            return Reply(answer("Done."))
        command = {"good": "echo x >> ran", "bad": BAD}[messages[-1]["content"]]
        return Reply([message(tool_calls=[tool_call("run_command", {"command": command})]), done()])

    kept, by_hand.model.chat = by_hand.model.chat, say
    before = by_hand.around()
    requests = {word: by_hand.client.begin("chat/stream", stream_params(word, new_token())) for word in ("good", "bad")}
    questions = [await _question(by_hand, number) for number in (1, 2)]
    by_hand.model.chat = kept
    for question in sorted(questions, key=lambda found: BAD in found["params"]["title"], reverse=True):
        wanted = "reject" if BAD in question["params"]["title"] else "allow"
        by_hand.client.send({"jsonrpc": "2.0", "id": question["id"], "result": {"optionId": wanted}})
    for request in requests.values():
        assert "result" in await by_hand.client.response(request)
    by_hand.check(before)
    assert ran() == 1


async def test_t61_without_a_way_to_ask_nothing_that_needs_a_yes_is_done(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    async with scene(tmp_path_factory.mktemp("mute")) as mute:
        mute.user = allows
        calls = [*ORDINARY, run(BAD), run("./build.sh"), ("read_file", {"path": "build/log.txt"}), run("git status")]
        found = failures(calls, await mute.attack(*calls))
        assert {code for _, code in found} == {"rejected"}
        assert mute.asked == []
        assert {code for _, code in failures([run("ls")], await mute.attack(run("ls")))} == {None}
