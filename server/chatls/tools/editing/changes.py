"""Everything that tools change in the workspace goes through here, in the editor or on the disk.

What is open in the editor is changed there, and never on the disk behind it; what is not open is written whole, in
one step. How a file was before is written down first (`tools/editing/images.py`). For each turn it is known which open
documents held nothing of the user's own that was not saved: those may be saved when a command is to see the new text,
and when the turn is over. Made by `tools/workbench.py` for the tools, which ask it, and by `tools/editing/undo.py`.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Literal

from chatls.chat.ports import Editor, EditorActions, OpenDocument, TextChange
from chatls.chat.undo import ChangeLog
from chatls.tools.base import ToolError
from chatls.tools.editing.codec import encoded
from chatls.tools.editing.current import Current, check_size, is_saved, read_current
from chatls.tools.editing.images import Images
from chatls.tools.editing.plain import applied
from chatls.tools.editing.targets import SECONDS, Target, find_target
from chatls.tools.guard.paths import Roots
from chatls.tools.uris import scheme_of
from chatls.tools.work import in_thread

FINISH_SECONDS = 2.0
"""How long the end of a turn may wait for its documents to be saved."""

logger = logging.getLogger(__name__)


class Changes:
    """Looks targets up, changes them, and has the editor save what is fit to be saved. A scope is `ToolRun.scope`."""

    def __init__(self, roots: Roots, editor: Editor, actions: EditorActions, log: ChangeLog) -> None:
        self._actions = actions
        self._images = Images(roots, editor, log)
        self._roots = roots
        self._editor = editor
        self._saved_before: dict[str, dict[str, bool]] = {}

    async def find(self, path: str, *, follow: bool = True) -> Target:
        """What a path names now. Raises as `find_target`."""
        documents = self._editor.documents()
        return await in_thread(SECONDS, lambda _: find_target(self._roots, documents, path, follow=follow))

    async def read(self, path: str) -> Current:
        """The text that a path names now. Raises as `find_target` and `read_current`."""
        documents = self._editor.documents()
        work = in_thread(SECONDS, lambda _: read_current(self._roots, find_target(self._roots, documents, path)))
        return await work

    async def existing(self, path: str, operation: Literal["rename", "delete"]) -> tuple[Target, bool]:
        """The file that is to be moved or deleted whole, and whether the editor has unsaved changes of it.

        Raises:
            ToolError: as `find_target`; `not_found`; `unsaved_changes`, which the editor cannot take along.
        """
        target = await self.find(path, follow=False)
        _ = target.on_disk
        document = target.document
        if document is None:
            return target, False
        unsaved = await in_thread(SECONDS, lambda _: is_saved(self._roots, document) is not True)
        if unsaved and not self._actions.can_operate(operation):
            raise ToolError(
                "unsaved_changes",
                f"{target.name} has unsaved changes in the editor, which cannot {operation} files for us: "
                "ask the user to save it first.",
            )
        return target, unsaved

    async def write(self, scope: str, current: Current, changes: Sequence[TextChange]) -> bool:
        """Change a text (changes sorted, not overlapping). False: it is not as it was, or the editor would not.

        Raises:
            ToolError: `too_large`, `not_encodable`, or as `Roots.write`.
        """
        target = current.target
        await self._images.before_write(scope, current, changes)
        if target.document is not None:
            return await self._apply(scope, target.document, changes, saved=current.saved)
        try:
            await in_thread(SECONDS, lambda _: self._write(current, changes))
        except ToolError as error:
            if error.code not in ("files_changed", "already_there"):
                raise
            return False
        return True

    async def remove(self, scope: str, target: Target) -> bool:
        """Delete a file that is on the disk. False: the editor would not.

        Raises:
            ToolError: as `Roots.remove`.
        """
        await self._images.before_removal(scope, target)
        if target.document is not None and self._actions.can_operate("delete"):
            return await self._actions.delete(target.document.uri)
        await in_thread(SECONDS, lambda _: self._roots.remove(target.path, target.on_disk))
        return True

    async def move(self, scope: str, source: Target, target: Target) -> bool:
        """Move a file to where none is. False: the editor would not.

        Raises:
            ToolError: as `Roots.move`.
        """
        await self._images.before_move(scope, source, target)
        if source.document is None or not self._actions.can_operate("rename"):
            await in_thread(SECONDS, lambda _: self._roots.move(source.path, target.path))
            return True
        known = self._saved_before.get(scope, {})
        if source.uri in known:
            known[target.uri] = known[source.uri]
        return await self._actions.rename(source.uri, target.uri)

    async def before_command(self, scope: str) -> None:
        """A command is about to run that may change files: what it does to them nobody can undo."""
        await self._images.before_command(scope)

    def loses(self, scope: str, target: Target) -> bool:
        """Whether undo will not bring this file back once it is deleted, being too large to be kept."""
        return self._images.loses(scope, target)

    async def save(self, scope: str) -> Sequence[str]:
        """Have saved what was changed in this scope and held nothing unsaved before: so that a command sees it.

        Returns the names of all documents of the workspace that stay unsaved.
        """
        unsaved = await self._unsaved()
        saved = await self._have_saved(scope, unsaved)
        return [self._roots.shown(self._roots.resolve(uri)) for uri in unsaved if uri not in saved]

    async def finish(self, scope: str) -> None:
        """The scope is over: save as `save` does, within `FINISH_SECONDS`. Raises nothing but CancelledError."""
        try:
            async with asyncio.timeout(FINISH_SECONDS):
                if self._saved_before.get(scope):
                    await self._have_saved(scope, await self._unsaved())
        except Exception as error:  # noqa: BLE001 (the border: a turn is not to fail at its very end)
            logger.warning("documents were not saved at the end of a turn: %s", type(error).__name__)
        finally:
            self._saved_before.pop(scope, None)
            self._images.forget(scope)

    def _write(self, current: Current, changes: Sequence[TextChange]) -> None:
        target = current.target
        data = encoded(applied(current.text or "", changes), current.coding, target.name)
        check_size(target.name, len(data))
        self._roots.write(target.path, data, expect=target.status)

    async def _apply(self, scope: str, document: OpenDocument, changes: Sequence[TextChange], *, saved: bool) -> bool:
        known = self._saved_before.setdefault(scope, {})
        first = document.uri not in known
        known.setdefault(document.uri, saved)  # before, so that it is known also where the call is cancelled meanwhile
        done = await self._actions.apply(document, changes)
        if first and not done:
            del known[document.uri]
        if done:
            await self._images.after_edit(scope, document, changes)
        return done

    async def _have_saved(self, scope: str, unsaved: Sequence[str]) -> frozenset[str]:
        known = self._saved_before.get(scope, {})
        wanted = [uri for uri in unsaved if known.get(uri)]
        if not wanted:
            return frozenset()
        async with self._images.around_save(scope, wanted):
            return await self._actions.save(wanted)

    async def _unsaved(self) -> Sequence[str]:
        """The documents of the workspace that are known to differ from the disk."""
        documents = [document for document in self._editor.documents() if scheme_of(document.uri) == "file"]
        work = in_thread(SECONDS, lambda _: [one.uri for one in documents if is_saved(self._roots, one) is False])
        return await work
