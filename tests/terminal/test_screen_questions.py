"""Questions of the server in a real terminal, with a stand-in for the server: asked, looked at, answered, withdrawn."""

import re
import sys
from pathlib import Path

import pytest

from tests.support.fake_chatls import SESSION_LABEL
from tests.support.term import EXITED, Term
from tests.terminal.test_screen import say, start, talk

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="tmux is not there")

ONCE = 'answered {"optionId": "allow"}'
REJECTED = 'answered {"optionId": "reject"}'


def press(term: Term, key: str, wanted: str) -> str:
    """Press a key until the screen shows something: a question counts no keys in its first moment."""
    for _ in range(20):
        term.keys(key)
        try:
            return term.wait(wanted, 0.5)
        except AssertionError:
            continue
    raise AssertionError(f"{key} did not lead to {wanted!r}:\n{term.screen()}")


def test_a_question_takes_the_place_of_the_input_line(tmp_path: Path) -> None:
    with talk(tmp_path) as term:
        say(term, "approve it")
        screen = term.wait("? Run rm\\x1b[2J -rf\n  rm -rf \\u{202e}x\n")
        assert f"  1. Allow once\n  2. {SESSION_LABEL}\n  3. Reject\n" in screen
        assert "waits for your answer" in screen
        assert "› Ask" not in screen
        press(term, "Down", "❯ 1. Allow once")
        assert "Allow once: Run rm" in press(term, "Enter", ONCE)
        term.wait("› Ask")


def test_a_stray_enter_does_not_answer(tmp_path: Path) -> None:
    with talk(tmp_path) as term:
        say(term, "approve")
        term.wait("? Run rm")
        term.keys("Enter")
        press(term, "2", "❯ 2. Allow edits")  # keys count by now
        press(term, "Escape", REJECTED)
    with talk(tmp_path) as term:
        say(term, "approve")
        press(term, "v", "? Run rm\\x1b[2J -rf\n  rm -rf \\u{202e}x\n\n")
        term.keys("Enter", "Enter")
        assert "answered" not in press(term, "1", "❯ 1. Allow once")


def test_a_grant_says_what_it_grants_before_and_after(tmp_path: Path) -> None:
    with talk(tmp_path) as term:
        say(term, "edit")
        press(term, "2", f"❯ 2. {SESSION_LABEL}")
        screen = press(term, "Enter", 'answered {"optionId": "allow_session:0"}')
        assert f"{SESSION_LABEL}: Edit a.py" in screen.replace("\n", " ")


def test_a_diff_is_shown_and_one_of_its_parts_left_out(tmp_path: Path) -> None:
    with talk(tmp_path, height=30) as term:
        say(term, "edit")
        screen = term.wait("? Edit a.py")
        assert "  @@ -1,2 +1,3 @@\n   one = 1\n  -two = 2\n  +two = 3\n" in screen
        assert "  -twenty = 20\\x1b[2J\n  +twenty = \\u{202e}02\n" in screen
        press(term, "p", "Part 1 of 3")
        assert "+two = 3" in term.screen()
        term.keys("y")
        assert "+two = 3" not in term.wait("Part 2 of 3")
        term.keys("n")
        term.wait("Part 3 of 3")
        term.keys("y")
        assert "  ✗ 2. -20 +21  -twenty" in term.wait("Enter: Allow once, 2 of 3 parts")
        term.keys("Enter")
        screen = term.wait('answered {"optionId": "allow", "hunks": ["h1", "h3"]}')
        assert "Allow once, 2 of 3 parts: Edit a.py" in screen


def test_a_long_diff_is_cut_until_all_of_it_is_wanted(tmp_path: Path) -> None:
    with talk(tmp_path) as term:
        say(term, "create")
        screen = term.wait("⋮ 203 lines in all")
        assert "  +line 200\n" in screen
        assert "v shows all" in screen
        assert "+line 100\n" not in term.history()
        press(term, "v", "  +line 199\n  +line 200\n\n")
        assert re.findall(r"^  [+]line (\d+)$", term.history(), re.MULTILINE)[:200] == [str(n) for n in range(1, 201)]
        assert "  1. Allow once\n" in term.screen()
        press(term, "Escape", REJECTED)


