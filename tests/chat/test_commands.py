"""What a message that begins with a command means."""

import pytest

from chatls.chat.commands import ARGUMENTS, NOTHING, Command, all_commands, built_in_commands, expanded, parsed, typed
from chatls.chat.mentions import mentions

OWN = {"shout": Command("shout", "Say it loudly", "Shout: $ARGUMENTS!"), "plain": Command("plain", "", "Be plain.")}


@pytest.mark.parametrize(
    ("content", "meaning"),
    [
        ("/shout hello\nworld ", "Shout: hello\nworld!"),
        ("/shout", f"Shout: {NOTHING}!"),
        ("/plain", "Be plain."),
        ("/plain and short", "Be plain.\n\nand short"),
        ("/unknown x", "/unknown x"),
        ("/shout/it x", "/shout/it x"),
        ("say /shout", "say /shout"),
        ("/ shout", "/ shout"),
        ("", ""),
    ],
)
def test_a_command_is_written_out_and_everything_else_stays(content: str, meaning: str) -> None:
    assert expanded(content, OWN) == meaning


def test_arguments_that_look_like_the_placeholder_are_put_in_as_they_are() -> None:
    assert expanded(f"/shout {ARGUMENTS}", OWN) == f"Shout: {ARGUMENTS}!"


def test_the_first_line_of_a_file_describes_the_command() -> None:
    assert parsed("x", "# Do a thing\n\nDo $ARGUMENTS\nnow.\n") == Command("x", "Do a thing", "Do $ARGUMENTS\nnow.")


def test_the_users_own_command_counts_before_the_one_that_is_built_in() -> None:
    commands = all_commands([("fix", "Mine\nFix it my way.")])
    assert commands["fix"].text == "Fix it my way."
    assert commands["explain"] == built_in_commands()["explain"]


def test_commands_are_built_in() -> None:
    assert {"explain", "fix", "tests", "review", "doc", "commit"} <= built_in_commands().keys()


@pytest.mark.parametrize("command", built_in_commands().values(), ids=lambda command: command.name)
def test_a_built_in_command_says_what_it_does_and_takes_arguments(command: Command) -> None:
    assert 10 < len(command.description) < 80
    assert command.text.count(ARGUMENTS) == 1
    assert mentions(command.text) == []


@pytest.mark.parametrize("name", built_in_commands())
@pytest.mark.parametrize("arguments", ["", "src/a.py", "the\nwhole thing"])
def test_what_was_typed_can_be_told_from_the_text_of_a_command(name: str, arguments: str) -> None:
    text = expanded(f"/{name} {arguments}", built_in_commands())
    assert typed(text) == f"/{name} {arguments}".strip()
    assert typed(text + "\n\n<file>") == f"/{name} {arguments}".strip() + "\n\n<file>"


def test_any_other_message_is_what_was_typed() -> None:
    assert typed("Explain what follows to me.") == "Explain what follows to me."
