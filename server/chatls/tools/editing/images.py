"""Before a turn changes a file it is written down how the file is, so that the turn can be undone.

Nothing changes before that lasts. Where an editor makes something else of a change than it was asked to (its own line
ends, a formatter as it saves), that is written down too: it is no change of the user's. Made by
`tools/editing/changes.py`.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from chatls.chat.ports import Editor, OpenDocument, TextChange
from chatls.chat.undo import ChangeLog, FileChange, digest_of
from chatls.tools.base import ToolError
from chatls.tools.editing.current import Current
from chatls.tools.editing.plain import applied, plain
from chatls.tools.editing.states import MAX_KEPT, as_bytes, before_of, coding_on_disk, mode_of, state_of
from chatls.tools.editing.targets import SECONDS, Target
from chatls.tools.guard.paths import Roots
from chatls.tools.guard.places import WorkspacePath
from chatls.tools.work import in_thread


@dataclass(frozen=True, slots=True)
class _Left:
    """A document as a turn left it: the file's own URI, and the digest of its content."""

    uri: str
    digest: str | None


class Images:
    """Writes down in `log` what the turns that it follows do; of other scopes nothing is kept."""

    def __init__(self, roots: Roots, editor: Editor, log: ChangeLog) -> None:
        self._roots = roots
        self._editor = editor
        self._log = log
        self._left: dict[str, dict[str, _Left]] = {}
        """For each scope the documents as it left them, by the URI that the editor has for them."""

    def loses(self, scope: str, target: Target) -> bool:
        """Whether a file is too large to be kept."""
        size = target.status.st_size if target.status else 0
        return self._log.follows(scope) and max(size, len(target.document.text if target.document else "")) > MAX_KEPT

    def forget(self, scope: str) -> None:
        """The scope is over."""
        self._left.pop(scope, None)

    async def before_write(self, scope: str, current: Current, changes: Sequence[TextChange]) -> None:
        """A text is about to change.

        Raises:
            ToolError: as `Roots.open_file`.
        """
        if not self._log.follows(scope):
            return
        change = await in_thread(SECONDS, lambda _: self._write(current, changes))
        await self._log.record(scope, [change])
        if current.target.document is not None:
            self._left.setdefault(scope, {})[current.target.document.uri] = _Left(change.uri, change.after)

    async def before_removal(self, scope: str, target: Target) -> None:
        """A file is about to be deleted. Raises as `before_write`."""
        if self._log.follows(scope):
            now = await in_thread(SECONDS, lambda deadline: state_of(self._roots, target, deadline))
            await self._log.record(scope, [FileChange(target.path.uri, now.digest, None, now.mode, 0, now.content)])

    async def before_move(self, scope: str, source: Target, target: Target) -> None:
        """A file is about to be moved to where none is. Raises as `before_write`."""
        if not self._log.follows(scope):
            return
        now = await in_thread(SECONDS, lambda deadline: state_of(self._roots, source, deadline))
        folders = await in_thread(SECONDS, lambda _: _missing(self._roots, target.path))
        left = FileChange(source.path.uri, now.digest, None, now.mode, 0, now.content)
        await self._log.record(scope, [left, FileChange(target.path.uri, None, now.digest, folders=folders)])
        known = self._left.get(scope, {})
        if source.uri in known:
            known[target.uri] = _Left(target.path.uri, known.pop(source.uri).digest)

    async def before_command(self, scope: str) -> None:
        """A command is about to run that may change files."""
        if self._log.follows(scope):
            await self._log.record_command(scope)

    async def after_edit(self, scope: str, document: OpenDocument, changes: Sequence[TextChange]) -> None:
        """An editor has changed a document, and may have kept to its own line ends."""
        now = self._editor.document(document.uri)
        if now is None or not self._log.follows(scope):
            return
        expected = applied(document.text, changes)
        if now.text != expected and plain(now.text).text == plain(expected).text:
            await self._found(scope, [now.uri])

    @asynccontextmanager
    async def around_save(self, scope: str, uris: Sequence[str]) -> AsyncGenerator[None]:
        """An editor saves documents of this scope, and may change those as it does."""
        known = self._left.get(scope, {})
        digests = await self._digests(uris if self._log.follows(scope) else ())
        ours = [uri for uri, digest in digests.items() if uri in known and known[uri].digest == digest]
        yield
        await self._found(scope, ours)

    async def _found(self, scope: str, uris: Sequence[str]) -> None:
        """Write down what these documents have become."""
        known = self._left.get(scope, {})
        found = {uri: digest for uri, digest in (await self._digests(uris)).items() if uri in known}
        changes = [
            FileChange(known[uri].uri, known[uri].digest, digest)
            for uri, digest in found.items()
            if known[uri].digest != digest
        ]
        if changes:
            known.update({uri: _Left(known[uri].uri, digest) for uri, digest in found.items()})
            await self._log.record(scope, changes)

    async def _digests(self, uris: Sequence[str]) -> dict[str, str]:
        """The digests of open documents."""
        opened = [document for uri in uris if (document := self._editor.document(uri)) is not None]
        return await in_thread(SECONDS, lambda _: {one.uri: self._digest(one) for one in opened})

    def _digest(self, document: OpenDocument) -> str:
        coding = coding_on_disk(self._roots, document.uri)
        return digest_of(as_bytes(document.text, coding))

    def _write(self, current: Current, changes: Sequence[TextChange]) -> FileChange:
        target = current.target
        before, coding = before_of(self._roots, current)
        after = digest_of(as_bytes(applied(current.text or "", changes), coding))
        folders = _missing(self._roots, target.path) if target.status is None else 0
        digest = None if before is None else digest_of(before)
        return FileChange(target.path.uri, digest, after, mode_of(target), folders, before)


def _missing(roots: Roots, path: WorkspacePath) -> int:
    """How many folders above a path are not there."""
    for depth in range(len(path.parts) - 1, 0, -1):
        try:
            roots.locate(WorkspacePath(path.folder, path.parts[:depth]))
        except ToolError:
            continue
        return len(path.parts) - 1 - depth
    return max(0, len(path.parts) - 1)
