"""What the client knows of a conversation (`state.lua`): events become items, and text is never taken away."""

from collections.abc import Generator
from typing import Any

import pytest

from tests.support.chat_terminal import make_user
from tests.support.neovim import Neovim, headless, installed
from tests.support.neovim_install import VERSIONS

PRELUDE = """
S = require("chatls.state")
function NEW()
  CONV, TOLD, SEQ = S.new("/ws"), {}, 0
  S.subscribe(CONV, function(turn, item) TOLD[#TOLD + 1] = { turn, item } end)
end
function BEGIN(...)
  SEQ = 0
  return S.begin_turn(CONV, { content = "Hi" }, ...)
end
function APPLY(turn, kind, fields)
  local event = vim.tbl_extend("force", { type = kind, seq = SEQ }, fields or {})
  SEQ = SEQ + 1
  return S.apply(CONV, turn, event)
end
function KINDS(turn)
  return vim.tbl_map(function(item) return { item.kind, table.concat(item.pieces), item.task } end, turn.items)
end
"""
START = 'local turn = BEGIN() APPLY(turn, "start", { sessionId = "s", turnId = "t", agent = "chat", model = "m" }) '


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Generator[Neovim]:
    with headless(installed(VERSIONS[0]), make_user(tmp_path_factory.mktemp("home"))) as yours:
        yours.lua(PRELUDE)
        yield yours


@pytest.fixture
def state(shared: Neovim) -> Neovim:
    shared.lua("NEW()")
    return shared


def run(state: Neovim, code: str) -> Any:
    return state.lua(START + code)


def test_neighbouring_text_of_one_kind_is_one_item(state: Neovim) -> None:
    tokens = 'for _, data in ipairs({ "a", "b" }) do APPLY(turn, "thinking", { data = data }) end '
    tokens += 'for _, data in ipairs({ "c", "d" }) do APPLY(turn, "token", { data = data }) end '
    assert run(state, tokens + "return KINDS(turn)") == [["thinking", "ab"], ["text", "cd"]]


def test_text_of_subtasks_side_by_side_is_not_mixed(state: Neovim) -> None:
    tokens = """
    for _, pair in ipairs({ { "a", "x" }, { "1", "y" }, { "b", "x" }, { "2", "y" }, { "own" } }) do
      LAST = APPLY(turn, "token", { data = pair[1], task = pair[2] })
    end
    """
    assert run(state, tokens + "return KINDS(turn)") == [["text", "ab", "x"], ["text", "12", "y"], ["text", "own"]]
    assert state.lua("return S.text(CONV.turns[1])") == "own"


def test_text_after_a_tool_call_is_another_item(state: Neovim) -> None:
    events = """
    APPLY(turn, "token", { data = "before" })
    APPLY(turn, "tool_call", { id = "c", tool = "read_file", args = {}, kind = "read", title = "Read a" })
    APPLY(turn, "tool_progress", { id = "c", status = "reading", data = "out" })
    APPLY(turn, "token", { data = "after" })
    local result = { id = "c", tool = "read_file", durationMs = 4, result = { text = "r" } }
    local changed = APPLY(turn, "tool_result", result)
    local tool = turn.items[2].tool
    return { KINDS(turn), changed, tool.output, tool.result.text, tool.duration_ms, tool.status == nil }
    """
    kinds = [["text", "before"], ["tool", ""], ["text", "after"]]
    assert run(state, events) == [kinds, 2, ["out"], "r", 4, True]


def test_what_came_before_or_is_unknown_changes_nothing(state: Neovim) -> None:
    events = """
    APPLY(turn, "token", { data = "a" })
    S.apply(CONV, turn, { type = "token", seq = 1, data = "a" })
    APPLY(turn, "unheard_of", { data = 1 })
    APPLY(turn, "tool_progress", { id = "nosuch", status = "x" })
    return { KINDS(turn), turn.last_seq }
    """
    assert run(state, events) == [[["text", "a"]], 3]


def test_watchers_learn_which_item_changed_until_they_unsubscribe(state: Neovim) -> None:
    events = """
    TOLD = {}
    local leave = S.subscribe(CONV, function() LEFT = (LEFT or 0) + 1 end)
    APPLY(turn, "token", { data = "a" })
    leave()
    APPLY(turn, "phase", { phase = "tool" })
    return { TOLD, LEFT, turn.phase }
    """
    assert run(state, events) == [[[1, 1], [1, 0]], 1, "tool"]


