"""Prompt commands: `/explain src/a.py` at the beginning of a message stands for a text that is written once.

A command is a file `NAME.md`: its first line says in a few words what it does, the rest is what the model reads, with
`$ARGUMENTS` for what the user typed behind the name. Those that are built in lie in `prompts/commands/`, the user's own
in the configuration folder (`config/commands.py`). Used by `lsp/goal.py`, `lsp/completion.py` and the
offline assistant, which reads what was typed.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "prompts" / "commands"
ARGUMENTS = "$ARGUMENTS"
NOTHING = "(nothing in particular)"
"""What stands for arguments that were not given."""

_CALL = re.compile(r"/(?P<name>[a-z][a-z0-9-]*)(?:\s+(?P<arguments>.*))?\s*\Z", re.S)


@dataclass(frozen=True, slots=True)
class Command:
    """A command; `text` is what the model reads in its place."""

    name: str
    description: str
    text: str


def parsed(name: str, text: str) -> Command:
    """The command in a file."""
    first, _, rest = text.strip().partition("\n")
    return Command(name, first.lstrip("# ").strip(), rest.strip())


@cache
def built_in_commands() -> Mapping[str, Command]:
    """The commands that are there without any configuration, by name."""
    files = sorted(FOLDER.glob("*.md"))
    return {file.stem: parsed(file.stem, file.read_text(encoding="utf-8")) for file in files}


def all_commands(own: Iterable[tuple[str, str]]) -> Mapping[str, Command]:
    """Those that are built in and the user's `own`, each (name, text of its file), which count before them."""
    return {**built_in_commands(), **{name: parsed(name, text) for name, text in own}}


def expanded(content: str, commands: Mapping[str, Command]) -> str:
    """What a message means: the text of the command that it begins with, else what it says itself."""
    call = _CALL.match(content)
    command = commands.get(call["name"]) if call else None
    if call is None or command is None:
        return content
    arguments = (call["arguments"] or "").strip()
    if ARGUMENTS in command.text:
        return command.text.replace(ARGUMENTS, arguments or NOTHING)
    return f"{command.text}\n\n{arguments}".strip()


def typed(content: str) -> str:
    """The way back, for the built-in commands: "/explain src/a.py", and what followed the command's text, if a message
    begins with one; else the message itself.
    """
    for command in built_in_commands().values():
        before, _, after = command.text.partition(ARGUMENTS)
        if content.startswith(before) and after in content:
            arguments, _, rest = content[len(before) :].partition(after)
            return f"/{command.name} {'' if arguments == NOTHING else arguments}".strip() + rest
    return content
