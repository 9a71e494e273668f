"""The program's own stdin and stdout."""

import io
import os
import subprocess
import sys

import pytest

from chatls.terminal import streams


def test_a_closed_stream_is_no_terminal() -> None:
    assert not streams.is_terminal(None)
    assert not streams.is_terminal(io.StringIO())


def test_what_the_encoding_does_not_have_is_written_as_a_question_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, "latin-1"))
    streams.stdout().write("ü ✅ \ud800")
    streams.stdout().flush()
    assert written.getvalue() == b"\xfc ? ?"


FORGETS = """
import sys
from chatls.terminal import streams
sys.stdin.read()
sys.stdout.write("still buffered when the reader is gone")
streams.forget_stdout()
"""


def test_a_forgotten_stdout_does_not_fail_when_the_interpreter_ends() -> None:
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", FORGETS], env=buffered, stdin=pipe, stdout=pipe, stderr=pipe
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (0, b"")
