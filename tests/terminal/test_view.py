"""A turn's events as blocks."""

import pytest

from chatls.terminal.rows import Block
from chatls.terminal.rpc import Failure, Json, Reply
from chatls.terminal.view import Change, TurnView, milliseconds

CALL: Json = {"type": "tool_call", "id": "1", "tool": "read_file", "title": "Read a.py"}
RESULT: Json = {"type": "tool_result", "id": "1", "tool": "read_file", "durationMs": 4, "result": {"text": "…"}}
DONE: Json = {
    "type": "done",
    "stopReason": "end_turn",
    "usage": {"completionTokens": 128},
    "timings": {"totalMs": 3200, "tokensPerSecond": 41.3},
}


class Turn:
    """A view with a clock that the test moves, and all it has finished."""

    def __init__(self) -> None:
        self.time = 0.0
        self.view = TurnView(lambda: self.time)
        self.finished: list[Block] = []

    def events(self, *events: Json) -> "Turn":
        for event in events:
            self.finished += self.view.feed(event)
        return self

    @property
    def told(self) -> list[tuple[str, str]]:
        return [(block.kind, block.text) for block in self.finished]


@pytest.fixture
def turn() -> Turn:
    return Turn()


def token(data: str, **more: object) -> Json:
    return {"type": "token", "data": data, **more}


def test_an_answer_is_finished_block_by_block(turn: Turn) -> None:
    turn.events(token("one\n\ntw"))
    assert (turn.told, turn.view.open()) == ([], [Block("answer", "one\n\ntw")])
    turn.events(token("o\n"))
    assert turn.told == [("answer", "one")]
    assert turn.view.end() == [Block("answer", "two")]


def test_a_tool_call_runs_in_sight_and_ends_in_a_line(turn: Turn) -> None:
    turn.events(token("Let me look."), CALL)
    assert turn.told == [("answer", "Let me look.")]
    assert turn.view.open() == [Block("tool", "🔧 Read a.py … ")]
    turn.events({"type": "tool_progress", "id": "1", "status": "half way"})
    assert turn.view.open() == [Block("tool", "🔧 Read a.py … half way")]
    turn.events(RESULT)
    assert turn.told[1:] == [("tool", "🔧 Read a.py … ✅ 4 ms")]
    assert turn.view.open() == []


def output(data: str) -> Json:
    return {"type": "tool_progress", "id": "1", "status": "running", "data": data}


def test_the_last_lines_of_a_running_tool_are_in_sight_and_do_not_stay(turn: Turn) -> None:
    turn.events(CALL, *(output(f"line {number}\n") for number in range(9)), output("the l"), output("ast"))
    assert turn.view.open() == [
        Block("tool", "🔧 Read a.py … running"),
        Block("output", "   │ line 6\n   │ line 7\n   │ line 8\n   │ the last"),
    ]
    turn.events(RESULT)
    assert (turn.told, turn.view.open()) == ([("tool", "🔧 Read a.py … ✅ 4 ms")], [])


def test_t98_output_cannot_act_on_the_terminal(turn: Turn) -> None:
    turn.events(CALL, output("ok\n\n\ttab \x1b[2J\rx\u202e"))
    assert turn.view.open()[1].text == "   │ ok\n   │     tab \\x1b[2J\\x0dx\\u{202e}"


def test_endless_output_costs_no_more_than_its_end(turn: Turn) -> None:
    turn.events(CALL, *(output("x" * 100_000) for _ in range(10)))
    assert len(turn.view.open()[1].text) < 400


def test_an_edit_says_how_much_it_changed_and_keeps_its_diff(turn: Turn) -> None:
    diff = "@@ -1 +1,2 @@\n-a\n+b\n+c\n"
    turn.events(CALL, RESULT | {"result": {"text": "…", "diff": diff}})
    assert turn.told == [("tool", "🔧 Read a.py … ✅ +2 −1 · 4 ms")]
    assert turn.view.changes == [Change("Read a.py", diff)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[exit code 0, 0.4 s]\nok", "✅ exit code 0, 0.4 s"),
        ("[exit code 2, 1.0 s]\n[no output]", "❌ exit code 2, 1.0 s"),
        ("[exit code 3, 6.0 s]\nline 1\n\noops\n", "❌ exit code 3, 6.0 s\n   │ line 1\n   │ oops"),
        ("[ended by SIGKILL, exit code 137, 1.0 s]", "❌ ended by SIGKILL, exit code 137, 1.0 s"),
        ("nothing like that", "✅ 4 ms"),
    ],
)
def test_a_command_says_how_it_ended(turn: Turn, text: str, said: str) -> None:
    turn.events(CALL | {"kind": "execute"}, RESULT | {"result": {"text": text}})
    assert turn.told == [("tool", f"🔧 Read a.py … {said}")]


def test_a_tool_that_failed_says_why(turn: Turn) -> None:
    turn.events(CALL, {"type": "tool_result", "id": "1", "tool": "x", "error": {"message": "there is\nno file"}})
    assert turn.told == [("tool", "🔧 Read a.py … ❌ there is ⏎ no file")]


DELEGATE: Json = {"type": "tool_call", "id": "d", "tool": "delegate", "title": "explore: Find it"}
TAKES_OVER: Json = {"type": "agent", "agent": "explore", "task": "d", "parent": "chat"}


