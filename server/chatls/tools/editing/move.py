"""The tool `move_file`: gives one file another name or folder, never onto another, after the user has agreed."""

from pydantic import Field

from chatls.chat.events import ToolText
from chatls.chat.ports import ToolRun
from chatls.tools.approval.decision import Action
from chatls.tools.approval.gate import Gate
from chatls.tools.base import Arguments, Tool, ToolError
from chatls.tools.editing.changes import Changes
from chatls.tools.editing.ordinary import keys, offers
from chatls.tools.editing.targets import Target


class MoveFile(Arguments):
    source: str = Field(description="Path of one file in the workspace; folders are not moved.")
    target: str = Field(description="Its new path, with the file's name, where nothing is yet.")


def move_file(changes: Changes, gate: Gate) -> Tool[MoveFile]:
    """The tool; what it changes goes through `changes`, after `gate` let it pass."""

    async def run(arguments: MoveFile, run: ToolRun) -> ToolText:
        source, target = await _both(changes, arguments)
        await gate.permit(_action(source, target), run)
        now, there = await _both(changes, arguments)
        if not (now.is_still(source) and there.is_still(target)):
            raise ToolError("files_changed", f"{source.name} has changed meanwhile: it was not moved.")
        if not await changes.move(run.scope, source, target):
            raise ToolError("refused_by_editor", f"The editor did not move {source.name}.")
        return ToolText(f"Moved {source.name} to {target.name}.", uris=(source.uri, target.uri))

    return Tool(
        name="move_file",
        description="Move or rename one file of the workspace, never over another. The user is asked first.",
        kind="move",
        arguments=MoveFile,
        title=lambda arguments: f"Move {arguments.source} to {arguments.target}",
        run=run,
        time_limit=None,
    )


async def _both(changes: Changes, arguments: MoveFile) -> tuple[Target, Target]:
    """What is to be moved, and the free place for it."""
    source, _ = await changes.existing(arguments.source, "rename")
    target = await changes.find(arguments.target, follow=False)
    if target.status is not None or target.document is not None:
        raise ToolError("already_there", f"{target.name} is there already: nothing is moved onto it.")
    return source, target


def _action(source: Target, target: Target) -> Action:
    return Action(
        tool="move_file",
        kind="move",
        title=f"Move {source.name} to {target.name}",
        detail="1 file",
        keys=keys("Move", source, target),
        offers=offers("moving", source, target, always=True),
        guarded=source.guarded is not None or target.guarded is not None,
        notes=(*source.notes, *target.notes),
    )
