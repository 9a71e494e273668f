"""Carries out what it takes to undo a turn, step by step: what was done is taken back where the rest cannot be done.

Each file is looked at once more before it is touched. Called by `tools/editing/undo.py`.
"""

from collections.abc import Sequence

from chatls.chat.ports import Editor, OpenDocument, TextChange
from chatls.chat.sessions import new_id
from chatls.errors import FilesChanged
from chatls.tools.base import ToolError
from chatls.tools.editing.changes import Changes
from chatls.tools.editing.codec import decoded
from chatls.tools.editing.targets import SECONDS, Target, find_target
from chatls.tools.editing.undo_plan import Found, Move, Step
from chatls.tools.guard.paths import Roots
from chatls.tools.work import in_thread

MAX_NAMES = 10
"""Files that a sentence names."""


class Steps:
    """One undo under way."""

    def __init__(self, roots: Roots, editor: Editor, changes: Changes) -> None:
        self._roots = roots
        self._editor = editor
        self._changes = changes
        self._scope = f"undo {new_id()}"

    async def carry_out(self, steps: Sequence[Step]) -> None:
        """Do all of it.

        Raises:
            FilesChanged: something could not be done.
        """
        try:
            for number, step in enumerate(steps):
                try:
                    done, why = await self._do(step), "it changed at this moment, or the editor did not take it."
                except ToolError as error:
                    done, why = False, error.message
                if not done:
                    raise _failed(step.file, why, await self._take_back(steps[:number]))
        finally:
            await self._changes.finish(self._scope)

    async def _do(self, step: Step) -> bool:
        """Do one step, if the file is still as it was looked at."""
        file = step.file
        now = await self._find(file.history.uri)
        if not now.is_still(file.target):
            return False
        if isinstance(step, Move):
            return await self._changes.move(self._scope, now, await self._find(step.to.history.uri))
        return await self._turn_into(now, step.content, file.history.mode, removed=file.history.removed)

    async def _take_back(self, steps: Sequence[Step]) -> Sequence[Found]:
        """Undo the undoing, as far as that goes; returns the files where it does not."""
        return [step.file for step in reversed(steps) if not await self._is_taken_back(step)]

    async def _is_taken_back(self, step: Step) -> bool:
        file = step.file
        try:
            now = await self._find(file.history.uri)
            if isinstance(step, Move):
                return await self._changes.move(self._scope, await self._find(step.to.history.uri), now)
            if file.now.digest is not None and file.now.content is None:
                return False
            mode = file.now.mode if now.status is None else None
            return await self._turn_into(now, file.now.content, mode, removed=file.history.removed)
        except ToolError:
            return False

    async def _turn_into(self, target: Target, content: bytes | None, mode: int | None, *, removed: bool) -> bool:
        """Give a file this content, or take it away; `removed`: an open document of it may have no file. False: it has
        changed, or the editor would not."""
        if content is None:
            return target.status is None or await self._changes.remove(self._scope, target)
        if target.document is not None:
            if not await self._edit(target, content):
                return False
            if target.status is not None or not removed:
                return True
        await in_thread(SECONDS, lambda _: self._roots.write(target.path, content, expect=target.status, mode=mode))
        return True

    async def _edit(self, target: Target, content: bytes) -> bool:
        """Have the editor change a document into this."""
        current = await self._changes.read(target.path.uri)
        if current.target.document != target.document or current.text is None:
            return False
        old = current.text
        change = await in_thread(SECONDS, lambda _: _difference(old, decoded(content, target.name)[0]))
        return change is None or await self._changes.write(self._scope, current, [change])

    async def _find(self, uri: str) -> Target:
        documents = self._editor.documents()
        return await in_thread(SECONDS, lambda _: unlinked(self._roots, documents, uri))


def _failed(file: Found, why: str, others: Sequence[Found]) -> FilesChanged:
    """A file cannot be put back; `others` are put back already, and that cannot be helped."""
    name = file.target.name
    if not others:
        return FilesChanged([file.history.uri], f"Nothing was undone: {name} cannot be put back: {why}")
    names = ", ".join(other.target.name for other in others[:MAX_NAMES])
    uris = [file.history.uri, *(other.history.uri for other in others)]
    return FilesChanged(uris, f"Only these files are as they were before: {names}. {name} cannot be put back: {why}")


def unlinked(roots: Roots, documents: Sequence[OpenDocument], uri: str) -> Target:
    """The file of this URI.

    Raises:
        ToolError: as `find_target`; `is_a_link`: by now a link leads somewhere else.
    """
    target = find_target(roots, documents, uri, follow=False)
    if target.path != roots.resolve(uri):
        raise ToolError("is_a_link", f"{target.name} is reached through a symbolic link now.")
    return target


def _difference(old: str, new: str) -> TextChange | None:
    """The one change that makes the new text of the old one; None: they are the same."""
    if old == new:
        return None
    start = _shared(old, new)
    end = _shared(old[start:][::-1], new[start:][::-1])
    return TextChange(start, len(old) - end, new[start : len(new) - end])


def _shared(one: str, other: str) -> int:
    """How many characters both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (left, right) in pairs if left != right), min(len(one), len(other)))
