"""A workspace whose files can be changed: the tools that change them, an editor that acts, a user who answers."""

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from chatls.chat.approvals import Grant, OptionKind, Question
from chatls.chat.events import ToolCall, ToolFailure, ToolText
from chatls.chat.ports import OpenDocument
from chatls.tools.approval.gate import Gate
from chatls.tools.editing.changes import Changes
from chatls.tools.editing.tools import changing_tools
from chatls.tools.guard.beneath import Root
from chatls.tools.guard.folder_root import FolderRoot
from chatls.tools.guard.paths import Roots
from chatls.tools.toolset import Toolset
from tests.support.acting_editor import ActingEditor, Reply, choosing
from tests.support.grants import MemoryGrants
from tests.support.kept_changes import KeptChanges
from tests.support.workspaces import SECRET, Workspace, quiet_run

WORKSPACE = ("ws",)
"""What grants for good are kept for."""

YES = choosing("allow_once")
NO = choosing("reject_once")

TEXT = "".join(f"line {number}\n" for number in range(1, 31))
TWO = [{"old_text": "line 3\n", "new_text": "three\n"}, {"old_text": "line 20\n", "new_text": "twenty\n20\n"}]
"""Edits of it that are two hunks."""


def edit(old: str, new: str) -> list[dict[str, str]]:
    """The `edits` of a call that makes one."""
    return [{"old_text": old, "new_text": new}]


def answering(*kinds: OptionKind) -> Reply:
    """A user who answers one question after the other."""
    left = list(kinds)
    return lambda question: choosing(left.pop(0))(question)


@dataclass
class Changing(Workspace):
    """Like `Workspace`; calls are made in the session "s" and the turn "t"."""

    acting: ActingEditor
    changes: Changes
    kept: KeptChanges
    grants: MemoryGrants

    async def call(self, tool: str, **arguments: object) -> ToolText | ToolFailure:
        return await self.tools.run(ToolCall("call-1", tool, arguments), quiet_run("s", "t"))

    async def done(self, tool: str, **arguments: object) -> ToolText:
        """The result of a call that must not fail."""
        result = await self.call(tool, **arguments)
        assert isinstance(result, ToolText), result
        return result

    async def granted(self, tool: str, *keys: str) -> None:
        """The user allowed these keys for good."""
        for key in keys:
            grant = Grant(f"{tool} {key}", tool, "always", True, key, "label", "2026-01-02T12:00:00Z")
            await self.grants.add(WORKSPACE, grant)

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    def is_there(self, name: str) -> bool:
        return os.path.lexists(self.folder / name)

    def names(self) -> list[str]:
        """What lies in the folder."""
        return sorted(path.name for path in self.folder.iterdir())

    def buffer(self, name: str) -> str:
        """The text of an open document."""
        document = self.editor.document(self.uri(name))
        assert document is not None
        return document.text

    def typed(self, name: str, text: str) -> None:
        """The user makes this the text of an open document."""
        documents = self.editor.open
        (index,) = (at for at, one in enumerate(documents) if one.uri == self.uri(name))
        documents[index] = OpenDocument(documents[index].uri, (documents[index].version or 0) + 1, text)

    @property
    def question(self) -> Question:
        """The only question that was asked."""
        (asked,) = self.acting.asked
        return asked


@contextmanager
def changing(
    outside: Path, reply: Reply | None = YES, *, make: Callable[[str], Root] = FolderRoot
) -> Generator[Changing]:
    """A new workspace folder "ws" in `outside`, beside the file "secret", and a user who replies."""
    folder = outside / "ws"
    folder.mkdir()
    (outside / "secret").write_text(SECRET)
    roots = Roots([("ws", os.fspath(folder))], make=make)
    editor = ActingEditor(reply=reply)
    kept = KeptChanges("t")
    changes = Changes(roots, editor, editor, kept)
    grants = MemoryGrants()
    gate = Gate(editor, grants, lambda: WORKSPACE, pytest.fail)
    try:
        yield Changing(folder, roots, editor, Toolset(changing_tools(changes, gate)), editor, changes, kept, grants)
    finally:
        roots.close()
