"""A turn as plain text: only the answer on stdout."""

import io
import json

import pytest

from chatls.terminal.approval import from_request
from chatls.terminal.plain import PATIENCE, JsonView, PlainView
from chatls.terminal.rpc import Failure, Json, Reply


class Shown:
    """A view with a clock that the test moves."""

    def __init__(self, kind: type[PlainView] = PlainView) -> None:
        self.out = io.StringIO()
        self.err = io.StringIO()
        self.time = 0.0
        self.view = kind(self.out, self.err, lambda: self.time)

    def events(self, *events: Json) -> None:
        for event in events:
            self.view.on_event(event)


@pytest.fixture
def shown() -> Shown:
    return Shown()


def token(data: str, **more: object) -> Json:
    return {"type": "token", "data": data, **more}


def test_the_answer_alone_goes_to_stdout(shown: Shown) -> None:
    shown.events(
        {"type": "start", "model": "m"},
        {"type": "phase", "phase": "loading"},
        {"type": "thinking", "data": "hm"},
        token("Hel"),
        token("lo"),
        token("of a subtask", task="t1"),
        {"type": "never_heard_of"},
    )
    shown.view.on_end(Reply({"stopReason": "end_turn"}))
    assert (shown.out.getvalue(), shown.err.getvalue()) == ("Hello\n", "")


def call(id_: str, title: str, **more: object) -> Json:
    return {"type": "tool_call", "id": id_, "tool": "read_file", "title": title, **more}


def result(id_: str, **more: object) -> Json:
    return {"type": "tool_result", "id": id_, "tool": "read_file", "durationMs": 4, **more}


def test_what_subtasks_do_is_set_in_and_says_whose_it_is(shown: Shown) -> None:
    shown.events(
        call("d1", "explore: Find A"),
        {"type": "agent", "agent": "explore", "task": "d1", "parent": "chat"},
        call("r1", "Read a.py", task="d1"),
        result("r1", task="d1"),
        call("d2", "deep: Find B", task="d1"),
        {"type": "agent", "agent": "deep", "task": "d2", "parent": "explore"},
        call("r2", "Read b.py", task="d2"),
        result("r2", task="d2", error={"message": "No such file."}),
        {"type": "agent", "agent": "explore", "task": "d2"},
        result("d2", task="d1"),
        {"type": "agent", "agent": "chat", "task": "d1"},
        result("d1"),
    )
    assert shown.err.getvalue().splitlines() == [
        "chatls: ↳ explore: ✅ Read a.py (4 ms)",
        "chatls: ↳ ↳ deep: ❌ Read b.py: No such file.",
        "chatls: ↳ explore: ✅ deep: Find B (4 ms)",
        "chatls: ✅ explore: Find A (4 ms)",
    ]


def test_a_line_break_at_the_end_is_not_doubled(shown: Shown) -> None:
    shown.events(token("Hello\n"))
    shown.view.on_end(Reply({}))
    assert shown.out.getvalue() == "Hello\n"


def test_t98_an_answer_cannot_act_on_the_terminal_behind_a_pipe(shown: Shown) -> None:
    shown.events(*(token(char) for char in "\x1b[2Jx"))
    assert shown.out.getvalue() == "\\x1b[2Jx"


def test_what_is_said_before_a_tool_and_after_it_does_not_stick_together(shown: Shown) -> None:
    shown.events(token("Let me look."), {"type": "tool_call", "id": "1", "tool": "x", "title": "X"}, token("There."))
    shown.view.on_end(Reply({}))
    assert shown.out.getvalue() == "Let me look.\nThere.\n"


def test_tools_are_told_on_stderr_by_their_titles(shown: Shown) -> None:
    shown.events(
        {"type": "tool_call", "id": "1", "tool": "read_file", "title": "Read a.py"},
        {"type": "tool_call", "id": "2", "tool": "x", "title": "X\x1b[2J"},
        {"type": "tool_result", "id": "1", "tool": "read_file", "durationMs": 4, "result": {"text": "…"}},
        {"type": "tool_result", "id": "2", "tool": "x", "durationMs": 1, "error": {"message": "no\nway"}},
    )
    assert shown.err.getvalue() == "chatls: ✅ Read a.py (4 ms)\nchatls: ❌ X\\x1b[2J: no ⏎ way\n"


def test_what_takes_long_is_told_once(shown: Shown) -> None:
    shown.events({"type": "phase", "phase": "loading"})
    shown.view.tick()
    assert shown.err.getvalue() == ""
    shown.time += PATIENCE
    shown.view.tick()
    shown.time += 10 * PATIENCE
    shown.view.tick()
    assert shown.err.getvalue() == "chatls: loading …\n"


def test_a_phase_that_comes_again_is_told_again(shown: Shown) -> None:
    for phase in ("connecting", "retrying", "connecting"):
        shown.events({"type": "phase", "phase": phase})
        shown.time += PATIENCE
        shown.view.tick()
    assert shown.err.getvalue() == "chatls: connecting …\nchatls: retrying …\nchatls: connecting …\n"


def test_while_text_comes_nothing_is_waited_for(shown: Shown) -> None:
    shown.events({"type": "phase", "phase": "prefill"}, token("x"))
    shown.time += PATIENCE
    shown.view.tick()
    assert shown.err.getvalue() == ""


def test_a_retry_is_announced_and_a_final_fault_told_once(shown: Shown) -> None:
    fault = {"code": "provider_unreachable", "message": "It is not running."}
    shown.events(
        {"type": "error", "error": {**fault, "retryInMs": 1500}}, token("Half"), {"type": "error", "error": fault}
    )
    shown.view.on_end(Reply(error=Failure(-32803, "It is not running.", {"hint": "Start it."})))
    assert shown.out.getvalue() == "Half\n"
    assert shown.err.getvalue() == (
        "chatls: It is not running. Trying again in 1.5 s.\n"
        "chatls: error: It is not running.\n"
        "chatls: hint: Start it.\n"
    )


def test_why_an_answer_ended_is_said_where_it_is_not_plain(shown: Shown) -> None:
    shown.view.on_end(Reply({"stopReason": "max_turn_requests", "stopMessage": "50 calls were made."}))
    assert shown.err.getvalue() == "chatls: 50 calls were made.\n"


def test_what_the_server_has_to_say_at_the_beginning_is_told(shown: Shown) -> None:
    phase = {"type": "phase", "phase": "connecting", "message": "@no.py is only text."}
    shown.events(phase, {**phase, "phase": "loading"})
    assert shown.err.getvalue() == "chatls: @no.py is only text.\n"


def test_a_refused_question_is_told(shown: Shown) -> None:
    question = from_request(1, "window/showMessageRequest", {"message": "Run rm?"})
    assert question is not None
    shown.view.refuse(question)
    assert shown.err.getvalue() == "chatls: refused, as there is no terminal to ask in: Run rm?\n"


def test_json_prints_every_event_as_it_came() -> None:
    shown = Shown(JsonView)
    events = [{"type": "start", "seq": 0}, token("\x1b\x9bü"), {"type": "new", "x": [1, None]}]
    shown.events(*events)
    shown.view.tick()
    shown.view.on_end(Reply({"stopReason": "end_turn"}))
    assert [json.loads(line) for line in shown.out.getvalue().splitlines()] == events
    assert shown.out.getvalue().isascii()
