"""To whom the next message goes."""

import pytest

from chatls.terminal.rpc import Json
from chatls.terminal.turn import Question
from tests.terminal.test_conversation import Talk

MODELS: Json = {
    "models": [{"id": "ollama/qwen3:8b"}, {"id": "ollama/llama3.1:latest"}],
    "providers": [{"id": "ollama", "reachable": True}, {"id": "away", "reachable": False}],
}
AGENTS: Json = {"agents": [{"id": "chat"}, {"id": "edit"}]}


@pytest.fixture
def talk() -> Talk:
    started = Talk(Question("", agent="chat", model="ollama/qwen3:8b"))
    started.wire.ready()
    return started


def sent(talk: Talk, field: str) -> str:
    talk.say("hi")
    return talk.wire.asked("chat/stream")[-1]["params"][field]


@pytest.mark.parametrize("name", ["ollama/qwen3:8b", "ollama/llama3.1"])
def test_a_model_that_is_listed_answers_from_the_next_message_on(talk: Talk, name: str) -> None:
    talk.say(f"/model {name}")
    talk.wire.answer("chat/listModels", MODELS)
    assert talk.shown.texts[-1] == f"The next message goes to {name}."
    assert sent(talk, "model") == name


def test_what_is_typed_before_the_list_is_there_goes_to_the_new_one(talk: Talk) -> None:
    talk.say("/model ollama/llama3.1")
    assert sent(talk, "model") == "ollama/llama3.1"


@pytest.mark.parametrize("name", ["zzz", "ollama/zzz", "nowhere/zzz"])
def test_a_model_that_is_not_there_is_refused_with_those_that_are(talk: Talk, name: str) -> None:
    talk.say(f"/model {name}")
    talk.wire.answer("chat/listModels", MODELS)
    told = f"There is no model {name}. There are: ollama/qwen3:8b, ollama/llama3.1:latest."
    assert talk.shown.texts[-1] == told
    assert sent(talk, "model") == "ollama/qwen3:8b"


def test_a_model_whose_server_is_away_is_taken_with_a_word(talk: Talk) -> None:
    talk.say("/model away/big")
    talk.wire.answer("chat/listModels", MODELS)
    assert talk.shown.texts[-1].endswith("whether away has it is not known: it is away.")
    assert sent(talk, "model") == "away/big"


def test_of_very_many_models_some_are_named(talk: Talk) -> None:
    talk.say("/model zzz")
    talk.wire.answer("chat/listModels", {"models": [{"id": f"a/{number}"} for number in range(13)]})
    assert talk.shown.texts[-1].endswith("a/9 and 3 more.")


def test_an_agent_that_is_listed_answers_from_the_next_message_on(talk: Talk) -> None:
    talk.say("/agent edit")
    talk.wire.answer("chat/listAgents", AGENTS)
    assert talk.shown.texts[-1] == "The next message goes to the agent edit."
    assert sent(talk, "agent") == "edit"


def test_an_agent_that_is_not_there_is_refused_with_those_that_are(talk: Talk) -> None:
    talk.say("/agent zzz")
    talk.wire.answer("chat/listAgents", AGENTS)
    assert talk.shown.texts[-1] == "There is no agent zzz. There are: chat, edit."
    assert sent(talk, "agent") == "chat"


def test_a_refusal_does_not_undo_a_later_choice(talk: Talk) -> None:
    talk.say("/agent zzz")
    talk.say("/agent edit")
    first, second = talk.wire.asked("chat/listAgents")
    for request in (first, second):
        talk.wire.client.peer.receive({"id": request["id"], "result": AGENTS})
    assert sent(talk, "agent") == "edit"
