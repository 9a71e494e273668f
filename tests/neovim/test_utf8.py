"""Bytes that are no UTF-8 (`utf8.lua`): a buffer can hold them, the wire cannot."""

from tests.support.neovim import OUTCOME, Neovim

CLEAN = 'return require("chatls.utf8").clean({ a = { ... }, b = 1, c = "x\\255y\\195", d = "é😀" })'
SEND = "require('chatls.turn').send(require('chatls').current(), { content = 'caf\\233 is asked' })"


def test_what_is_no_character_is_replaced_and_all_else_stays(nvim: Neovim) -> None:
    assert nvim.lua(CLEAN, "plain") == {"a": ["plain"], "b": 1, "c": "x\ufffdy\ufffd", "d": "é😀"}


def test_an_empty_object_stays_one(nvim: Neovim) -> None:
    assert nvim.lua('return vim.json.encode(require("chatls.utf8").clean({ a = vim.empty_dict() }))') == '{"a":{}}'


def test_a_message_with_such_bytes_is_answered(nvim: Neovim) -> None:
    nvim.use_server("scripted/echo")
    nvim.lua(SEND)
    nvim.wait("return not require('chatls.turn').is_running(require('chatls').current())")
    outcome = nvim.lua(OUTCOME)
    assert outcome["state"] == "done"
    assert "caf\ufffd is asked" in outcome["text"]
