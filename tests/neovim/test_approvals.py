"""Questions of the server in Neovim (`approvals.lua` and its window): what is shown, what each key answers."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from tests.support.chat_terminal import User
from tests.support.neovim import Neovim, headless

Json = dict[str, Any]
OPTIONS = [
    {"id": "allow", "label": "Allow once", "kind": "allow_once"},
    {"id": "session", "label": "Allow edits\nin this session", "kind": "allow_session"},
    {"id": "reject", "label": "Reject", "kind": "reject_once"},
    {"id": "never", "label": "Always reject", "kind": "reject_always"},
]
HUNKS = [{"id": str(number), "uri": "file:///a", "diff": f"@@ -{number} @@\n-old\n+new\n"} for number in (1, 2)]
ASK = """
ANSWERS = ANSWERS or {}
local params = ...
require("chatls.approvals").on_request(params, {}, function(result) ANSWERS[params.approvalId] = result end)
"""
FLOATS = """
return #vim.tbl_filter(function(win)
  return vim.api.nvim_win_get_config(win).relative ~= ""
end, vim.api.nvim_list_wins())
"""
LEFT = """
local groups = vim.tbl_filter(function(each)
  return each.group_name == "chatls.approval"
end, vim.api.nvim_get_autocmds({}))
return #groups
"""


def question(id_: str, **fields: Any) -> Json:
    return {
        "approvalId": id_,
        "tool": "edit_file",
        "kind": "edit",
        "title": f"Edit {id_}",
        "detail": "",
        "options": OPTIONS,
        **fields,
    }


@pytest.fixture
def nvim(program: Path, user: User) -> Generator[Neovim]:
    with headless(program, user, "README.md") as yours:
        yours.lua("SAID = {}; vim.notify = function(text) table.insert(SAID, text) end")
        yield yours


def press(nvim: Neovim, keys: str) -> None:
    """Press keys in the question's window, going there as `:ChatApprove` does."""
    nvim.lua('vim.cmd("ChatApprove"); vim.api.nvim_feedkeys(vim.keycode(...), "tx", false)', keys)


def shown(nvim: Neovim) -> list[str]:
    return nvim.lua('vim.cmd("ChatApprove"); return vim.api.nvim_buf_get_lines(0, 0, -1, false)')


def answers(nvim: Neovim) -> Json:
    return nvim.lua("return vim.tbl_isempty(ANSWERS) and vim.empty_dict() or ANSWERS")


@pytest.mark.parametrize(
    ("key", "option"), [("y", "allow"), ("2", "session"), ("n", "reject"), ("4", "never")], ids=str
)
def test_each_key_gives_the_answer_it_stands_for(nvim: Neovim, key: str, option: str) -> None:
    nvim.lua(ASK, question("a"))
    press(nvim, key)
    assert answers(nvim) == {"a": {"optionId": option}}
    assert nvim.lua(FLOATS) == 0


def test_the_answers_come_first_and_everything_is_shown_in_full(nvim: Neovim) -> None:
    command = "\n".join(f"step {number}" for number in range(200))
    nvim.lua(ASK, question("a", tool="run_command", kind="execute", detail=command))
    lines = shown(nvim)
    assert lines[:4] == [" y  Allow once", " 2  Allow edits in this session", " n  Reject", " 4  Always reject"]
    assert lines[5:] == [f" {line}" for line in command.split("\n")]


def test_a_diff_is_highlighted_as_one_and_cannot_be_written_into(nvim: Neovim) -> None:
    nvim.lua(ASK, question("a", diff="--- a\n+++ b\n@@ -1 +1 @@\n-old\n+new\n"))
    assert shown(nvim)[-2:] == ["-old", "+new"]
    assert nvim.lua("return { vim.bo.filetype, vim.bo.modifiable }") == ["diff", False]


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        ("y", {"optionId": "allow"}),
        ("G<Space>y", {"optionId": "allow", "hunks": ["1"]}),
        ("]c<Space>y", {"optionId": "allow", "hunks": ["2"]}),
        ("]c<Space><Space>y", {"optionId": "allow"}),
        ("]c<Space>n", {"optionId": "reject"}),
        ("2", {"optionId": "session"}),
    ],
)
def test_parts_that_are_left_out_are_not_allowed(nvim: Neovim, keys: str, answer: Json) -> None:
    nvim.lua(ASK, question("a", hunks=HUNKS))
    press(nvim, keys)
    assert answers(nvim) == {"a": answer}