def test_a_narrow_terminal_shows_what_is_asked_and_all_answers(tmp_path: Path) -> None:
    with talk(tmp_path, width=40, height=20) as term:
        say(term, "create")
        screen = term.wait("v shows all")
        assert "? Create new.txt\n" in screen
        assert "  2. Allow edits of ordinary files in\n     this workspace, in this session\n" in screen
        assert "  4. Always reject: Edit a.py\n" in screen


def test_a_resize_while_asking_leaves_a_clean_screen(tmp_path: Path) -> None:
    with talk(tmp_path, width=100, height=30) as term:
        say(term, "create")
        term.wait("v shows all")
        for width, height in ((40, 20), (120, 40), (60, 16)):
            term.resize(width, height)
        answers = "  2. Allow edits of ordinary files in this workspace, in\n     this session\n  3. Reject\n"
        parts = ("? Create", "1. Allow once", answers, "v shows", "waits for your answer")
        screen = term.wait(lambda screen: [screen.count(part) for part in parts] == [1] * len(parts))
        assert answers in screen
        press(term, "1", "❯ 1. Allow once")
        press(term, "Enter", ONCE)


def test_what_was_being_typed_is_there_after_a_question(tmp_path: Path) -> None:
    with talk(tmp_path) as term:
        say(term, "slow")
        term.wait("so far")
        term.text("a draft @x")  # asked for files, the stand-in asks a question
        assert "› a draft @x\n? Run rm" in term.wait("? Run rm")
        term.text("yz 1")  # typed on, without a pause
        term.wait(lambda screen: re.search("› a draft @xyz 1?\n", screen) is not None)
        assert re.search("› a draft @xyz 1?$", press(term, "Escape", REJECTED), re.MULTILINE)


def test_two_questions_are_asked_one_after_the_other(tmp_path: Path) -> None:
    with talk(tmp_path) as term:
        say(term, "two")
        assert "Run two" not in term.wait("? (1 of 2) Run one")
        press(term, "Escape", "? (2 of 2) Run two")
        press(term, "1", "❯ 1. Allow once")
        assert REJECTED in press(term, "Enter", ONCE)


def test_a_question_that_is_withdrawn_closes(tmp_path: Path) -> None:
    with talk(tmp_path) as term:
        say(term, "withdraw")
        assert REJECTED in term.wait("41 tok/s")
        screen = term.wait("› Ask")
        assert "? Run" not in screen
        assert "Reject: Run" not in screen


def test_ctrl_c_closes_the_question_with_the_answer(tmp_path: Path) -> None:
    with talk(tmp_path) as term:
        say(term, "approve")
        term.wait("? Run rm")
        term.keys("C-c")
        assert "? Run" not in term.wait("Cancelled")
        term.wait("› Ask")


def test_one_question_in_a_terminal_can_be_asked_back(tmp_path: Path) -> None:
    with start(tmp_path, "approve") as term:
        term.wait("  3. Reject")
        press(term, "1", "❯ 1. Allow once")
        assert ONCE in press(term, "Enter", EXITED.format(0))


def test_the_last_lines_of_a_running_command_are_in_sight(tmp_path: Path) -> None:
    with talk(tmp_path) as term:
        say(term, "run")
        screen = term.wait("│ step 9")
        assert "🔧 Run make … running\n   │ step 6\n   │ step 7\n   │ step 8\n   │ step 9\n" in screen
        assert "step 5" not in screen
        term.keys("C-c")
        assert "step" not in term.wait("Cancelled")


def test_what_was_changed_can_be_looked_at(tmp_path: Path) -> None:
    with talk(tmp_path) as term:
        say(term, "change")
        term.wait("🔧 Edit a.py … ✅ +3 −3 · 4 ms")
        say(term, "/diff")
        assert "  -forty = 40\n" in term.wait("  @@ -40 +41,0 @@")


def test_a_grant_is_taken_back(tmp_path: Path) -> None:
    with talk(tmp_path, width=120) as term:
        say(term, "/grants")
        assert f"1. session  {SESSION_LABEL}  (" in term.wait("2. always   Run make  (")
        term.text("/grants rev")
        term.wait("revoke 2")
        term.keys("Tab", "Enter", "Enter")
        term.wait(f"Taken back: {SESSION_LABEL}")
        say(term, "/grants")
        assert "/grants revoke N" in term.wait("1. always  Run make  (")
