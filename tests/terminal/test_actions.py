"""What the commands of a conversation do."""

import pytest

from chatls.terminal.commands import COMMANDS
from chatls.terminal.rows import Block
from chatls.terminal.turn import Question
from tests.terminal.test_conversation import Talk


@pytest.fixture
def talk() -> Talk:
    started = Talk(Question(""))
    started.wire.ready()
    return started


def test_help_lists_the_commands(talk: Talk) -> None:
    assert talk.say("/help")
    assert "/sessions" in talk.shown.texts[-1]
    talk.wire.answer("chat/complete", {"items": [{"label": "/fix", "detail": "Mend it"}, {"label": "/explain"}]})
    assert talk.shown.texts[-1] == "/fix      Mend it\n/explain"


def test_every_command_of_the_help_does_something() -> None:
    for name in COMMANDS:
        talk = Talk(Question(""))
        talk.wire.ready()
        sent = len(talk.wire.sent)
        talk.say(f"/{name}")
        assert len(talk.shown.blocks) > 1 or len(talk.wire.sent) > sent or talk.shown.left == 0


def test_quit_leaves(talk: Talk) -> None:
    talk.say("/quit")
    assert talk.shown.left == 0


def test_an_unknown_command_says_which_there_are(talk: Talk) -> None:
    talk.say("/nonsense")
    talk.wire.answer("chat/complete", {"items": [{"label": "/fix"}]})
    assert talk.shown.texts[-1].startswith("There is no command /nonsense. There are /model,")
    assert talk.shown.texts[-1].endswith(", /quit, /fix.")
    assert talk.contents() == []


def test_new_begins_a_session(talk: Talk) -> None:
    talk.say("one")
    talk.wire.event(type="start", sessionId="s1", model="m")
    talk.say("/new")
    assert talk.shown.texts[-1].startswith("An answer is running")
    talk.end()
    talk.say("/new")
    talk.say("two")
    assert "sessionId" not in talk.wire.asked("chat/stream")[1]["params"]


def test_models_are_listed_with_what_cannot_be_reached(talk: Talk) -> None:
    talk.say("/model")
    providers = [{"id": "b", "reachable": False, "hint": "Start it."}]
    talk.wire.answer("chat/listModels", {"models": [{"id": "a/m"}], "providers": providers, "default": "a/m"})
    assert talk.shown.blocks[-1] == Block("plain", "* a/m\n✗ b: Start it.")


def test_agents_are_listed(talk: Talk) -> None:
    talk.say("/agent")
    talk.wire.answer("chat/listAgents", {"agents": [{"id": "chat", "description": "Talks."}]})
    assert talk.shown.texts[-1] == "* chat  Talks."


def test_a_list_that_fails_says_why(talk: Talk) -> None:
    talk.say("/model")
    talk.wire.answer("chat/listModels", error={"code": -32603, "message": "It broke."})
    assert talk.shown.blocks[-1] == Block("error", "It broke.")


GRANTS = {"grants": [{"grantId": "g1", "label": "One"}, {"grantId": "g2", "label": "Two"}]}


def test_grants_are_listed_and_taken_back_by_the_number_that_was_shown(talk: Talk) -> None:
    talk.say("/grants")
    talk.wire.answer("chat/listGrants", GRANTS)
    assert talk.shown.texts[-1].splitlines()[1].startswith("2. ")
    talk.say("/grants revoke 2")
    assert talk.wire.asked("chat/revokeGrant")[0]["params"] == {"grantId": "g2"}
    talk.wire.answer("chat/revokeGrant", {})
    assert talk.shown.blocks[-1] == Block("note", "Taken back: Two")


@pytest.mark.parametrize("argument", ["revoke", "revoke 0", "revoke 3", "revoke x", "2", "forget 1"])
def test_only_a_grant_of_the_list_that_was_shown_is_taken_back(talk: Talk, argument: str) -> None:
    talk.say(f"/grants {argument}")
    talk.say("/grants")
    talk.wire.answer("chat/listGrants", GRANTS)
    talk.say(f"/grants {argument}")
    assert talk.wire.asked("chat/revokeGrant") == []
    assert "/grants revoke N" in talk.shown.texts[-1]


def test_a_grant_that_cannot_be_taken_back_says_why(talk: Talk) -> None:
    talk.say("/grants")
    talk.wire.answer("chat/listGrants", GRANTS)
    talk.say("/grants revoke 1")
    talk.wire.answer("chat/revokeGrant", error={"code": -32803, "message": "There is no such grant."})
    assert talk.shown.blocks[-1] == Block("error", "There is no such grant.")


def test_where_nothing_is_granted_that_is_said(talk: Talk) -> None:
    talk.say("/grants")
    talk.wire.answer("chat/listGrants", {"grants": []})
    assert talk.shown.texts[-1].startswith("Nothing is allowed or rejected for later")


def test_what_was_changed_last_is_shown_again(talk: Talk) -> None:
    talk.say("/diff")
    assert talk.shown.texts[-1] == "Nothing was changed yet."
    talk.say("change it")
    talk.wire.event(type="tool_call", id="1", tool="edit_file", title="Edit a.py")
    talk.wire.event(type="tool_result", id="1", tool="edit_file", durationMs=1, result={"text": "", "diff": "+a"})
    talk.end()
    talk.say("thanks")
    talk.end()
    talk.say("/diff")
    assert talk.shown.blocks[-2:] == [Block("plain", "Edit a.py"), Block("diff", "+a")]


def test_what_would_be_sent_is_shown_for_the_model_that_was_chosen(talk: Talk) -> None:
    talk.say("/model some/thing")
    talk.say("/prompt What is this?")
    shown = {"model": "some/thing", "tokens": 12, "request": {"messages": [{"role": "user", "content": "What?"}]}}
    talk.wire.answer("chat/showPrompt", shown)
    [request] = talk.wire.asked("chat/showPrompt")
    assert request["params"] == {"model": "some/thing", "message": {"content": "What is this?"}}
    assert talk.shown.texts[-1].endswith("\n\n[user]\nWhat?")


def test_without_a_message_it_is_what_was_said_so_far(talk: Talk) -> None:
    talk.say("/prompt")
    [request] = talk.wire.asked("chat/showPrompt")
    assert request["params"] == {}
