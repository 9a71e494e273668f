"""Servers that do what the protocol forbids: the turn ends, the text is right, and nobody's statusline breaks."""

import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.support.chat_terminal import User
from tests.support.neovim import Neovim, headless

SUPPORT = Path(__file__).parent.parent / "support"
ODD = SUPPORT / "odd_chatls.py"
FAKE = SUPPORT / "fake_chatls.py"
WATCH = """
PROGRESS = {}
vim.api.nvim_create_autocmd("LspProgress", { callback = function(event)
  local value = event.data.params.value
  PROGRESS[#PROGRESS + 1] = value.kind
end })
CONV = require("chatls").current()
function ASK(text) require("chatls.turn").send(CONV, { content = text }) end
function LAST() return CONV.turns[#CONV.turns] end
function OVER() return not require("chatls.turn").is_running(CONV) and LAST().state ~= "running" end
"""
OUTCOME = 'return { LAST().state, require("chatls.state").text(LAST()), vim.lsp.status() ~= nil }'


@pytest.fixture
def bare(program: Path, user: User) -> Generator[Neovim]:
    with headless(program, user) as yours:
        yours.lua(WATCH)
        yield yours


def use(nvim: Neovim, server: Path, *arguments: str) -> None:
    nvim.lua('require("chatls").setup({ cmd = ... })', [sys.executable, str(server), *arguments])


def ask(nvim: Neovim, text: str) -> list[object]:
    """The state, the text, and that `vim.lsp.status()` did not raise."""
    nvim.lua("ASK(...)", text)
    nvim.wait("return OVER()")
    return nvim.lua(OUTCOME)


@pytest.mark.parametrize("order", ["resultfirst", "noend", "late", "twice"])
def test_a_turn_ends_in_whatever_order_its_ends_come(bare: Neovim, order: str) -> None:
    use(bare, ODD, "odd")
    assert ask(bare, order) == ["done", "one ", True]
    assert ask(bare, "hello") == ["done", "Hello *world*", True]
    assert bare.lua("return PROGRESS") == ["begin", "end", "begin", "end"]


def test_what_was_not_begun_is_shown_and_announced_to_nobody(bare: Neovim) -> None:
    use(bare, ODD, "unbegun")
    assert ask(bare, "twice") == ["done", "one ", True]
    assert bare.lua("return PROGRESS") == []


@pytest.mark.parametrize("word", ["gap", "unseen"])
def test_what_was_missed_is_fetched(bare: Neovim, word: str) -> None:
    use(bare, ODD, "odd")
    bare.lua("ASK(...)", word)
    bare.wait('return OVER() and require("chatls.state").text(LAST()) == "one two three"')


def test_a_refusal_with_data_of_no_kind_is_shown(bare: Neovim) -> None:
    use(bare, ODD, "odd")
    assert ask(bare, "error") == ["failed", "", True]
    assert bare.lua("return LAST().error.message") == "No."


def test_a_server_that_dies_leaves_its_text_and_one_clear_line(bare: Neovim) -> None:
    use(bare, FAKE)
    assert ask(bare, "die") == ["cut", "last words", True]
    assert bare.lua("return { LAST().error.message, CONV.connection }") == [
        "The server ended with exit code 3.",
        "dead",
    ]
    assert bare.lua("return PROGRESS") == ["begin", "end"]
    assert ask(bare, "hello") == ["done", "Hello *world*", True]
    assert bare.lua("return #vim.lsp.get_clients()") == 1


@pytest.mark.parametrize(
    ("server", "arguments", "message", "hint"),
    [
        (FAKE, ["--broken"], "The server ended with exit code 1.", "`:checkhealth chatls`"),
        (FAKE, ["--protocol", "2"], "The server speaks version 2 of the protocol, this plugin 1.", "Update the plugin"),
        (FAKE, ["--protocol", "0"], "The server speaks version 0 of the protocol, this plugin 1.", "Update the server"),
        (ODD, ["other"], "The program that was started is no chatls server.", "option `cmd`"),
    ],
)
def test_a_server_that_cannot_be_used_is_one_sentence_and_what_to_do(
    bare: Neovim, server: Path, arguments: list[str], message: str, hint: str
) -> None:
    use(bare, server, *arguments)
    assert ask(bare, "hello") == ["failed", "", True]
    error = bare.lua("return LAST().error")
    assert error["message"] == message
    assert hint in error["hint"]
    bare.wait("return #vim.lsp.get_clients() == 0")


def test_a_server_that_says_nothing_is_given_up_after_a_while(bare: Neovim) -> None:
    use(bare, ODD, "silent")
    bare.lua('require("chatls.link").START_LIMIT = 50 ASK("hello")')
    bare.wait("return OVER()")
    assert "did not answer" in bare.lua("return LAST().error.message")
    bare.wait("return #vim.lsp.get_clients() == 0")


def test_a_server_that_ignores_a_cancel_is_ended_by_the_second_stop(bare: Neovim) -> None:
    use(bare, FAKE)
    bare.lua('require("chatls.turn").PATIENCE = 0 ASK("deaf")')
    bare.wait('return LAST() and require("chatls.state").text(LAST()) == "so far"')
    bare.lua('require("chatls.turn").stop(CONV)')
    bare.wait('return require("chatls.state").text(LAST()) == "so far."')
    bare.lua('require("chatls.turn").stop(CONV)')
    bare.wait("return OVER()")
    assert bare.lua("return { LAST().state, CONV.connection }") == ["cut", "dead"]


def test_stopping_before_the_server_has_started_sends_nothing(bare: Neovim) -> None:
    use(bare, ODD, "silent")
    bare.lua('ASK("hello") require("chatls.turn").stop(CONV)')
    bare.wait("return OVER()")
    assert bare.lua("return LAST().state") == "cancelled"
    bare.lua('require("chatls").quit()')
    bare.wait("return #vim.lsp.get_clients() == 0")


def test_a_turn_whose_model_failed_is_failed_though_text_was_shown(bare: Neovim) -> None:
    use(bare, FAKE)
    assert ask(bare, "fail") == ["failed", "Half", True]
    assert bare.lua("return LAST().error.hint == nil") is True
