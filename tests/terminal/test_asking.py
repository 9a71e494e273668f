"""What is asked, and which way the answer is shown."""

import io
from pathlib import Path
from typing import cast

import pytest

from chatls.terminal import asking, exits
from chatls.terminal.args import ChatArgs
from chatls.terminal.asking import MAX_STDIN, ask
from chatls.terminal.process import ServerProcess
from chatls.terminal.spawn import Process
from chatls.terminal.turn import Question


class Stdin(io.TextIOWrapper):
    def __init__(self, data: bytes, *, tty: bool) -> None:
        super().__init__(io.BytesIO(data))
        self._tty = tty

    def isatty(self) -> bool:
        return self._tty


class Server:
    """Stands in for the process; only its end is of interest."""

    stopped = 0

    def __init__(self, _process: object) -> None:
        type(self).stopped = 0

    def stop(self) -> None:
        type(self).stopped += 1


class Answer:
    """Stands in for one-shot mode: keeps what was asked."""

    question: Question | None = None
    as_json = False

    def __init__(self, _server: ServerProcess, question: Question, *, as_json: bool) -> None:
        type(self).question, type(self).as_json = question, as_json

    def run(self, _folder: Path) -> int:
        return 7


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    Answer.question = None
    monkeypatch.setattr(asking, "ServerProcess", Server)
    monkeypatch.setattr("chatls.terminal.oneshot.OneShot", Answer)


def asked(monkeypatch: pytest.MonkeyPatch, args: ChatArgs, data: bytes = b"", *, tty: bool = False) -> int:
    monkeypatch.setattr("sys.stdin", Stdin(data, tty=tty))
    return ask(args, cast("Process", None))


def test_a_prompt_is_the_question_and_piped_text_goes_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(monkeypatch, ChatArgs("sum up @a.py", model="m", agent="a", resume="s"), b"text \xff") == 7
    question = Answer.question
    assert question is not None
    assert (question.text, question.model, question.agent, question.session_id) == ("sum up @a.py", "m", "a", "s")
    assert question.attachments == ({"type": "text", "name": "stdin", "text": "text \ufffd"},)


def test_piped_text_alone_is_the_question(monkeypatch: pytest.MonkeyPatch) -> None:
    asked(monkeypatch, ChatArgs(), b"see @a.py")
    assert Answer.question == Question("see @a.py")


def test_a_terminal_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    asked(monkeypatch, ChatArgs("hi", json=True), b"typed", tty=True)
    assert Answer.question == Question("hi")
    assert Answer.as_json


@pytest.mark.parametrize("args", [ChatArgs(), ChatArgs(""), ChatArgs(" ")], ids=["nothing", "empty", "blank"])
def test_nothing_to_ask_is_wrong_usage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], args: ChatArgs
) -> None:
    assert asked(monkeypatch, args) == exits.USAGE
    assert "nothing to ask" in capsys.readouterr().err
    assert Server.stopped == 1


def test_piped_text_that_is_too_long_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(monkeypatch, ChatArgs("hi"), b"x" * (MAX_STDIN + 1)) == exits.USAGE
    assert "longer than 32 MiB" in capsys.readouterr().err
    assert Answer.question is None


def test_a_dumb_terminal_has_no_conversation(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(asking, "_terminal_draws", lambda: False)
    assert asked(monkeypatch, ChatArgs(), tty=True) == exits.USAGE
    assert "TERM is dumb" in capsys.readouterr().err
