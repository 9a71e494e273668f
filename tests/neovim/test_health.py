"""`:checkhealth chatls`: what is looked at, and that what is wrong comes with the way to mend it."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.support.chat_terminal import User
from tests.support.neovim import Neovim, headless
from tests.support.neovim_screen import Screen

REPORT = """
vim.cmd.checkhealth("chatls")
return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\\n")
"""


@pytest.fixture
def nvim(newest: Path, user: User) -> Generator[Neovim]:
    with headless(newest, user) as yours:
        yield yours


def test_it_looks_at_neovim_server_models_ripgrep_and_confinement(tui: Screen) -> None:
    tui.ex("checkhealth chatls")
    tui.wait("return vim.bo.filetype == 'checkhealth'", seconds=60)
    report = tui.lua("return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\\n')")
    for text in ("Neovim 0.", "the commands are there", "from option `cmd`", "Python 3.", "chatls 0.", "ripgrep"):
        assert text in report
    assert "commands are confined" in report or "commands are not confined" in report
    assert "ollama: " in report
    assert "ERROR" not in report
    tui.term.wait("chatls: server")


def test_the_users_settings_count_for_what_is_found(nvim: Neovim) -> None:
    nvim.use_server("scripted/hello", settings={"ollama": {"numCtx": 4096}})
    report = nvim.lua(REPORT)
    assert "scripted/hello answers where no model is named" in report
    assert "CHATLS_OLLAMA_NUM_CTX" in report
    assert "no language model" not in report


def test_a_server_that_is_not_there_is_an_error_with_advice(nvim: Neovim) -> None:
    nvim.lua('require("chatls").setup({ cmd = { "no-such-program" } })')
    report = nvim.lua(REPORT)
    assert "names `no-such-program`, which is no program here" in report
    assert "ADVICE" in report


def test_a_command_that_is_no_chatls_is_an_error_with_advice(nvim: Neovim) -> None:
    nvim.lua('require("chatls").setup({ cmd = { "true" } })')
    report = nvim.lua(REPORT)
    assert "`true doctor` says nothing" in report
    assert "server/bootstrap.py" in report


def test_each_finding_of_the_doctor_keeps_its_advice(nvim: Neovim) -> None:
    output = "✓ fine\n! so so\n  → mend it\n  → or not\n✗ bad\nsomething else\n"
    assert nvim.lua("return require('chatls.health').findings(...)", output) == [
        {"sign": "✓", "text": "fine", "advice": []},
        {"sign": "!", "text": "so so", "advice": ["mend it", "or not"]},
        {"sign": "✗", "text": "bad", "advice": []},
    ]
