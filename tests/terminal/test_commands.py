"""What is a command and what is a message."""

import pytest

from chatls.terminal.commands import COMMANDS, Command, help_text, parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/help", Command("help", "")),
        (" /model  ollama/x ", Command("model", "ollama/x")),
        ("/nonsense", Command("nonsense", "")),
        ("/etc/hosts is what?", None),
        ("/ 2", None),
        ("hello /help", None),
        ("/new\nline", None),
    ],
)
def test_a_command_is_a_slash_and_a_word(text: str, expected: Command | None) -> None:
    assert parse(text) == expected


def test_help_lists_every_command() -> None:
    lines = help_text().splitlines()
    assert all(any(line.startswith(f"/{name}") for line in lines) for name in COMMANDS)
