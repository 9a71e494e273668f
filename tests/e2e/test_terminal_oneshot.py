"""`chatls chat PROMPT` in a pipe, `chatls models` and `chatls doctor`, with the real server."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.chat_terminal import CHAT, User, make_user

SECONDS = 30


@pytest.fixture
def user(tmp_path: Path) -> User:
    return make_user(tmp_path)


def run(user: User, *args: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*CHAT[:-1], *args],
        input=stdin,
        cwd=user.workspace,
        env={**os.environ, **user.environment},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def ask(user: User, model: str, *args: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return run(user, "chat", "--model", f"scripted/{model}", *args, stdin=stdin)


def test_an_answer_goes_to_stdout_and_tools_to_stderr(user: User) -> None:
    result = ask(user, "tools", "look")
    assert (result.returncode, result.stdout) == (0, "Let me look.\nThat was it.\n")
    assert "✅ Read README.md" in result.stderr
    assert "❌ Read nowhere.md: nowhere.md" in result.stderr


def test_piped_text_and_a_file_go_with_the_question(user: User) -> None:
    result = ask(user, "echo", "sum up @src/alpha.py:2 and @nope.py", stdin="piped words")
    assert result.returncode == 0
    for part in ("sum up", "two = 2", "piped words"):
        assert part in result.stdout
    assert "one = 1" not in result.stdout
    assert "@nope.py is no readable file" in result.stderr


def test_a_command_of_the_users_own_is_written_out_by_the_server(user: User) -> None:
    commands = Path(user.environment["XDG_CONFIG_HOME"]) / "chatls" / "commands"
    commands.mkdir(parents=True)
    (commands / "shout.md").write_text("Say it loudly\n\nShout about $ARGUMENTS!\n")
    (user.workspace / "commands").mkdir()
    (user.workspace / "commands" / "theirs.md").write_text("Of the workspace\n\nDo harm.\n")
    assert "Shout about @src/alpha.py:2!\n\n<file" in ask(user, "echo", "/shout @src/alpha.py:2").stdout
    assert "Do harm" not in ask(user, "echo", "/theirs").stdout


def test_json_prints_the_events_in_order(user: User) -> None:
    result = ask(user, "tools", "look", "--json")
    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert [event["seq"] for event in events] == list(range(len(events)))
    assert (events[0]["type"], events[-1]["type"]) == ("start", "done")
    text = "".join(event["data"] for event in events if event["type"] == "token")
    assert text == events[-1]["final"] == "Let me look.That was it."
    assert result.stderr == ""


def test_a_model_that_fails_is_exit_code_1(user: User) -> None:
    result = ask(user, "broken", "go")
    assert (result.returncode, result.stdout) == (1, "Half an answer. \n")
    assert "fell over" in result.stderr


def test_a_model_that_is_not_there_is_told_with_what_to_do(user: User) -> None:
    result = ask(user, "no-such-model", "go")
    assert (result.returncode, result.stdout) == (2, "")
    assert "no-such-model" in result.stderr
    assert "hint:" in result.stderr


def test_the_offline_assistant_answers_where_there_is_no_model(user: User) -> None:
    result = run(user, "chat", "what is in this folder?")
    assert result.returncode == 0
    assert "README.md" in result.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is no signal there")
def test_ctrl_c_is_exit_code_130(user: User) -> None:
    command = [*CHAT, "--model", "scripted/slow", "go"]
    environment = {**os.environ, **user.environment}
    with subprocess.Popen(
        command, cwd=user.workspace, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.read(7) == b"So far."
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=SECONDS)
    assert process.returncode == 130


def test_models_are_listed(user: User) -> None:
    result = run(user, "models")
    assert result.returncode == 0
    names = [line[2:].split()[0] for line in result.stdout.splitlines()]
    assert {"scripted/hello", "scripted/tools", "offline/assistant"} <= set(names)
    assert sum(line.startswith("* ") for line in result.stdout.splitlines()) == 1
    assert "ollama" in result.stderr


def test_the_doctor_finds_a_usable_set_up(user: User) -> None:
    result = run(user, "doctor")
    assert result.returncode == 0
    assert f"✓ the workspace is {user.workspace}" in result.stdout
    assert "✓ the server starts and answers in" in result.stdout
    assert "! ollama: " in result.stdout
    assert "ollama serve" in result.stdout
    assert "✗" not in result.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize("command", [["chat", "--model", "scripted/tools", "look"], ["models"]], ids=["chat", "models"])
def test_output_that_finds_no_room_is_told_in_a_sentence(user: User, command: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            [*CHAT[:-1], *command],
            stdout=full,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            cwd=user.workspace,
            env={**os.environ, **user.environment},
            text=True,
            timeout=SECONDS,
            check=False,
        )
    assert result.returncode == 1
    assert result.stderr.endswith("chatls: What it says cannot be written: there is no space left.\n")


@pytest.mark.skipif(sys.platform == "win32", reason="a current folder cannot be deleted there")
@pytest.mark.parametrize("command", [["chat", "hi"], ["doctor"]], ids=["chat", "doctor"])
def test_a_current_folder_that_is_gone_is_told_in_a_sentence(user: User, tmp_path: Path, command: list[str]) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    line = f'cd "{gone}" && rmdir "{gone}" && exec "$@"'
    result = subprocess.run(
        ["sh", "-c", line, "sh", *CHAT[:-1], *command],
        capture_output=True,
        env={**os.environ, **user.environment},
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert result.returncode == 2
    assert result.stderr == "chatls: The folder that you are in is no longer there: change to another one.\n"