@pytest.mark.parametrize(("keys", "said"), [("G<Space>2", "for later"), ("G<Space>[c[c<Space>y", "no part is taken")])
def test_what_cannot_be_answered_so_is_said_and_stays_open(nvim: Neovim, keys: str, said: str) -> None:
    nvim.lua(ASK, question("a", hunks=HUNKS))
    press(nvim, keys)
    assert said in nvim.wait("return SAID[1]")
    assert answers(nvim) == {}
    assert nvim.lua(FLOATS) == 1


def test_several_questions_are_answered_one_after_the_other_in_any_order(nvim: Neovim) -> None:
    for name in "abc":
        nvim.lua(ASK, question(name))
    assert nvim.lua(FLOATS) == 1
    press(nvim, "<Tab>y")
    assert answers(nvim) == {"b": {"optionId": "allow"}}
    press(nvim, "n")
    press(nvim, "y")
    assert sorted(answers(nvim)) == ["a", "b", "c"]
    assert nvim.lua(FLOATS) == 0


@pytest.mark.parametrize("close", ["q", "<Esc>", ":quit<CR>"])
def test_a_question_that_is_put_away_waits_unanswered(nvim: Neovim, close: str) -> None:
    nvim.lua(ASK, question("a"))
    press(nvim, close)
    assert ":ChatApprove shows it again" in nvim.wait("return SAID[1]")
    assert nvim.lua(FLOATS) == 0
    assert answers(nvim) == {}
    press(nvim, "y")
    assert answers(nvim) == {"a": {"optionId": "allow"}}


def test_a_question_that_is_withdrawn_goes_and_the_next_one_comes(nvim: Neovim) -> None:
    nvim.lua(ASK, question("a"))
    nvim.lua(ASK, question("b", detail="the second"))
    nvim.lua('require("chatls.approvals").on_closed({ approvalId = "a" })')
    assert shown(nvim)[-1] == " the second"
    nvim.lua('require("chatls.approvals").on_closed({ approvalId = "b" })')
    assert nvim.lua(FLOATS) == 0
    assert answers(nvim) == {}


def test_nothing_is_left_behind_when_the_last_question_is_answered(nvim: Neovim) -> None:
    before = nvim.lua("return #vim.api.nvim_list_bufs()")
    nvim.lua(ASK, question("a"))
    assert nvim.lua(LEFT) > 0
    press(nvim, "y")
    assert nvim.lua(LEFT) == 0
    assert nvim.lua("return #vim.api.nvim_list_bufs()") == before
    assert nvim.lua("return vim.api.nvim_buf_get_name(0)").endswith("README.md")


def test_a_question_that_comes_in_the_command_line_window_waits_for_its_end(nvim: Neovim) -> None:
    nvim.lua("""
        vim.schedule(function() vim.api.nvim_feedkeys("q:", "n", false) end)""")
    nvim.wait("return vim.fn.getcmdwintype() == ':'")
    nvim.lua(ASK, question("a"))
    assert nvim.lua(FLOATS) == 0
    nvim.lua('vim.api.nvim_feedkeys(vim.keycode("<C-c><C-c>"), "n", false)')
    nvim.wait(f"return (function() {FLOATS} end)() == 1")
    press(nvim, "n")
    assert answers(nvim) == {"a": {"optionId": "reject"}}


def test_asked_for_when_none_waits_that_is_said(nvim: Neovim) -> None:
    nvim.lua('vim.cmd("ChatApprove")')
    assert "no question waits" in nvim.wait("return SAID[1]")
