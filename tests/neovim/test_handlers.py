"""What the server asks (`handlers.lua`): answered late without blocking, once, and withdrawn when nobody waits."""

import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.support.chat_terminal import User
from tests.support.neovim import Neovim, headless

FAKE = Path(__file__).parent.parent / "support" / "fake_chatls.py"
STUB = """
ASKED, CLOSED = {}, {}
package.loaded["chatls.approvals"] = {
  on_request = function(params, _, respond) ASKED[#ASKED + 1] = { id = params.approvalId, respond = respond } end,
  on_closed = function(params) CLOSED[#CLOSED + 1] = params.approvalId end,
}
CONV = require("chatls").current()
function ASK(text) require("chatls.turn").send(CONV, { content = text }) end
function TEXT() return require("chatls.state").text(CONV.turns[#CONV.turns]) end
"""
OVER = "return not require('chatls.turn').is_running(CONV)"


@pytest.fixture
def asked(program: Path, user: User) -> Generator[Neovim]:
    """A Neovim whose approvals are answered by the test."""
    with headless(program, user) as yours:
        yours.lua('require("chatls").setup({ cmd = ... })', [sys.executable, str(FAKE)])
        yours.lua(STUB)
        yield yours


def test_questions_are_answered_late_and_in_any_order_while_the_editor_goes_on(asked: Neovim) -> None:
    asked.lua('ASK("two")')
    asked.wait("return #ASKED == 2")
    asked.lua('ASKED[2].respond({ optionId = "second" }) ASKED[2].respond({ optionId = "again" })')
    asked.wait('return TEXT():find("second", 1, true)')
    assert "again" not in asked.lua("return TEXT()")
    asked.lua('ASKED[1].respond({ optionId = "first" })')
    asked.wait(OVER)
    assert asked.lua("return TEXT()") == 'answered {"optionId": "second"}\n\nanswered {"optionId": "first"}'


def test_the_first_of_two_answers_at_once_counts(asked: Neovim) -> None:
    asked.lua("""
    package.loaded["chatls.approvals"].on_request = function(_, _, respond)
      respond({ optionId = "first" })
      respond({ optionId = "second" })
    end
    ASK("approve")
    """)
    asked.wait(OVER)
    assert asked.lua("return TEXT()") == 'answered {"optionId": "first"}'


def test_a_question_that_is_withdrawn_is_closed_and_answered(asked: Neovim) -> None:
    asked.lua('ASK("withdraw")')
    asked.wait(OVER)
    assert asked.lua("return { CLOSED, TEXT() }") == [["a77"], "answered {}"]
    asked.lua('ASKED[1].respond({ optionId = "late" })')
    assert asked.lua("return TEXT()") == "answered {}"


def test_questions_of_a_server_that_died_are_closed(asked: Neovim) -> None:
    asked.lua('ASK("approve")')
    asked.wait("return #ASKED == 1")
    asked.lua('require("chatls.client").kill(CONV.root)')
    asked.wait(OVER)
    assert asked.lua("return CLOSED") == ["a77"]


def test_a_question_whose_asking_fails_is_answered_with_an_error(asked: Neovim) -> None:
    asked.lua('package.loaded["chatls.approvals"].on_request = function() error("broken") end ASK("approve")')
    asked.wait(OVER)
    assert asked.lua("return TEXT()") == "answered null"


def test_what_the_server_tells_the_user_is_one_line_with_our_name_once(asked: Neovim) -> None:
    asked.lua("""
    TOLD = {}
    vim.notify = function(text, level) TOLD[#TOLD + 1] = { text, level } end
    require("chatls.client").request(CONV.root, "chat/listModels", nil, function() LISTED = true end)
    """)
    asked.wait("return LISTED and #TOLD > 0")
    asked.lua('require("chatls.notify").info("chatls: said\\n twice")')
    asked.wait("return #TOLD == 2")
    assert asked.lua("return TOLD") == [["chatls: Mind the gap.", 3], ["chatls: said twice", 2]]
