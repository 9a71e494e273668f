"""The terminal while a conversation runs, with a stand-in for the server: what `tests/e2e` cannot make a server do."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.fake_chatls import LONG_ANSWER
from tests.support.term import EXITED, Term

CLIENT = Path(__file__).parents[1] / "support" / "chat_client.py"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="tmux is not there")


def start(home: Path, *args: str, width: int = 80, height: int = 24) -> Term:
    environment = {"XDG_STATE_HOME": str(home)}
    return Term([sys.executable, str(CLIENT), *args], home, environment, width=width, height=height)


@contextmanager
def talk(home: Path, width: int = 80, height: int = 24) -> Generator[Term]:
    with start(home, width=width, height=height) as term:
        term.wait("/help")
        yield term


def say(term: Term, text: str) -> None:
    term.text(text)
    term.keys("Enter")


def test_a_screen_of_a_few_rows_shows_the_end_of_what_is_open(tmp_path: Path) -> None:
    with talk(tmp_path, width=40, height=8) as term:
        say(term, "long")
        term.wait("41 tok/s")
        rows = [row for row in term.screen().splitlines() if row]
        assert rows[-2:] == ["fake/model · /help", "› Ask something (@ file, / command)"]
        history = [row for row in term.history().splitlines() if row]
        items = [row for row in history if "item " in row]
        assert len(items) == LONG_ANSWER.count("item ")


def test_t98_an_answer_cannot_act_on_the_terminal(tmp_path: Path) -> None:
    with talk(tmp_path) as term:
        say(term, "escape")
        assert "› escape\n\na\\x1b]52;c;ZXZpbA==\\x07b\\x1b[2Jc\\x9b2Jde\n" in term.wait("41 tok/s")


def test_a_server_of_another_version_is_told_and_ends_it(tmp_path: Path) -> None:
    with start(tmp_path, "--protocol", "2", "--") as term:
        assert "update this client" in term.wait(EXITED.format(1)).replace("\n", " ")


def test_a_server_that_dies_at_once_is_told_and_ends_it(tmp_path: Path) -> None:
    with start(tmp_path, "--broken", "--") as term:
        assert "exit code 1: cannot start" in term.wait(EXITED.format(1)).replace("\n", " ")
