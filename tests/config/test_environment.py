"""The environment as the process has it."""

import pytest

from chatls.config.environment import inherited


def test_it_is_a_copy_of_what_there_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHATLS_TEST_X", "1")
    before = inherited()
    monkeypatch.setenv("CHATLS_TEST_X", "2")
    assert before["CHATLS_TEST_X"] == "1"
    assert inherited()["CHATLS_TEST_X"] == "2"
