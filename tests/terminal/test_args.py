"""The arguments of the commands."""

import argparse
import subprocess
import sys

import pytest

from chatls.terminal.args import (
    ChatArgs,
    SessionsArgs,
    add_chat_arguments,
    add_sessions_arguments,
    chat_args,
    sessions_args,
)


def parsed(*argv: str) -> ChatArgs:
    parser = argparse.ArgumentParser()
    add_chat_arguments(parser)
    return chat_args(parser.parse_args(argv))


def test_without_arguments_a_conversation_begins() -> None:
    assert parsed() == ChatArgs()


def test_words_are_one_prompt() -> None:
    assert parsed("where", "is", "X?").prompt == "where is X?"


def test_an_empty_prompt_is_not_the_same_as_none() -> None:
    assert parsed("").prompt == ""


@pytest.mark.parametrize(("argv", "resume"), [((), None), (("--resume",), ""), (("--resume", "s1"), "s1")])
def test_resume_with_and_without_a_session(argv: tuple[str, ...], resume: str | None) -> None:
    assert parsed(*argv).resume == resume


def test_all_options() -> None:
    args = parsed("hi", "--model", "a/b", "--agent", "c", "--workspace", "d", "--json")
    assert args == ChatArgs("hi", "a/b", "c", "d", None, json=True)


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        ([], SessionsArgs()),
        (["--query", "a b", "--json", "--workspace", "d"], SessionsArgs(query="a b", json=True, workspace="d")),
        (["rename", "ab", "A", "title"], SessionsArgs("rename", "ab", "A title")),
        (["delete", "ab", "--workspace", "d"], SessionsArgs("delete", "ab", workspace="d")),
        (["--workspace", "d", "delete", "ab"], SessionsArgs("delete", "ab", workspace="d")),
    ],
    ids=["list", "list some", "rename", "folder behind", "folder before"],
)
def test_what_is_to_be_done_with_sessions(argv: list[str], expected: SessionsArgs) -> None:
    parser = argparse.ArgumentParser()
    add_sessions_arguments(parser)
    assert sessions_args(parser.parse_args(argv)) == expected


def test_the_server_as_an_editor_starts_it_imports_nothing_of_the_client() -> None:
    script = "import sys, chatls.cli; print(*(name for name in sys.modules if name.startswith('chatls.terminal.')))"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=True)
    assert result.stdout.split() == []


def test_before_the_server_is_started_next_to_nothing_is_imported() -> None:
    script = "import sys, chatls.cli, chatls.terminal.start; print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=True)
    assert not {"json", "pathlib", "asyncio", "inspect", "dataclasses", "rich"} & set(result.stdout.split())
