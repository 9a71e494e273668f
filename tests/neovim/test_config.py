"""Options (`config.lua`, `setup`): all have defaults; what is wrong is said by name and keeps its default."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from tests.support.chat_terminal import User
from tests.support.neovim import Neovim, headless


@pytest.fixture
def plain(newest: Path, user: User) -> Generator[Neovim]:
    with headless(newest, user) as yours:
        yours.lua("""
        TOLD = {}
        vim.notify = function(text) TOLD[#TOLD + 1] = text end
        """)
        yield yours


def setup(nvim: Neovim, options: object) -> list[str]:
    nvim.lua('TOLD = {} require("chatls").setup(...)', options)
    nvim.lua("vim.wait(0)")
    return nvim.lua("return TOLD")


def option(nvim: Neovim, name: str) -> object:
    return nvim.lua(
        'return vim.tbl_get(require("chatls.config").get(), unpack(vim.split(..., ".", { plain = true })))', name
    )


def test_what_is_left_out_has_its_default(plain: Neovim) -> None:
    assert setup(plain, {"panel": {"width": 60}}) == []
    assert [option(plain, name) for name in ("panel.width", "panel.position", "sync")] == [60, "right", True]
    assert setup(plain, {}) == []
    assert option(plain, "panel.width") == 0.4


@pytest.mark.parametrize(
    ("options", "name", "said"),
    [
        ({"panel": {"width": "wide"}}, "panel.width", 'option `panel.width` should be a number above 0, not "wide"'),
        ({"panel": {"position": "top"}}, "panel.position", 'should be "right", "left" or "bottom", not "top"'),
        ({"cmd": "chatls"}, "cmd", 'option `cmd` should be a list of words such as { "chatls" }, not "chatls"'),
        ({"sync": 1}, "sync", "option `sync` should be true or false, not 1"),
        ({"settings": "x"}, "settings", "option `settings` should be a table of the server's settings"),
    ],
)
def test_a_wrong_value_is_said_by_name_and_the_default_counts(
    plain: Neovim, options: dict[str, Any], name: str, said: str
) -> None:
    default = option(plain, name)
    told = setup(plain, {**options, "root_markers": ["x"]})
    assert len(told) == 1
    assert said in told[0]
    assert option(plain, name) == default
    assert option(plain, "root_markers") == ["x"]


def test_an_option_that_does_not_exist_is_said_with_those_that_do(plain: Neovim) -> None:
    [told] = setup(plain, {"panle": {}})
    assert "there is no option `panle`; there are " in told
    assert "panel.width" in told


def test_settings_of_a_running_server_change_with_setup(nvim: Neovim) -> None:
    assert nvim.turn("one")["text"] == "Hello **world**."
    nvim.use_server("scripted/echo")
    assert nvim.turn("two")["text"] == "two"
