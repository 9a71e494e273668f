"""Puts back what a turn did to files: all of them are looked at first, and nothing is done where one is not as the turn
left it.

Whatever is put back goes the way of every other change (`tools/editing/changes.py`): open documents in the editor,
with its undo, and nothing that the guard refuses. A file that the turn moved is moved back, folders that it made and
that are empty are taken away. The order of things is in `tools/editing/undo_plan.py`, doing them in
`tools/editing/undo_steps.py`. Made by `rooms.py`.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress

from chatls.chat.ports import Editor, EditorActions, OpenDocument
from chatls.chat.undo import ChangeLog, Content, FileHistory, TurnChanges, Undone, histories
from chatls.errors import FilesChanged
from chatls.tools.base import ToolError
from chatls.tools.editing.changes import Changes
from chatls.tools.editing.current import is_saved
from chatls.tools.editing.states import state_of
from chatls.tools.editing.targets import SECONDS
from chatls.tools.editing.undo_plan import Found, Move, plan_of
from chatls.tools.editing.undo_steps import MAX_NAMES, Steps, unlinked
from chatls.tools.guard.paths import Roots
from chatls.tools.guard.places import WorkspacePath
from chatls.tools.work import Deadline, in_thread

_HINT = (
    "Undo the later turns that changed them first, or put them back by hand; "
    "what you or a command changed meanwhile would be lost."
)


class TurnUndo:
    """Undoes turns in these folders; `log` is asked which scopes are followed, and this one never is."""

    def __init__(self, roots: Roots, editor: Editor, actions: EditorActions, log: ChangeLog) -> None:
        self._roots = roots
        self._editor = editor
        self._changes = Changes(roots, editor, actions, log)

    async def undo(self, turn: TurnChanges, content: Content) -> Undone:
        """As `chat/undo.py` has it.

        Raises:
            FilesChanged: somebody else has changed some files since, or the editor or the disk would not.
        """
        files = histories(turn.changes)
        found = await self._look([file for file in files if file.is_known])
        wanted = {file.history.before for file in found if not file.is_undone and file.history.before is not None}
        plan = plan_of(found, {digest: held for digest in wanted if (held := await content(digest)) is not None})
        await Steps(self._roots, self._editor, self._changes).carry_out(plan.steps)
        await in_thread(SECONDS, lambda _: _remove_folders(self._roots, turn))
        lost = (*(file.uri for file in files if not file.is_known), *(file.history.uri for file in plan.kept))
        undone = [
            file for step in plan.steps for file in ((step.to, step.file) if isinstance(step, Move) else (step.file,))
        ]
        back = tuple(dict.fromkeys(file.history.uri for file in undone))
        return Undone(back, lost, tuple(self._notes(back, lost, await self._unsaved(undone))))

    async def _look(self, files: Sequence[FileHistory]) -> Sequence[Found]:
        """The files as they are now.

        Raises:
            FilesChanged: some are not as the turn left them.
        """
        documents = self._editor.documents()
        work = in_thread(SECONDS, lambda deadline: [_found(self._roots, documents, file, deadline) for file in files])
        found = [one for one in await work if one is not None]
        changed = sorted({file.uri for file in files} - {file.history.uri for file in found})
        if changed:
            raise FilesChanged(
                changed, f"Nothing was undone: {self._names(changed)} changed after this turn.", hint=_HINT
            )
        return found

    async def _unsaved(self, files: Sequence[Found]) -> Sequence[str]:
        """Those of these files whose documents are not saved yet."""
        opened = [(file, document) for file in files if (document := self._editor.document(file.target.uri))]
        work = in_thread(
            SECONDS, lambda _: [one.history.uri for one, it in opened if is_saved(self._roots, it) is False]
        )
        return await work

    def _notes(self, back: Sequence[str], lost: Sequence[str], unsaved: Sequence[str]) -> Iterator[str]:
        if back:
            count = "1 file is as it was" if len(back) == 1 else f"{len(back)} files are as they were"
            yield f"{count} before: {self._names(back)}."
        if unsaved:
            yield f"Not saved yet in the editor: {self._names(unsaved)}."
        if lost:
            yield f"Not put back, since what was there was too large, or is kept no longer: {self._names(lost)}."

    def _names(self, uris: Sequence[str]) -> str:
        more = [f"{len(uris) - MAX_NAMES} more"] if len(uris) > MAX_NAMES else []
        return ", ".join([*(_shown(self._roots, uri) for uri in uris[:MAX_NAMES]), *more])


def _found(roots: Roots, documents: Sequence[OpenDocument], file: FileHistory, deadline: Deadline) -> Found | None:
    """A file as it is now; None where that is not what the turn left."""
    try:
        target = unlinked(roots, documents, file.uri)
        now = state_of(roots, target, deadline)
    except ToolError:
        return None
    return Found(file, target, now) if file.leads_to(now.digest) else None


def _remove_folders(roots: Roots, turn: TurnChanges) -> None:
    """Take away the folders that the turn made, where nothing is in them, the deepest first."""
    made: set[WorkspacePath] = set()
    for change in turn.changes:
        with suppress(ToolError):
            path = roots.resolve(change.uri)
            depth = len(path.parts) - 1
            made |= {WorkspacePath(path.folder, path.parts[: depth - above]) for above in range(change.folders)}
    for path in sorted(made, key=lambda path: len(path.parts), reverse=True):
        roots.remove_empty(path)


def _shown(roots: Roots, uri: str) -> str:
    try:
        return roots.shown(roots.resolve(uri))
    except ToolError:
        return uri.rpartition("/")[2]
