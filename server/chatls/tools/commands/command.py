"""The tool `run_command`: one command in the workspace, confined where that can be, and asked about first.

What it may run is decided in `tools/approval/shell_approval.py`, what it is confined by in `tools/commands/sandbox.py`,
and how it is ended in `tools/commands/child.py`. Here is the way from the call to its result.
"""

import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from chatls.chat.events import ToolText
from chatls.chat.ports import Editor, ToolRun
from chatls.tools.approval.decision import Action
from chatls.tools.approval.gate import Gate
from chatls.tools.approval.programs import Place
from chatls.tools.approval.shell_approval import command_action
from chatls.tools.base import Arguments, Tool, ToolError
from chatls.tools.commands.captured import Captured
from chatls.tools.commands.child import Ended, run
from chatls.tools.commands.live import shown_live
from chatls.tools.commands.sandbox import Sandbox
from chatls.tools.editing.changes import Changes
from chatls.tools.guard.paths import Roots
from chatls.tools.guard.places import WorkspacePath
from chatls.tools.guard.secrets import secret
from chatls.tools.installed import installed
from chatls.tools.reading.view import View
from chatls.tools.work import in_thread

SECONDS = 120
MAX_SECONDS = 600
MAX_COMMAND = 100_000
"""Bytes of a command: Linux takes some more in one argument."""
LOOK_SECONDS = 5.0
"""Time to look at the files that a command would run."""

_DESCRIPTION = (
    "Run a command in the workspace: a line for bash as one string, or a program and its arguments as a list, without "
    "any shell. Nothing can be typed in. Where it is confined, it has no network, sees nothing of the home folder, and "
    "cannot change .git, settings of editors and CI files. When it ends, all that it has started ends too. Of long "
    "output the beginning and the end are shown. The user may be asked first."
)


class RunCommand(Arguments):
    command: str | tuple[str, ...] = Field(
        min_length=1, description='"make test 2>&1 | tail", or ["make", "test"] to run it without a shell.'
    )
    cwd: str | None = Field(None, description="Folder to run it in; without it the workspace folder.")
    timeout: float = Field(SECONDS, ge=1, le=MAX_SECONDS, description="Seconds after which it is ended.")


@dataclass(frozen=True, slots=True)
class Commands:
    """What `run_command` needs to do its work."""

    roots: Roots
    editor: Editor
    sandbox: Sandbox
    gate: Gate
    changes: Changes


def run_command(commands: Commands) -> Tool[RunCommand]:
    """The tool over these folders."""

    async def call(arguments: RunCommand, tool_run: ToolRun) -> ToolText:
        _check(arguments.command)
        return await _Call(commands, arguments, tool_run).run()

    return Tool(
        name="run_command",
        description=_DESCRIPTION,
        kind="execute",
        arguments=RunCommand,
        title=lambda arguments: f"Run {_shown(arguments.command)}",
        run=call,
        time_limit=None,
    )


