"""`chatls sessions`, with a stand-in for the server; tests/e2e/test_terminal_sessions.py has the real one."""

import json
import sys

import pytest

from chatls.terminal.args import SessionsArgs
from chatls.terminal.sessions import sessions
from tests.terminal.test_enquiry import FAKE

SERVER = (sys.executable, FAKE)


def test_where_there_are_no_sessions_nothing_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert sessions(SessionsArgs(server=SERVER)) == 0
    assert capsys.readouterr() == ("", "")


def test_json_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert sessions(SessionsArgs(json=True, server=SERVER)) == 0
    assert json.loads(capsys.readouterr().out) == {"sessions": []}


@pytest.mark.parametrize("action", ["rename", "delete"])
def test_a_session_that_is_not_there_is_told_with_where_to_look(
    capsys: pytest.CaptureFixture[str], action: str
) -> None:
    assert sessions(SessionsArgs(action, "ab", "T", server=SERVER)) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "no session in this workspace whose id begins with ab. `chatls sessions` lists them" in shown.err


def test_an_empty_id_is_not_the_session_used_last(capsys: pytest.CaptureFixture[str]) -> None:
    assert sessions(SessionsArgs("delete", "", server=SERVER)) == 2
    assert "Say which session" in capsys.readouterr().err


def test_a_server_that_cannot_be_used_is_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert sessions(SessionsArgs(server=(*SERVER, "--protocol", "2"))) == 1
    assert "update this client" in capsys.readouterr().err
    assert sessions(SessionsArgs(server=("no-such-command",))) == 1
    assert "no-such-command" in capsys.readouterr().err


def test_a_folder_that_is_none_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert sessions(SessionsArgs(workspace="nowhere")) == 2
    assert "nowhere is not a folder" in capsys.readouterr().err
