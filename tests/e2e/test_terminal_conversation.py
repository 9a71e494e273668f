"""`chatls chat` as a person uses it: a real terminal, the real server, scripted models."""

import os
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from chatls.terminal.rows import Block, Painter
from tests.support.chat_terminal import LONG_ANSWER, User, find_process, make_user
from tests.support.term import EXITED, Term

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="tmux is not there")

SGR = re.compile(r"\x1b\[[0-9;]*m")
PROMPT = "› "


@pytest.fixture
def user(tmp_path: Path) -> User:
    return make_user(tmp_path)


def say(term: Term, text: str) -> None:
    term.text(text)
    term.keys("Enter")


def ended(model: str) -> Callable[[str], bool]:
    """Whether the screen shows the last line of an answer."""
    return lambda screen: re.search(rf"s · scripted/{model}\n", screen) is not None


def drawn(text: str, width: int) -> list[str]:
    """The rows of an answer, drawn at once."""
    return [SGR.sub("", row) for row in Painter().rows(Block("answer", text), width)]


def tail(screen: str, model: str) -> list[str]:
    """The rows above the status line, without the empty ones: the end of the answer, and its summary."""
    rows = [row for row in screen.splitlines() if row]
    return rows[: rows.index(f"{model} · /help")] if f"{model} · /help" in rows else []


def test_an_answer_is_drawn_and_its_figures_told(user: User) -> None:
    with user.talk("hello") as term:
        say(term, "hi there")
        screen = term.wait(ended("hello"))
        assert "› hi there\n\nHello world.\n\n" in screen
        assert re.search(r"\d+ m?s · scripted/hello\n", screen)


def test_tools_are_shown_as_they_run(user: User) -> None:
    with user.talk("tools") as term:
        say(term, "look")
        screen = term.wait("That was it.")
        assert "Let me look." in screen
        assert re.search(r"🔧 Read README.md … ✅ \d+ ms", screen)
        assert "🔧 Read nowhere.md … ❌ nowhere.md" in screen


def test_a_message_of_several_lines_and_a_paste(user: User) -> None:
    with user.talk("echo") as term:
        term.text("one")
        term.keys("M-Enter")
        term.text("two")
        term.keys("C-j")
        term.paste("three\nfour")
        assert "› one\n  two\n  three\n  four" in term.wait("four")
        term.keys("Enter")
        assert "\none two three four\n" in term.wait(ended("echo"))


def test_what_was_typed_is_there_again_the_next_time(user: User) -> None:
    with user.talk("hello") as term:
        say(term, "remember me")
        term.wait(ended("hello"))
        term.keys("C-d")
        term.wait(EXITED.format(0))
    with user.talk("hello") as term:
        term.keys("Up")
        assert "› remember me" in term.wait("› remember me")


def test_files_are_completed_and_attached(user: User) -> None:
    with user.talk("echo") as term:
        term.text("@sr")
        term.wait("  src/")
        term.keys("Tab", "Enter")
        term.text("de")
        term.wait("  src/deep/")
        term.keys("C-u")
        term.text("what is in @alp")
        term.wait("  src/alpha.py")
        term.keys("Tab", "Enter")
        term.wait("› what is in @src/alpha.py")
        say(term, ":2 and @nope.py?")
        screen = term.wait(ended("echo"))
        assert "@nope.py is no readable file of the workspace" in screen
        assert "two = 2" in screen
        assert "one = 1" not in screen


def test_commands_and_ranges_are_completed_and_what_is_mistyped_is_not_sent(user: User) -> None:
    (user.workspace / "src" / "calc.py").write_text(
        "def add(a, b):\n    return a + b\n\n\ndef neg(a):\n    return -a\n"
    )
    with user.talk("echo") as term:
        term.text("/exp")
        term.wait("  /explain")
        term.keys("Tab", "Enter")
        term.wait("› /explain")
        term.text("@src/calc.py:n")
        term.wait("function neg")
        term.keys("Tab", "Enter")
        term.wait("› /explain @src/calc.py:5-6")
        term.keys("Enter")
        screen = term.wait(ended("echo"))
        assert "What to explain: @src/calc.py:5-6" in screen
        assert "return -a" in screen
        say(term, "/explian it")
        term.wait("There is no command /explian")


