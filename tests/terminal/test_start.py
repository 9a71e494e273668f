"""How `chatls chat` begins."""

import io

import pytest

from chatls.terminal import exits, start
from chatls.terminal.args import ChatArgs


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def never(_command: object) -> None:
    raise AssertionError("the server was started")


def test_json_without_a_question_is_wrong_usage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr(start, "spawn", never)
    assert start.chat(ChatArgs(json=True)) == exits.USAGE
    assert "--json needs a PROMPT" in capsys.readouterr().err


def test_a_conversation_needs_a_terminal_to_show_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr(start, "spawn", never)
    assert start.chat(ChatArgs()) == exits.USAGE
    assert "needs a terminal" in capsys.readouterr().err


def test_a_server_that_cannot_be_started_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert start.chat(ChatArgs("hi", server=["no-such-command"])) == exits.FAILED
    assert "no-such-command" in capsys.readouterr().err
