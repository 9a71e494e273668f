"""The input line: what is sent, and what only changes it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from prompt_toolkit.application import Application
from prompt_toolkit.completion import Completer, DummyCompleter
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.layout import Layout
from prompt_toolkit.output import DummyOutput

from chatls.terminal.line import InputLine

ENTER, ALT_ENTER, CTRL_J, CTRL_D, TAB, UP = "\r", "\x1b\r", "\n", "\x04", "\t", "\x1b[A"
PASTE = "\x1b[200~{}\x1b[201~"
LEFT = "(left)"


@pytest.fixture
def keyboard() -> Iterator[PipeInput]:
    with create_pipe_input() as pipe:
        yield pipe


async def typed(
    keyboard: PipeInput,
    keys: str,
    *,
    history: Path | None = None,
    taken: bool = True,
    completer: Completer | None = None,
) -> list[str]:
    """What was submitted by these keys; Ctrl-D on an empty line, which ends it, adds `LEFT`."""
    submitted: list[str] = []

    def submit(text: str) -> bool:
        submitted.append(text)
        if not taken:
            application.exit()
        return taken

    def leave() -> None:
        submitted.append(LEFT)
        application.exit()

    line = InputLine(submit, leave, completer or DummyCompleter(), history)
    application = Application[None](Layout(line.container, line.window), input=keyboard, output=DummyOutput())
    keyboard.send_text(keys)
    async with asyncio.timeout(10):
        await application.run_async()
    return submitted if taken else [*submitted, line.buffer.text]


async def test_enter_sends(keyboard: PipeInput) -> None:
    assert await typed(keyboard, f"one{ENTER}two{ENTER}{CTRL_D}") == ["one", "two", LEFT]


@pytest.mark.parametrize("new_line", [ALT_ENTER, CTRL_J, f"\\{ENTER}"], ids=["Alt-Enter", "Ctrl-J", "backslash"])
async def test_a_message_may_have_several_lines(keyboard: PipeInput, new_line: str) -> None:
    assert await typed(keyboard, f"one{new_line}two{ENTER}{CTRL_D}") == ["one\ntwo", LEFT]


async def test_a_paste_keeps_its_lines_and_is_not_sent(keyboard: PipeInput) -> None:
    keys = PASTE.format("one\r\ntwo\n") + f"three{ENTER}{CTRL_D}"
    assert await typed(keyboard, keys) == ["one\ntwo\nthree", LEFT]


async def test_an_empty_line_is_not_sent(keyboard: PipeInput) -> None:
    assert await typed(keyboard, f"{ENTER}  {ENTER}\x7f\x7f{CTRL_D}") == [LEFT]


async def test_ctrl_d_leaves_only_an_empty_line(keyboard: PipeInput) -> None:
    assert await typed(keyboard, f"a{CTRL_D}b{ENTER}{CTRL_D}") == ["ab", LEFT]


async def test_what_is_not_taken_stays_to_be_changed(keyboard: PipeInput) -> None:
    assert await typed(keyboard, f"one{ENTER}", taken=False) == ["one", "one"]


async def test_up_brings_back_what_was_typed(keyboard: PipeInput, tmp_path: Path) -> None:
    history = tmp_path / "history"
    await typed(keyboard, f"first\\{ENTER}line{ENTER}{CTRL_D}", history=history)
    assert await typed(keyboard, f"{UP}!{ENTER}{CTRL_D}", history=history) == ["first\nline!", LEFT]
