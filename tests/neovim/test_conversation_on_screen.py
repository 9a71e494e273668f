"""A conversation as its user sees it in a real terminal: an answer in steps, stopped on the way, gone on with."""

import re

from tests.support.chat_terminal import LONG_ANSWER
from tests.support.neovim_screen import Screen

ANSWER = "return require('chatls.state').text(require('chatls').current().turns[1])"
STATE = "return require('chatls').current().turns[#require('chatls').current().turns].state"


def test_an_answer_is_seen_while_it_is_written_and_is_whole_at_the_end(tui: Screen) -> None:
    tui.use_server("scripted/drip")
    tui.ex("Chat tell me")
    seen: set[int] = set()
    tui.term.wait("item number", 30)
    while tui.lua(STATE) == "running" and len(seen) < 3:
        seen.add(len(re.findall(r"item number|value_\d+ =|row \d+", tui.term.screen())))
    assert len(seen) == 3
    tui.wait(STATE + " == 'done'", seconds=30)
    assert tui.lua(ANSWER) == LONG_ANSWER
    tui.term.wait("The end,")
    tui.quit()


def test_an_answer_that_is_stopped_stays_and_the_next_message_is_answered(tui: Screen) -> None:
    tui.use_server("scripted/slow")
    tui.ex("Chat tell me")
    tui.term.wait("So far.", 30)
    tui.ex("ChatStop")
    tui.wait(STATE + " == 'cancelled'")
    assert "So far." in tui.term.screen()
    assert tui.lua(ANSWER) == "So far. "
    tui.lua("require('chatls').current().model = 'scripted/hello'")
    tui.ex("Chat again")
    tui.term.wait("Hello world.", 30)
    tui.wait(STATE + " == 'done'")
    assert "So far." in tui.term.screen()
    tui.quit()


def test_stopped_when_nothing_is_written_says_so(tui: Screen) -> None:
    tui.ex("ChatStop")
    tui.term.wait("no answer is being written")


def test_the_first_message_takes_the_active_file_along_and_after_a_closed_panel_the_new_one(tui: Screen) -> None:
    tui.ex("edit README.md")
    tui.ex("Chat explain this")
    tui.term.wait("+ README.md")
    tui.term.wait("Hello world.")
    tui.ex("ChatToggle")
    tui.ex("edit src/alpha.py")
    tui.ex("Chat and this")
    tui.term.wait("+ src/alpha.py")
    tui.quit()


def test_a_file_with_secrets_is_not_taken_along_and_the_message_is_answered(tui: Screen) -> None:
    (tui.user.workspace / ".env").write_text("PASSWORD=hunter2\n")
    tui.use_server("scripted/echo")
    tui.ex("edit .env")
    tui.ex("Chat where is it set?")
    tui.term.wait("! .env may hold passwords or keys")
    tui.wait(STATE + " == 'done'")
    tui.term.wait("- not sent along: .env")
    answer = tui.lua(ANSWER)
    assert "where is it set?" in answer
    assert "hunter2" not in answer
    tui.quit()
