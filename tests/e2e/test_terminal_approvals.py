"""A model that changes files and runs commands, and a person at a real terminal who decides, with the real server."""

import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.support.chat_terminal import SQUARE, make_user
from tests.support.term import Term
from tests.terminal.test_screen import say
from tests.terminal.test_screen_questions import press

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="tmux is not there")


@pytest.fixture
def term(tmp_path: Path) -> Generator[Term]:
    with make_user(tmp_path).talk("builder", width=100, height=40) as term:
        yield term


def answer(term: Term, question: str, key: str) -> str:
    """Answer a question by the number of the answer; the screen with the question."""
    asked = term.wait(question, 30)
    press(term, key, f"❯ {key}. ")
    term.keys("Enter")
    return asked


def test_a_person_decides_what_is_created_changed_and_run(term: Term, tmp_path: Path) -> None:
    file = tmp_path / "work" / "square.py"
    say(term, "build it")
    assert "  +def square(n):\n  +    return n + n\n" in term.wait("? Create square.py", 30)
    assert not file.exists()
    answer(term, "? Create square.py", "1")
    assert "  -    return n + n\n  +    return n * n\n" in term.wait("? Edit square.py")
    press(term, "p", "Part 1 of 2")
    term.keys("y")
    term.wait("Part 2 of 2")
    term.keys("n")
    term.wait("Enter: Allow once, 1 of 2 parts")
    term.keys("Enter")
    answer(term, "? Run sh check.sh", "1")
    screen = term.wait("That was it.")
    assert "🔧 Edit square.py … ✅ +1 −1" in screen
    assert "🔧 Run sh check.sh … ✅ exit code 0" in screen
    assert file.read_text() == SQUARE.replace("n + n", "n * n")


def test_what_is_rejected_does_not_happen(term: Term, tmp_path: Path) -> None:
    say(term, "build it")
    term.wait("? Create square.py")
    press(term, "Escape", "🔧 Create square.py … ❌ The user rejected this.")
    term.wait("? Run sh check.sh")
    press(term, "Escape", "That was it.")
    assert not (tmp_path / "work" / "square.py").exists()


def test_a_grant_holds_until_it_is_taken_back(term: Term, tmp_path: Path) -> None:
    say(term, "build it")
    assert "2. Allow edits of ordinary files in this session" in answer(term, "? Create square.py", "2")
    term.wait("🔧 Edit square.py … ✅ +2 −2")
    press(term, "Escape", "That was it.")
    say(term, "/grants")
    term.wait("1. session  Allow edits of ordinary files in this session  (just now)")
    say(term, "/grants revoke 1")
    term.wait("Taken back: Allow edits")
    say(term, "/grants")
    term.wait("Nothing is allowed or rejected for later")
    (tmp_path / "work" / "square.py").unlink()
    say(term, "again")
    term.wait("? Create square.py")


def test_a_person_takes_back_what_the_last_turn_did(term: Term, tmp_path: Path) -> None:
    file = tmp_path / "work" / "square.py"
    say(term, "build it")
    answer(term, "? Create square.py", "1")
    term.wait("? Edit square.py")
    press(term, "Escape", "? Run sh check.sh")
    press(term, "Escape", "That was it.")
    assert file.exists()
    say(term, "/undo")
    answer(term, "? Undo the last turn: build it", "3")
    screen = term.wait("1 turn has left the conversation.")
    assert "1 file is as it was before: square.py." in screen
    assert not file.exists()
    say(term, "/undo files")
    term.wait("There is nothing to undo")