@dataclass(frozen=True, slots=True)
class _Call:
    """One call under way."""

    commands: Commands
    arguments: RunCommand
    tool_run: ToolRun

    async def run(self) -> ToolText:
        changes = self.commands.changes
        await self.commands.sandbox.probe()
        cwd = await in_thread(LOOK_SECONDS, lambda _: _folder(self.commands.roots, self.arguments.cwd))
        action = await self._permitted(cwd)
        unsaved = await changes.save(self.tool_run.scope)
        place = self._place(cwd)
        if await self._action(place) != action:
            # It runs what has just been saved: a grant was for the text before.
            action = await self._permitted(cwd)
        told = [f"unsaved in the editor, so the command saw older text: {', '.join(unsaved)}"] if unsaved else []
        if not action.free:
            await changes.before_command(self.tool_run.scope)
        # What nobody was asked about only looks, and is made unable to do more.
        done = await self._done(cwd, place, writable=not action.free)
        return _result(done, self.arguments.timeout, told)

    async def _permitted(self, cwd: WorkspacePath) -> Action:
        """What the user agreed to, which is still what it would be now."""
        action = await self._action(self._place(cwd))
        await self.commands.gate.permit(action, self.tool_run)
        if await self._action(self._place(cwd)) != action:
            raise _changed()
        return action

    async def _action(self, place: Place) -> Action:
        return await in_thread(LOOK_SECONDS, lambda _: command_action(self.arguments.command, place))

    async def _done(self, cwd: WorkspacePath, place: Place, *, writable: bool) -> "_Done":
        """Run it as it was permitted, showing its output meanwhile."""
        captured = Captured()
        argv = _argv(self.arguments.command, place)
        async with self.commands.sandbox.launch(argv, cwd, writable=writable) as launch:
            if launch.confined != place.confined:
                raise _changed()
            async with shown_live(self._show) as live:
                ended = await run(launch, self.arguments.timeout, lambda piece: (captured.take(piece), live(piece)))
        return _Done(ended, captured, launch.notes)

    async def _show(self, text: str) -> None:
        await self.tool_run.progress("Running", text)

    def _place(self, cwd: WorkspacePath) -> Place:
        """Where it would run now. On the event loop: the editor is asked what it has open."""
        roots, sandbox = self.commands.roots, self.commands.sandbox
        local = roots.local(cwd)
        if local is None:
            raise _changed()
        view = View(roots, self.commands.editor)
        return Place(
            cwd=local,
            shown=f"{roots.shown(cwd) if cwd.parts else cwd.folder.name}/",
            profile=sandbox.profile,
            path=sandbox.environment["PATH"],
            folders=tuple(folder.root.real for folder in roots.folders),
            readable=lambda path: _is_readable(view, str(Path(local, path))),
            overlooked=sandbox.overlooks,
        )


@dataclass(frozen=True, slots=True)
class _Done:
    """What came of it; `notes` are the sandbox's."""

    ended: Ended
    captured: Captured
    notes: Sequence[str]


def _check(command: str | Sequence[str]) -> None:
    words = [command] if isinstance(command, str) else command
    try:
        size = sum(len(word.encode()) for word in words)
    except UnicodeEncodeError:
        raise ToolError("invalid_arguments", "The command holds what is no text.") from None
    if any("\0" in word for word in words) or not words[0].strip():
        raise ToolError("invalid_arguments", "The command is empty, or holds a NUL character.")
    if size > MAX_COMMAND:
        raise ToolError(
            "invalid_arguments", f"A command may have {MAX_COMMAND:,} bytes: put a script into a file first."
        )


def _folder(roots: Roots, cwd: str | None) -> WorkspacePath:
    """The folder to run in, free of links.

    Raises:
        ToolError: it is none, or lies outside.
    """
    start = roots.starts(".")[0] if cwd is None else roots.resolve(cwd)
    kind, real = roots.locate(start)
    if kind != "folder":
        raise ToolError("not_a_folder", f"{roots.shown(start)} is not a folder: a command runs in one.")
    return real


def _is_readable(view: View, path: str) -> bool:
    """Whether the reading tools would show what is at a path, unasked."""
    try:
        kind, real = view.roots.locate(view.roots.resolve(path))
        view.rules.check(real, folder=kind == "folder")
    except ToolError:
        return False
    return not secret(real.parts)


def _argv(command: str | Sequence[str], place: Place) -> Sequence[str]:
    if not isinstance(command, str):
        return command
    for shell in ("bash", "sh"):
        if found := installed(shell, place.path, place.folders):
            return [found, "-c", command]
    raise ToolError("not_started", "There is no shell here: give the program and its arguments as a list.")


def _result(done: _Done, limit: float, told: Sequence[str]) -> ToolText:
    text = done.captured.text()
    if not done.ended.started:
        raise ToolError("not_started", f"The command cannot be started. {text.strip()}")
    head = (f"{_outcome(done.ended, limit)}, {done.ended.seconds:.1f} s", *told, *done.notes)
    lines = [*(f"[{line}]" for line in head), text or "[no output]"]
    return ToolText("\n".join(lines), truncated=done.captured.cut > 0 or None)


def _outcome(ended: Ended, limit: float) -> str:
    if ended.code is None:
        return f"ended because its time of {limit:g} s was over"
    try:
        return f"ended by {signal.Signals(ended.code - 128).name}, exit code {ended.code}"
    except ValueError:
        return f"exit code {ended.code}"


def _shown(command: str | Sequence[str]) -> str:
    return command if isinstance(command, str) else " ".join(command)


def _changed() -> ToolError:
    return ToolError("files_changed", "What the command would run, or where, has changed meanwhile: call it again.")
