"""What a command asks of the user: whether it may run unasked, what it runs, and what may be granted for later.

A grant is bound to the exact command, its folder, the sandbox's profile, the programs it stands for, and the content
of the files of the workspace that it names to be run, not of what those load in turn. Nothing runs here, but files are
read: call it in a thread, and once more when the user has agreed, for the keys to be compared. Called by
`tools/commands/command.py`.
"""

import json
import os
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from chatls.tools.approval.allowed_commands import is_allowed
from chatls.tools.approval.decision import Action, Offer
from chatls.tools.approval.programs import Identity, Place, identity
from chatls.tools.approval.prompts import one_line
from chatls.tools.approval.reach import is_far_reaching
from chatls.tools.approval.shell_syntax import MAX_LINE, Words, simple_words, understood

TOOL = "run_command"
MAX_COMMAND = 80
"""Characters of a command in the sentence of a grant."""
MAX_NAMES = 3
"""Files that are named in it."""

PATTERNS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("basedpyright", "ctest", "jest", "mypy", "pyright", "pytest", "vitest"), frozenset({""})),
    "cargo": frozenset({"bench", "build", "check", "clippy", "doc", "fmt", "test"}),
    "dotnet": frozenset({"build", "test"}),
    "go": frozenset({"build", "fmt", "test", "vet"}),
    "gradle": frozenset({"build", "check", "test"}),
    "mvn": frozenset({"compile", "test", "verify"}),
    "npm": frozenset({"test"}),
    "pnpm": frozenset({"test"}),
    "ruff": frozenset({"check", "format"}),
    "yarn": frozenset({"test"}),
}
"""Programs that may be allowed with any arguments, with the word that must follow the name ("" for none). All of them
build, test or check; with the right arguments some can be made to run anything: in the sandbox alone, then."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """A command as far as it is understood. `commands` is None where it is not, `words` where it is more than one
    simple command of literals, `runs` where that cannot be known."""

    command: str | tuple[str, ...]
    text: str
    commands: Sequence[Words] | None
    words: tuple[str, ...] | None
    runs: Identity | None

    @property
    def shell(self) -> bool:
        """Whether it is a line for a shell."""
        return isinstance(self.command, str)

    @property
    def lengthy(self) -> bool:
        return _size(self.text) > MAX_LINE


def command_action(command: str | Sequence[str], place: Place) -> Action:
    """What running a command comes to: a line for a shell, or a program and its arguments without one."""
    read = _read(command, place)
    return Action(
        tool=TOOL,
        kind="execute",
        title=f"Run {read.text}",
        detail=_detail(read.text, place),
        keys=_keys(read, place),
        offers=tuple(_offers(read, place)),
        free=read.words is not None and is_allowed(read.words, place, shell=read.shell),
        lengthy=read.lengthy,
        notes=tuple(_notes(read, place)),
    )


def _read(command: str | Sequence[str], place: Place) -> _Reading:
    if not isinstance(command, str):
        words = tuple(command)
        text = shlex.join(words)
        runs = None if _size(text) > MAX_LINE else identity([words], place, shell=False)
        return _Reading(words, text, [words], words, runs)
    words = simple_words(command)
    line = understood(command) if words is None else None
    commands = [words] if words else line.commands if line else None
    runs = identity(commands, place, shell=True) if commands else None
    return _Reading(command, command, commands, words, runs)


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _keys(read: _Reading, place: Place) -> tuple[str, ...]:
    """First the command itself: a refusal holds whatever became of the files it runs. Then what can be granted."""
    exact = _hash("command", read.command, place.cwd)
    if read.runs is None:
        return (exact,)
    pattern = _pattern(read, place)
    granted = _hash("exact", read.command, place.cwd, place.profile, read.runs.programs, read.runs.files)
    return (exact, granted, *([_pattern_key(pattern, read.runs, place)] if pattern else []))


def _pattern(read: _Reading, place: Place) -> str | None:
    """The beginning of a command that may be granted with any arguments."""
    if read.words is None or read.lengthy or not place.confined:
        return None
    program, *rest = read.words
    following = PATTERNS.get(program, frozenset())
    if "" in following:
        return program
    return f"{program} {rest[0]}" if rest and rest[0] in following else None


def _pattern_key(pattern: str, runs: Identity, place: Place) -> str:
    return _hash("pattern", pattern, place.cwd, place.profile, runs.programs, runs.files)


def _hash(kind: str, *values: object) -> str:
    return f"{kind} {sha256(json.dumps(values).encode()).hexdigest()}"


def _offers(read: _Reading, place: Place) -> Sequence[Offer]:
    """What can be granted for later, the mildest first; nothing where it is not known what that would be."""
    if read.runs is None:
        return []
    keys = _keys(read, place)
    command = one_line(read.text, MAX_COMMAND)
    where = f"in {place.shown}, {'confined' if place.confined else 'NOT confined'}{_unchanged(read.runs, place)}"
    offers = [Offer("allow_session", keys[1], f'Allow "{command}" {where}, in this session')]
    if is_far_reaching(read.text, read.commands or (), place):
        return offers
    offers.append(Offer("allow_always", keys[1], f'Always allow "{command}" {where}'))
    if pattern := _pattern(read, place):
        offers.append(Offer("allow_always", keys[2], f'Always allow "{pattern}" with any arguments, {where}'))
    return offers


def _unchanged(runs: Identity, place: Place) -> str:
    """The condition that a grant is under, as the end of a sentence."""
    names = [os.path.relpath(path, place.cwd) for path, _ in runs.files]
    if not names:
        return ""
    more = f" and {len(names) - MAX_NAMES} more files" if len(names) > MAX_NAMES else ""
    return f", as long as {', '.join(names[:MAX_NAMES])}{more} {'is' if len(names) == 1 else 'are'} unchanged"


def _detail(text: str, place: Place) -> str:
    """The command under its folder, set in: it cannot be taken for what we say about it."""
    lines = text.replace("\n", "⏎\n    ")
    return f"in {place.shown}:\n    {lines}"


def _notes(read: _Reading, place: Place) -> Sequence[str]:
    notes = [] if place.confined else ["NOT confined: it can do whatever you can do on this machine."]
    if place.overlooked:
        notes.append("The workspace is very large: files deep in it that are protected or secret are not kept from it.")
    if read.lengthy:
        notes.append(f"{_size(read.text):,} bytes long: only the beginning and the end of it are shown.")
    elif read.commands is None:
        notes.append("Not wholly understood, so it can be allowed for this time only.")
    elif read.runs is None:
        notes.append("What it runs cannot be told from here, so it can be allowed for this time only.")
    if read.commands is not None and len(read.commands) > 1:
        names = dict.fromkeys(words[0] or "?" for words in read.commands if words)
        notes.append(f"Runs {', '.join(names)}.")
    return notes
