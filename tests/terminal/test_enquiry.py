"""A server that is asked a few things and ended."""

import sys
from pathlib import Path

import pytest

from chatls.terminal import enquiry
from chatls.terminal.enquiry import Enquiry

FAKE = str(Path(__file__).parents[1] / "support" / "fake_chatls.py")


def ask_fake(*args: str) -> Enquiry:
    return Enquiry([sys.executable, FAKE, *args], Path.cwd())


def test_requests_are_answered_one_after_the_other() -> None:
    with ask_fake() as asked:
        assert asked.begin() is None
        assert asked.call("chat/listModels", {}).values["default"] == "fake/model"
        assert asked.call("chat/listSessions", {}).values == {"sessions": []}
    assert asked.notices == ["Mind the gap."]


def test_another_version_is_told() -> None:
    with ask_fake("--protocol", "2") as asked:
        failure = asked.begin()
    assert failure
    assert "update this client" in failure.message


def test_a_server_that_ends_is_told() -> None:
    with Enquiry([sys.executable, "-c", "raise SystemExit('no good')"], Path.cwd()) as asked:
        failure = asked.begin()
    assert failure
    assert "no good" in failure.message


def test_a_server_that_does_not_answer_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enquiry, "SECONDS", 0.1)
    with Enquiry([sys.executable, "-c", "import sys; sys.stdin.read()"], Path.cwd()) as asked:
        failure = asked.begin()
    assert failure
    assert "did not answer" in failure.message
