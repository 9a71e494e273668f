"""Conversations that last: `chatls sessions`, `chatls chat --resume`, and what a conversation does with sessions.

The real server, restarted between the commands: what is found again was on disk.
"""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chatls.terminal import sessions as command
from chatls.terminal.args import SessionsArgs
from tests.support.chat_terminal import CHAT, User, find_process, make_user
from tests.support.term import EXITED, Term

HELLO = ("--model", "scripted/hello")
on_terminals = pytest.mark.skipif(sys.platform == "win32", reason="tmux is not there")


@pytest.fixture
def user(tmp_path: Path) -> User:
    return make_user(tmp_path)


def run(user: User, *args: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **user.environment}
    return subprocess.run(
        [*CHAT[:-1], *args],
        stdin=subprocess.DEVNULL,
        cwd=user.workspace,
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def sessions(user: User, *args: str) -> list[dict[str, Any]]:
    """What `chatls sessions --json` lists, the one used last first."""
    return json.loads(run(user, "sessions", "--json", *args).stdout)["sessions"]


def say(term: Term, text: str) -> None:
    term.text(text)
    term.keys("Enter")


def test_what_was_talked_about_is_listed_with_its_id_and_found_by_words(user: User) -> None:
    for question in ("first words", "second question"):
        run(user, "chat", *HELLO, question)
    listed = sessions(user)
    assert [(session["title"], session["turns"]) for session in listed] == [("second question", 1), ("first words", 1)]
    lines = run(user, "sessions", "--workspace", str(user.workspace)).stdout.splitlines()
    assert lines[0] == f"{listed[0]['sessionId'][:8]}  just now  1 turn  second question"
    assert [session["title"] for session in sessions(user, "--query", "FIRST")] == ["first words"]
    assert run(user, "sessions", "--query", "nothing like it").stdout == ""


def test_one_question_goes_on_with_a_session_by_the_beginning_of_its_id(user: User) -> None:
    for question in ("first words", "second question"):
        run(user, "chat", *HELLO, question)
    [_, first] = sessions(user)
    assert run(user, "chat", *HELLO, "more", "--resume", first["sessionId"][:8]).returncode == 0
    again, _ = sessions(user)
    assert (again["sessionId"], again["turns"]) == (first["sessionId"], 2)
    result = run(user, "chat", *HELLO, "more", "--resume", "nope")
    assert (result.returncode, result.stdout) == (2, "")
    assert "There is no session in this workspace whose id begins with nope." in result.stderr


def test_a_session_is_renamed_and_deleted(user: User) -> None:
    run(user, "chat", *HELLO, "first words")
    [session] = sessions(user)
    renamed = run(user, "sessions", "rename", session["sessionId"][:6], "A", "better", "name")
    assert renamed.stdout == "Renamed: first words → A better name\n"
    assert [found["title"] for found in sessions(user)] == ["A better name"]
    assert run(user, "sessions", "delete", session["sessionId"]).stdout == "Deleted: A better name\n"
    assert sessions(user) == []
    assert run(user, "sessions", "delete", session["sessionId"]).returncode == 1


def test_a_list_of_several_pages_is_whole(
    user: User, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for question in ("one", "two", "three"):
        run(user, "chat", *HELLO, question)
    for name, value in user.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(command, "PAGE", 1)
    assert command.sessions(SessionsArgs(workspace=str(user.workspace))) == 0
    assert [line.split()[-1] for line in capsys.readouterr().out.splitlines()] == ["three", "two", "one"]


@on_terminals
def test_a_session_that_answers_elsewhere_says_so_and_is_not_deleted(user: User) -> None:
    with user.talk("slow") as term:
        say(term, "go")
        term.wait("So far.")
        assert run(user, "sessions").stdout.endswith("go  (answering)\n")
        [session] = sessions(user)
        result = run(user, "sessions", "delete", session["sessionId"])
        assert (result.returncode, result.stdout) == (1, "")
        assert "still answering" in result.stderr
    assert len(sessions(user)) == 1


@on_terminals
def test_a_conversation_is_resumed_after_a_restart_with_its_end_before_the_eyes(user: User) -> None:
    run(user, "chat", *HELLO, "first words")
    [session] = sessions(user)
    with user.chat(*HELLO, "--resume", session["sessionId"][:8]) as term:
        screen = term.wait("This session goes on: first words", 30)
        assert "› first words\n\nHello world." in screen
        say(term, "more")
        term.wait(lambda screen: screen.count("Hello world.") == 2)
        term.keys("C-d")
        term.wait(EXITED.format(0))
    assert [found["turns"] for found in sessions(user)] == [2]


@on_terminals
def test_a_server_that_was_killed_is_replaced_and_the_session_goes_on(user: User) -> None:
    with user.talk("slow", width=200) as term:
        say(term, "go")
        term.wait("So far.")
        os.kill(find_process("chatls", user.environment), signal.SIGKILL)
        term.wait("goes on in this session")
        say(term, "/model scripted/hello")
        say(term, "again")
        term.wait("Hello world.")
    [session] = sessions(user)
    assert (session["title"], session["turns"]) == ("go", 2)


@on_terminals
def test_sessions_are_named_copied_chosen_and_deleted_in_a_conversation(user: User) -> None:
    with user.talk("hello") as term:
        say(term, "first words")
        term.wait("Hello world.")
        term.text("/ren")
        term.wait("  /rename")
        term.keys("Tab", "Enter")
        term.wait("› /rename")
        say(term, " The original")
        term.wait("This session is called: The original")
        say(term, "/fork")
        term.wait("goes on in a copy of this session")
        say(term, "more")
        term.wait(lambda screen: screen.count("Hello world.") == 2)
        say(term, "/rename The copy")
        term.wait("This session is called: The copy")
        say(term, "/sessions")
        screen = term.wait("/sessions N goes on")
        assert re.search(r"\* 1\. The copy  \(2 turns", screen)
        assert re.search(r"  2\. The original  \(1 turn", screen)
        say(term, "/sessions delete 1")
        term.wait("Deleted: The copy")
        say(term, "/sessions The")
        term.wait("whose id begins with The")
    assert [session["title"] for session in sessions(user)] == ["The original"]
