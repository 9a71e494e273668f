"""The tool `delete_file`: removes one file, after the user has agreed."""

from pydantic import Field

from chatls.chat.events import ToolText
from chatls.chat.ports import ToolRun
from chatls.tools.approval.decision import Action
from chatls.tools.approval.gate import Gate
from chatls.tools.base import Arguments, Tool, ToolError
from chatls.tools.editing.changes import Changes
from chatls.tools.editing.ordinary import keys, offers
from chatls.tools.editing.targets import Target


class DeleteFile(Arguments):
    path: str = Field(description="Path of one file in the workspace; folders are not deleted.")


def delete_file(changes: Changes, gate: Gate) -> Tool[DeleteFile]:
    """The tool; what it changes goes through `changes`, after `gate` let it pass."""

    async def run(arguments: DeleteFile, run: ToolRun) -> ToolText:
        target, unsaved = await changes.existing(arguments.path, "delete")
        lost = changes.loses(run.scope, target)
        await gate.permit(_action(target, unsaved=unsaved, lost=lost), run)
        now, _ = await changes.existing(arguments.path, "delete")
        if not now.is_still(target):
            raise ToolError("files_changed", f"{target.name} has changed meanwhile: it was not deleted.")
        if not await changes.remove(run.scope, target):
            raise ToolError("refused_by_editor", f"The editor did not delete {target.name}.")
        said = f"Deleted {target.name}." + (f" {_lost(target)}" if lost else "")
        return ToolText(said, uris=(target.uri,))

    return Tool(
        name="delete_file",
        description="Delete one file of the workspace. The user is asked first.",
        kind="delete",
        arguments=DeleteFile,
        title=lambda arguments: f"Delete {arguments.path}",
        run=run,
        time_limit=None,
    )


def _lost(target: Target) -> str:
    return f"{target.name} is too large to be kept: undoing this turn does not bring it back."


def _action(target: Target, *, unsaved: bool, lost: bool) -> Action:
    warned = [f"{target.name} has unsaved changes, which would be lost too."] if unsaved else []
    notes = (*target.notes, *warned, *([_lost(target)] if lost else []))
    size = target.on_disk.st_size
    return Action(
        tool="delete_file",
        kind="delete",
        title=f"Delete {target.name}",
        detail=f"1 file, {size:,} byte{'' if size == 1 else 's'}",
        keys=keys("Delete", target),
        offers=offers("deleting", target, always=False),
        guarded=target.guarded is not None,
        notes=notes,
    )