def test_a_subtask_is_one_line_below_its_call_and_none_of_it_is_the_answer(turn: Turn) -> None:
    turn.events(DELEGATE, TAKES_OVER, {"type": "phase", "phase": "connecting", "task": "d"})
    assert turn.told == [("note", "→ explore: Find it")]
    call = Block("tool", "🔧 explore: Find it … ")
    assert turn.view.open() == [call, Block("output", "   ↳ connecting")]
    turn.events(CALL | {"task": "d"})
    assert turn.view.open() == [call, Block("output", "   ↳ Read a.py")]
    turn.events(RESULT | {"task": "d"}, token("inner", task="d"), {"type": "thinking", "data": "hm", "task": "d"})
    assert turn.view.open() == [call, Block("output", "   ↳ thinking")]
    turn.events({"type": "agent", "agent": "chat", "task": "d"}, RESULT | {"id": "d", "tool": "delegate"})
    assert turn.told[1:] == [("tool", "🔧 explore: Find it … ✅ 4 ms")]
    assert turn.view.open() == turn.view.end() == []


def test_what_a_subtask_changes_and_what_fails_there_stays(turn: Turn) -> None:
    turn.events(DELEGATE, CALL | {"task": "d", "kind": "edit", "title": "Edit a.py"})
    turn.events(RESULT | {"task": "d", "result": {"text": "", "diff": "--- a\n+++ b\n@@ -1 +1 @@\n-a\n+b\n"}})
    turn.events(CALL | {"task": "d"}, {"type": "tool_result", "id": "1", "task": "d", "error": {"message": "no"}})
    assert turn.told == [("tool", "  🔧 Edit a.py … ✅ +1 −1 · 4 ms"), ("tool", "  🔧 Read a.py … ❌ no")]
    assert [change.title for change in turn.view.changes] == ["Edit a.py"]


def test_subtasks_side_by_side_and_inside_each_other_stand_below_their_own_call(turn: Turn) -> None:
    turn.events(DELEGATE, DELEGATE | {"id": "e", "title": "edit: Do it"})
    turn.events(DELEGATE | {"id": "f", "task": "d", "title": "explore: Inside"}, token("x", task="e"))
    turn.events({"type": "error", "error": {"message": "Down."}, "task": "f"})
    assert [block.text for block in turn.view.open()] == [
        "🔧 explore: Find it … ",
        "   ↳ explore: Inside",
        "  🔧 explore: Inside … ",
        "     ↳ Down.",
        "🔧 edit: Do it … ",
        "   ↳ writing",
    ]
    assert [block.text for block in turn.view.end()] == [
        "🔧 explore: Find it … ❌ not finished",
        "🔧 edit: Do it … ❌ not finished",
    ]


def test_a_tool_that_never_ended_does_not_stay_open(turn: Turn) -> None:
    turn.events(CALL)
    assert turn.view.end() == [Block("tool", "🔧 Read a.py … ❌ not finished")]


def test_thinking_is_shown_while_it_lasts(turn: Turn) -> None:
    turn.events({"type": "thinking", "data": "hm, "}, {"type": "thinking", "data": "well"})
    assert turn.view.open() == [Block("thinking", "hm, well")]
    turn.time = 2.5
    turn.events(token("So"))
    assert turn.told == [("note", "Thought for 2.5 s")]
    assert turn.view.open() == [Block("answer", "So")]


def test_phases_are_what_is_waited_for(turn: Turn) -> None:
    assert turn.view.phase == "sending"
    turn.time = 3.0
    turn.events({"type": "phase", "phase": "loading"})
    turn.time = 4.0
    turn.events({"type": "phase", "phase": "loading"})
    assert (turn.view.phase, turn.view.phase_since) == ("loading", 3.0)


def test_the_end_tells_tokens_speed_time_and_model(turn: Turn) -> None:
    turn.events({"type": "start", "model": "fake/m"}, token("x"), DONE)
    assert turn.told == [("answer", "x"), ("note", "128 tokens · 41 tok/s · 3.2 s · fake/m")]
    assert turn.view.end(Reply(DONE)) == []


def test_a_turn_that_was_stopped_says_so_and_why(turn: Turn) -> None:
    turn.events({"type": "done", "stopReason": "cancelled", "stopMessage": "You stopped it."})
    assert turn.told == [("note", "You stopped it."), ("note", "Cancelled")]


def test_a_fault_is_told_once(turn: Turn) -> None:
    turn.events(token("half"), {"type": "error", "error": {"message": "It broke.", "hint": "Mend it."}})
    assert turn.told == [("answer", "half"), ("error", "It broke."), ("note", "Mend it.")]
    assert turn.view.end(Reply(error=Failure(-32803, "It broke."))) == []


def test_a_fault_without_an_event_is_told_by_the_reply(turn: Turn) -> None:
    assert turn.view.end(Reply(error=Failure(-32803, "Busy.", {"hint": "Wait."}))) == [
        Block("error", "Busy."),
        Block("note", "Wait."),
    ]


def test_a_retry_is_no_end(turn: Turn) -> None:
    turn.events({"type": "error", "error": {"message": "It is away.", "retryInMs": 1500}}, token("x"), DONE)
    assert turn.told[0] == ("note", "It is away. Trying again in 1.5 s.")
    assert turn.told[1] == ("answer", "x")


def test_t105_titles_cannot_imitate_lines_of_ours(turn: Turn) -> None:
    turn.events(CALL | {"title": "Read\n✅ all\x1b[2J"})
    assert turn.view.open() == [Block("tool", "🔧 Read ⏎ ✅ all\\x1b[2J … ")]


def test_unknown_events_and_fields_change_nothing(turn: Turn) -> None:
    turn.events({"type": "never_heard"}, {}, {"type": "token"}, {"type": "tool_result", "id": "9"}, {"type": 5})
    assert turn.view.open() == []


@pytest.mark.parametrize(
    ("duration", "said"), [(4, "4 ms"), (1234, "1.2 s"), (185_000, "3 min 5 s"), (None, ""), ("x", "")]
)
def test_durations_are_said_as_people_do(duration: object, said: str) -> None:
    assert milliseconds(duration) == said