def test_a_fault_that_a_retry_may_heal_is_a_notice_while_it_lasts(state: Neovim) -> None:
    events = """
    APPLY(turn, "error", { error = { code = "timeout", message = "It is slow.", retryable = true, retryInMs = 2000 } })
    local notice = turn.notice
    APPLY(turn, "token", { data = "a" })
    return { notice, KINDS(turn), turn.notice == nil }
    """
    assert run(state, events) == ["It is slow. Trying again in 2 s.", [["text", "a"]], True]


def test_a_final_fault_is_shown_once_though_event_and_answer_tell_it(state: Neovim) -> None:
    events = """
    APPLY(turn, "token", { data = "Half" })
    local fault = { code = "stream_interrupted", message = "It broke.", retryable = true }
    APPLY(turn, "error", { error = fault })
    S.finish(CONV, turn, nil, fault)
    return { KINDS(turn), turn.state, turn.error.message }
    """
    assert run(state, events) == [[["text", "Half"], ["error", ""]], "cut", "It broke."]


@pytest.mark.parametrize(
    ("reason", "expected"), [("end_turn", "done"), ("max_tokens", "done"), ("cancelled", "cancelled")]
)
def test_a_turn_ends_as_its_result_says(state: Neovim, reason: str, expected: str) -> None:
    result = """
    local ids = { sessionId = "s", turnId = "t", timings = {}, lastSeq = 0 }
    S.finish(CONV, turn, vim.tbl_extend("error", ids, { stopReason = ..., stopMessage = "Why." }))
    return { turn.state, turn.stop_message, CONV.id }
    """
    assert state.lua(START + result, reason) == [expected, "Why.", "s"]


def test_a_turn_takes_anothers_place_only_when_the_server_has_accepted_it(state: Neovim) -> None:
    events = """
    local other = BEGIN("t")
    local before = #CONV.turns
    APPLY(other, "start", { sessionId = "s", turnId = "u", agent = "chat", model = "m" })
    return { before, #CONV.turns, CONV.turns[1].id }
    """
    assert run(state, events) == [2, 1, "u"]
    refused = 'local other = BEGIN("t") S.finish(CONV, other, nil, { code = "session_busy", message = "Busy." }) '
    state.lua("NEW()")
    assert run(state, refused + "return vim.tbl_map(function(turn) return turn.state end, CONV.turns)") == [
        "running",
        "failed",
    ]


def test_a_reset_never_shows_less_of_the_answer(state: Neovim) -> None:
    events = """
    APPLY(turn, "token", { data = "what was shown" })
    local short = S.reset(CONV, turn, { { type = "token", seq = 0, data = "what" } })
    local kept = S.text(turn)
    local long = S.reset(CONV, turn, { { type = "token", seq = 3, data = "what was shown and more" } })
    return { short, kept, long, S.text(turn), turn.last_seq }
    """
    assert run(state, events) == [False, "what was shown", True, "what was shown and more", 3]


def test_history_is_drawn_from_the_same_events(state: Neovim) -> None:
    state.lua("CONV.queued = { content = 'x' }")
    turns = [
        {
            "turnId": "t1",
            "message": {"content": "One"},
            "agent": "chat",
            "model": "m",
            "state": "cut",
            "events": [
                {"type": "start", "seq": 0, "sessionId": "s", "turnId": "t1", "agent": "chat", "model": "m"},
                {"type": "token", "seq": 1, "data": "Answer"},
            ],
        }
    ]
    code = """
    local page = { session = { sessionId = "s", title = "T", turns = 2 }, turns = ..., before = "t1" }
    S.load(CONV, page)
    local older = CONV.older.count
    page.before = nil
    S.prepend(CONV, page)
    local turn = CONV.turns[2]
    return { CONV.id, CONV.title, older, #CONV.turns, S.text(turn), turn.state, CONV.older, CONV.queued }
    """
    assert state.lua(code, turns) == ["s", "T", 1, 2, "Answer", "cut"]


def test_ten_thousand_tokens_are_taken_in_within_a_moment(state: Neovim) -> None:
    code = """
    local began = vim.uv.hrtime()
    for _ = 1, 10000 do APPLY(turn, "token", { data = "word " }) end
    return { (vim.uv.hrtime() - began) / 1e6, #S.text(turn), #turn.items }
    """
    took, length, items = run(state, code)
    assert (length, items) == (50_000, 1)
    assert took < 1000
