"""A conversation that is told to end from outside."""

import os
import signal
import sys
from pathlib import Path

import pytest

from tests.support.chat_terminal import find_process
from tests.support.term import EXITED
from tests.terminal.test_screen import CLIENT, say, talk

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="tmux is not there")


def test_sigterm_puts_the_terminal_in_order(tmp_path: Path) -> None:
    with talk(tmp_path) as term:
        say(term, "hello")
        term.wait("Hello world")
        os.kill(find_process(str(CLIENT), {"XDG_STATE_HOME": str(tmp_path)}), signal.SIGTERM)
        screen = term.wait(EXITED.format(130))
        assert "Hello world" in screen
        assert "› Ask" not in screen


def test_a_history_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "chatls").write_text("in the way of the folder")
    with talk(tmp_path) as term:
        say(term, "hello")
        term.wait("Hello world")
        term.keys("Up")
        assert "Traceback" not in term.wait(lambda screen: screen.count("› hello") == 2)
