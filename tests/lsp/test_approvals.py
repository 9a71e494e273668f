"""A question to the user: what is sent, which answers count, and how it is withdrawn."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from chatls.chat.approvals import Answer, Hunk, Option, Question
from tests.support.clock import settle
from tests.support.connection import Connection, connection

Json = dict[str, Any]
OPTIONS = (
    Option("allow", "Allow once", "allow_once"),
    Option("session", "Allow edits in this session", "allow_session"),
    Option("no", "Reject", "reject_once"),
    Option("never", "Always reject", "reject_always"),
)
HUNKS = (Hunk("h1", "file:///ws/a.py", "-a\n+b"), Hunk("h2", "file:///ws/a.py", "-c\n+d"))
QUESTION = Question(
    "edit_file",
    "edit",
    "Edit a.py",
    "2 hunks",
    OPTIONS,
    "-a\n+b\n-c\n+d",
    HUNKS,
    session_id="s",
    turn_id="t",
    call_id="c1",
)
OURS: Json = {"approval": True, "hunks": True}
BUTTONS: Json = {"window": {"showMessage": {"messageActionItem": {"additionalPropertiesSupport": False}}}}
ALLOW, SESSION, NO, NEVER = OPTIONS


@asynccontextmanager
async def client(chat: Json | None = None, **capabilities: Any) -> AsyncGenerator[Connection]:
    async with connection(initialize=False) as server:
        await server.introduce(chat, **capabilities)
        yield server


async def outcome(server: Connection, answer: Json, question: Question = QUESTION) -> Answer | None:
    """What becomes of a question that is answered like this; `answer` holds the rest of the response."""
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        asking = group.create_task(server.editor.ask(question))
        asked = await server.wait_for(lambda message: "id" in message and "method" in message)
        server.send({"jsonrpc": "2.0", "id": asked["id"], **answer})
    return asking.result()


# -- our own request -----------------------------------------------------------------------------------------------


async def test_a_client_that_announces_approvals_is_asked_with_all_there_is() -> None:
    async with client(OURS) as server:
        server.answers["chat/requestApproval"] = lambda _: {"optionId": "allow"}
        assert await server.editor.ask(QUESTION) == Answer(ALLOW)
        params = (await server.asked("chat/requestApproval"))["params"]
        assert params.pop("approvalId")
        assert params == {
            "sessionId": "s",
            "turnId": "t",
            "toolCallId": "c1",
            "tool": "edit_file",
            "kind": "edit",
            "title": "Edit a.py",
            "detail": "2 hunks",
            "diff": "-a\n+b\n-c\n+d",
            "hunks": [
                {"id": "h1", "uri": "file:///ws/a.py", "diff": "-a\n+b"},
                {"id": "h2", "uri": "file:///ws/a.py", "diff": "-c\n+d"},
            ],
            "options": [
                {"id": "allow", "label": "Allow once", "kind": "allow_once"},
                {"id": "session", "label": "Allow edits in this session", "kind": "allow_session"},
                {"id": "no", "label": "Reject", "kind": "reject_once"},
                {"id": "never", "label": "Always reject", "kind": "reject_always"},
            ],
        }


async def test_what_has_no_value_is_left_out_and_no_hunk_is_sent_to_a_client_that_takes_none() -> None:
    async with client({"approval": True}) as server:
        server.answers["chat/requestApproval"] = lambda _: {"optionId": "no"}
        assert await server.editor.ask(replace(QUESTION, diff=None, session_id=None, turn_id=None)) == Answer(NO)
        params = (await server.asked("chat/requestApproval"))["params"]
        assert params.keys() == {"approvalId", "toolCallId", "tool", "kind", "title", "detail", "options"}


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        ({"optionId": "allow", "hunks": ["h2"]}, Answer(ALLOW, frozenset({"h2"}))),
        ({"optionId": "allow", "hunks": []}, Answer(ALLOW, frozenset())),
        ({"optionId": "allow", "hunks": ["h1", "h9"]}, None),
        ({"optionId": "session", "hunks": ["h1", "h2"]}, Answer(SESSION)),
        ({"optionId": "session", "hunks": ["h1"]}, None),
        ({"optionId": "never", "hunks": []}, Answer(NEVER)),
        ({"optionId": "no", "hunks": ["h9"]}, Answer(NO)),
    ],
    ids=["one of two", "none", "unknown", "all for a session", "one for a session", "rejected", "rejected oddly"],
)
async def test_parts_count_only_for_one_call_and_only_those_that_were_offered(
    given: Json, answer: Answer | None
) -> None:
    async with client(OURS) as server:
        assert await outcome(server, {"result": given}) == answer


async def test_where_no_parts_were_offered_an_empty_list_means_all_as_lua_sends_it() -> None:
    async with client(OURS) as server:
        whole = replace(QUESTION, hunks=())
        assert await outcome(server, {"result": {"optionId": "allow", "hunks": []}}, whole) == Answer(ALLOW)


ODD: dict[str, Json] = {
    "null": {"result": None},
    "an error": {"error": {"code": -32601, "message": "Method not found"}},
    "neither result nor error": {},
    "another shape": {"result": {"title": "Allow once"}},
    "a list": {"result": [1, 2]},
    "a text": {"result": "allow"},
    "an option that was not offered": {"result": {"optionId": "allow_always:0"}},
    "the label": {"result": {"optionId": "Allow once"}},
    "no option": {"result": {"hunks": ["h1"]}},
    "parts of another shape": {"result": {"optionId": "allow", "hunks": "h1"}},
    "parts that are objects": {"result": {"optionId": "allow", "hunks": [{"id": "h1"}]}},
}


@pytest.mark.parametrize("answer", ODD.values(), ids=[f"T60 {name}" for name in ODD])
async def test_an_answer_that_was_not_offered_is_none(answer: Json) -> None:
    async with client(OURS) as server:
        assert await outcome(server, answer) is None


# -- a message with buttons ----------------------------------------------------------------------------------------


async def test_another_client_is_asked_by_a_message_with_buttons() -> None:
    async with client(**BUTTONS) as server:
        server.answers["window/showMessageRequest"] = lambda _: {"title": "Allow edits in this session", "x": 1}
        assert await server.editor.ask(QUESTION) == Answer(SESSION)
        params = (await server.asked("window/showMessageRequest"))["params"]
        assert params["message"] == "Edit a.py\n2 hunks\n-a\n+b\n-c\n+d"
        assert [action["title"] for action in params["actions"]] == [option.label for option in OPTIONS]


@pytest.mark.parametrize(
    "answer",
    [
        {"result": None},
        {"error": {"code": 1, "message": "no"}},
        {},
        {"result": {"title": "Yes"}},
        {"result": {"title": "allow once"}},
        {"result": {"title": ["Allow once"]}},
        {"result": {}},
        {"result": [1, 2]},
        {"result": "Allow once"},
    ],
    ids=lambda answer: f"T60 {answer}",
)
async def test_t60_a_button_that_was_not_there_is_no_answer(answer: Json) -> None:
    async with client(**BUTTONS) as server:
        assert await outcome(server, answer) is None


async def test_buttons_have_titles_that_tell_them_apart() -> None:
    twins = tuple(Option(str(number), "Allow", "allow_once") for number in range(3))
    async with client(**BUTTONS) as server:
        answer = {"result": {"title": "Allow (2)"}}
        assert await outcome(server, answer, replace(QUESTION, options=twins)) == Answer(twins[1])
        params = (await server.asked("window/showMessageRequest"))["params"]
        assert [action["title"] for action in params["actions"]] == ["Allow", "Allow (2)", "Allow (3)"]


async def test_what_is_too_long_for_a_message_can_only_be_rejected_there() -> None:
    async with client(**BUTTONS) as server:
        lengthy = replace(QUESTION, lengthy=True)
        assert await outcome(server, {"result": {"title": "Allow once"}}, lengthy) is None
        params = (await server.asked("window/showMessageRequest"))["params"]
        assert [action["title"] for action in params["actions"]] == ["Reject", "Always reject"]


def numbered(count: int) -> str:
    return "\n".join(f"line {number}" for number in range(count))


@pytest.mark.parametrize(
    ("detail", "diff", "shown"),
    [
        (numbered(11), None, ["line 0", "line 10"]),
        (numbered(5000), None, ["line 0", "… 4,990 more lines …", "line 4999"]),
        ("short", numbered(5000).replace("line", "+"), ["short", "+ 0", "+ 4999"]),
        (numbered(5000), numbered(5000).replace("line", "+"), ["line 0", "line 4999", "+ 0", "+ 4999"]),
        ("", None, []),
    ],
    ids=["fits", "long detail", "long diff", "both long", "title alone"],
)
async def test_t104_a_message_has_twelve_lines_at_most_with_head_and_tail(
    detail: str, diff: str | None, shown: Sequence[str]
) -> None:
    async with client(**BUTTONS) as server:
        await outcome(server, {"result": None}, replace(QUESTION, detail=detail, diff=diff))
        lines = (await server.asked("window/showMessageRequest"))["params"]["message"].split("\n")
        assert lines[0] == "Edit a.py"
        assert len(lines) <= 12
        assert set(shown) <= set(lines)


@pytest.mark.parametrize(
    "capabilities",
    [{}, {"window": {"workDoneProgress": True}}, {"experimental": {"chatls": {"protocol": 1, "hunks": True}}}],
    ids=["T61 nothing", "T61 a window without messages", "T61 ours without approvals"],
)
async def test_a_client_that_announces_no_way_to_ask_is_not_asked(capabilities: Json) -> None:
    async with client(**capabilities) as server:
        assert not server.editor.can_ask
        assert await server.editor.ask(QUESTION) is None
        assert "window/showMessageRequest" not in server.methods()


@pytest.mark.parametrize(("chat", "capabilities"), [(OURS, {}), (None, BUTTONS)], ids=["ours", "buttons"])
async def test_a_client_that_announces_a_way_to_ask_can_be_asked(chat: Json | None, capabilities: Json) -> None:
    async with client(chat, **capabilities) as server:
        assert server.editor.can_ask


# -- several, late, and withdrawn ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chat", "capabilities", "answers"),
    [
        (OURS, {}, [{"optionId": "allow"}, {"optionId": "no"}]),
        (None, BUTTONS, [{"title": "Allow once"}, {"title": "Reject"}]),
    ],
    ids=["T62 ours", "T62 buttons"],
)
async def test_two_questions_at_a_time_each_get_their_own_answer(
    chat: Json | None, capabilities: Json, answers: list[Json]
) -> None:
    async with client(chat, **capabilities) as server, asyncio.timeout(5), asyncio.TaskGroup() as group:
        first = group.create_task(server.editor.ask(QUESTION))
        second = group.create_task(server.editor.ask(replace(QUESTION, session_id="other")))
        method = "chat/requestApproval" if chat else "window/showMessageRequest"
        ids = [(await server.asked(method, number))["id"] for number in (1, 2)]
        server.reply(ids[1], answers[1])
        server.reply(ids[0], answers[0])
    assert (first.result(), second.result()) == (Answer(ALLOW), Answer(NO))


async def test_t60_of_two_answers_the_first_counts_and_the_second_is_for_nobody() -> None:
    async with client(OURS) as server:
        asking = {"result": {"optionId": "no"}}
        assert await outcome(server, asking) == Answer(NO)
        asked = await server.asked("chat/requestApproval")
        seen = len(await server.settled())
        server.reply(asked["id"], {"optionId": "allow"})
        assert len(await server.settled()) == seen


@pytest.mark.parametrize(
    ("chat", "capabilities", "closed"),
    [(OURS, {}, ["chat/requestApproval", "$/cancelRequest", "chat/approvalClosed"]),
     (None, BUTTONS, ["window/showMessageRequest", "$/cancelRequest"])],
    ids=["ours", "buttons"],
)  # fmt: skip
async def test_t60_a_question_that_is_withdrawn_says_so_and_a_late_yes_is_for_nobody(
    chat: Json | None, capabilities: Json, closed: list[str]
) -> None:
    async with client(chat, **capabilities) as server:
        async with asyncio.timeout(5), asyncio.TaskGroup() as group:
            asking = group.create_task(server.editor.ask(QUESTION))
            asked = await server.asked(closed[0])
            asking.cancel()
        await server.settled()
        assert server.methods()[-len(closed) :] == closed
        assert (await server.asked("$/cancelRequest"))["params"] == {"id": asked["id"]}
        if chat:
            told = (await server.asked("chat/approvalClosed"))["params"]
            assert told == {"approvalId": asked["params"]["approvalId"]}
        seen = len(server.received)
        server.reply(asked["id"], {"optionId": "allow", "title": "Allow once"})
        await settle()
        assert len(await server.settled()) == seen