def test_one_message_waits_while_an_answer_runs(user: User) -> None:
    with user.talk("slow") as term:
        say(term, "one")
        term.wait("So far.")
        say(term, "/model scripted/hello")
        say(term, "two")
        term.wait("1 message waits")
        say(term, "three")
        assert "› three" in term.wait("One message waits already")
        term.keys("C-c")
        assert "Cancelled" in term.wait("Hello world.")


def test_ctrl_c_stops_the_answer_and_the_next_one_works(user: User) -> None:
    with user.talk("slow") as term:
        say(term, "go")
        term.wait("So far.")
        term.keys("C-c")
        assert "So far." in term.wait("Cancelled")
        say(term, "/model scripted/hello")
        say(term, "again")
        term.wait("Hello world.")


def test_ctrl_c_twice_ends_the_program(user: User) -> None:
    with user.talk("slow") as term:
        say(term, "go")
        term.wait("So far.")
        term.keys("C-c", "C-c")
        assert "So far." in term.wait(EXITED.format(130))


def test_a_long_answer_scrolls_by_whole(user: User) -> None:
    with user.talk("drip") as term:
        say(term, "go")
        term.wait("value_")
        term.wait(ended("drip"))
        rows = [row for row in term.history().splitlines() if row]
        expected = [row for row in drawn(LONG_ANSWER, 80) if row]
        first = rows.index(expected[0])
        assert rows[first : first + len(expected)] == expected


def test_a_resize_leaves_a_clean_screen(user: User) -> None:
    with user.talk("drip") as term:
        say(term, "go")
        term.wait("value_")
        for width, height in ((50, 24), (100, 30), (40, 15)):
            term.resize(width, height)
        term.wait(ended("drip"))
        *answer, _summary = tail(term.wait("\n› Ask"), "scripted/drip")
        assert len(answer) > 5
        assert answer == [row for row in drawn(LONG_ANSWER, 40) if row][-len(answer) :]


def test_a_resize_while_nothing_runs_leaves_a_clean_screen(user: User) -> None:
    with user.talk("long", width=100) as term:
        say(term, "go")
        term.wait(ended("long"))
        term.text("half a message")
        term.resize(60, 20)
        expected = [row for row in drawn(LONG_ANSWER, 60) if row][-10:]
        term.wait(lambda screen: tail(screen, "scripted/long")[-11:-1] == expected and screen.count("/help") == 1)
        assert "› half a message" in term.screen()


def test_a_server_that_is_killed_is_told_and_replaced(user: User) -> None:
    with user.talk("slow", width=200) as term:
        say(term, "go")
        term.wait("So far.")
        os.kill(find_process("chatls", user.environment), signal.SIGKILL)
        screen = term.wait("Your next message starts a new server")
        assert "So far." in screen
        assert "The server ended unexpectedly (signal 9)" in screen
        assert "chatls.log" in screen
        say(term, "/model scripted/hello")
        say(term, "again")
        term.wait("Hello world.")


def test_models_sessions_and_a_session_resumed(user: User) -> None:
    with user.talk("hello") as term:
        say(term, "first words")
        term.wait("Hello world.")
        say(term, "/model")
        assert "* scripted/hello" in term.wait("offline/assistant")
        say(term, "/new")
        term.wait("begins a new session")
        say(term, "/sessions")
        term.wait("1. first words")
        say(term, "/sessions 1")
        screen = term.wait("This session goes on: first words")
        assert "› first words\n\nHello world." in screen


def test_one_question_in_a_terminal_is_drawn_and_ends(user: User) -> None:
    with user.chat("--model", "scripted/tools", "look") as term:
        screen = term.wait(EXITED.format(0))
        assert "That was it." in screen
        assert "✅" in screen
        assert PROMPT not in screen


def test_one_question_in_a_terminal_is_stopped_by_ctrl_c(user: User) -> None:
    with user.chat("--model", "scripted/slow", "go") as term:
        term.wait("So far.")
        term.keys("C-c")
        assert "Cancelled" in term.wait(EXITED.format(130))
