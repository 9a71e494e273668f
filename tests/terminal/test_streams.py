"""The program's own stdin and stdout."""

import io
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


def test_a_forgotten_stdout_does_not_fail_when_the_interpreter_ends() -> None:
    script = "import sys; from chatls.terminal import streams; sys.stdin.read(); sys.stdout.write('x' * 99); streams.forget_stdout()"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stdin.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0
