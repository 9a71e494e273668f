"""What begins with `/`: its names, its help, and how it is told from a message. Pure; `conversation.py` does it."""

from dataclasses import dataclass

COMMANDS = {
    "model": ("[ID]", "which model answers; without ID: list them"),
    "agent": ("[ID]", "which agent answers; without ID: list them"),
    "new": ("", "begin a new session"),
    "sessions": ("[N, ID or delete N]", "list the sessions, go on with one, forget one"),
    "rename": ("TITLE", "give this session another title"),
    "fork": ("", "go on in a copy of this session"),
    "prompt": ("[MESSAGE]", "what would be sent to the model, and how much of its window that takes"),
    "diff": ("", "what the last answer that changed something has changed"),
    "undo": (
        "[files, conversation or both]",
        "undo the last turn: put its files back, take it out of the conversation",
    ),
    "grants": ("[revoke N]", "list what you allowed or rejected for later; revoke N takes one back"),
    "help": ("", "this list"),
    "quit": ("", "leave"),
}
KEYS = {
    "Enter": "send",
    "Alt-Enter, Ctrl-J, \\ Enter": "new line",
    "@": "attach a file: @path, @path:10-20",
    "Ctrl-C": "stop the answer; twice: leave",
    "Ctrl-R, Up": "what was typed before",
    "Ctrl-D": "leave",
}


@dataclass(frozen=True, slots=True)
class Command:
    """A command as typed."""

    name: str
    argument: str


def parse(text: str) -> Command | None:
    """The command that a text is, known or not; None for a message. A path (`/etc/hosts is …`) is a message."""
    first, _, argument = text.strip().partition(" ")
    if not first.startswith("/") or not first[1:].replace("-", "").isalpha() or "\n" in text.strip():
        return None
    return Command(first[1:], argument.strip())


def help_text() -> str:
    """All commands and keys, a line each."""
    rows = {f"/{name} {argument}".strip(): what for name, (argument, what) in COMMANDS.items()} | KEYS
    width = max(map(len, rows))
    return "\n".join(f"{name.ljust(width)}  {what}" for name, what in rows.items())
