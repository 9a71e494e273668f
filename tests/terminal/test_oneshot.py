"""One question in a pipe: stdout, stderr and exit code, with a stand-in for the server."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

CLIENT = Path(__file__).parents[1] / "support" / "chat_client.py"
SECONDS = 20


def command(*args: str) -> list[str]:
    return [sys.executable, str(CLIENT), *args]


def ask(*args: str, stdin: str = "", folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*args), input=stdin, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
    )


def test_an_answer_is_plain_text() -> None:
    result = ask("hello")
    assert (result.returncode, result.stdout, result.stderr) == (0, "Hello *world*\n", "")


def test_piped_text_is_the_question() -> None:
    result = ask(stdin="echo this\n")
    assert json.loads(result.stdout) == {"message": {"content": "echo this\n"}}


def test_piped_text_beside_a_prompt_is_attached() -> None:
    sent = json.loads(ask("echo", "it", stdin="some text").stdout)["message"]
    assert sent == {"content": "echo it", "attachments": [{"type": "text", "name": "stdin", "text": "some text"}]}


def test_what_the_server_has_to_say_at_the_beginning_is_told_on_stderr() -> None:
    result = ask("mention @no.py")
    assert json.loads(result.stdout)["message"] == {"content": "mention @no.py"}
    assert result.stderr == "chatls: @no.py is only text.\n"


def test_model_and_agent_are_passed_on() -> None:
    sent = json.loads(ask("--model", "a/b", "--agent", "edit", "echo").stdout)
    assert (sent["model"], sent["agent"]) == ("a/b", "edit")


def test_tools_and_faults_are_told_on_stderr() -> None:
    result = ask("tool")
    assert (result.stdout, result.returncode) == ("Done.\n", 0)
    assert "✅ Read a.py" in result.stderr
    result = ask("fail")
    assert (result.stdout, result.returncode) == ("Half\n", 1)
    assert result.stderr.endswith("error: Ollama is not running.\nchatls: hint: Start it with `ollama serve`.\n")


def test_json_prints_the_events_and_nothing_else() -> None:
    result = ask("hello", "--json")
    types = [json.loads(line)["type"] for line in result.stdout.splitlines()]
    assert types == ["start", "unheard_of", "token", "token", "token", "done"]
    assert (result.stderr, result.returncode) == ("", 0)


@pytest.mark.parametrize(("word", "answer"), [("approve", '{"optionId": "reject"}'), ("message", "null")])
def test_without_a_terminal_every_question_is_refused(word: str, answer: str) -> None:
    result = ask(word)
    assert result.stdout == f"answered {answer}\n"
    assert "refused, as there is no terminal to ask in: " in result.stderr


def test_with_json_questions_are_refused_and_told_on_stderr_alone() -> None:
    result = ask("two", "--json")
    tokens = [event["data"] for event in map(json.loads, result.stdout.splitlines()) if event["type"] == "token"]
    assert tokens == ['answered {"optionId": "reject"}\n\n', 'answered {"optionId": "reject"}']
    assert [line.rpartition(": ")[2] for line in result.stderr.splitlines()] == ["Run one", "Run two"]


@pytest.mark.parametrize("stdin", ["", " \n"])
def test_nothing_to_ask_is_wrong_usage(stdin: str) -> None:
    result = ask(stdin=stdin)
    assert result.returncode == 2
    assert "nothing to ask" in result.stderr


def test_a_workspace_that_is_none_is_wrong_usage() -> None:
    result = ask("hello", "--workspace", "nowhere")
    assert (result.returncode, result.stderr) == (2, "chatls: --workspace: nowhere is not a folder.\n")


def test_a_session_that_is_not_there_cannot_be_resumed() -> None:
    result = ask("hello", "--resume")
    assert result.returncode == 1
    assert "no session to resume" in result.stderr


def test_another_version_says_which_side_to_update() -> None:
    result = ask("--protocol", "2", "--", "hello")
    assert (result.returncode, result.stdout) == (1, "")
    assert "update this client" in result.stderr


def test_a_server_that_dies_keeps_what_was_shown_and_names_its_log() -> None:
    result = ask("die")
    assert (result.returncode, result.stdout) == (1, "last words\n")
    assert "exit code 3: Boom: it broke" in result.stderr
    assert "chatls.log" in result.stderr


def test_t98_what_a_model_says_does_not_act_on_a_terminal() -> None:
    assert ask("escape").stdout == "a\\x1b]52;c;ZXZpbA==\\x07b\\x1b[2Jc\\x9b2Jde\n"


def start(*args: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(*args), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def read_text(process: subprocess.Popen[str], size: int) -> str:
    assert process.stdout is not None
    return os.read(process.stdout.fileno(), size).decode()


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is no signal there")
def test_ctrl_c_stops_the_answer() -> None:
    with start("slow") as process:
        assert read_text(process, 100) == "so far"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, out, err) == (130, "\n", "")


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is no signal there")
def test_a_second_ctrl_c_ends_at_once() -> None:
    with start("deaf") as process:
        assert read_text(process, 100) == "so far"
        process.send_signal(signal.SIGINT)
        assert read_text(process, 100) == "."
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=SECONDS)
    assert process.returncode == 130


def test_a_reader_that_leaves_ends_it_quietly() -> None:
    with start("flood") as process:
        assert process.stdout is not None
        assert read_text(process, 10).startswith("line 0")
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == ""
        assert process.wait(SECONDS) == 130


def test_stdin_that_does_not_end_is_told() -> None:
    with subprocess.Popen(
        command("hello"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        assert "Reading from stdin until it ends" in process.stderr.readline()
        out, _ = process.communicate("", timeout=SECONDS)
    assert out == "Hello *world*\n"
