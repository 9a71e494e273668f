"""A workspace to read in tests: a folder beside a secret, the tools over it, and an editor that is only a list."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chatls.chat.events import PhaseName, ToolCall, ToolFailure, ToolText
from chatls.chat.ports import OpenDocument, ToolRun
from chatls.tools.base import AnyTool
from chatls.tools.guard.beneath import Root
from chatls.tools.guard.folder_root import FolderRoot
from chatls.tools.guard.path_root import PathRoot
from chatls.tools.guard.paths import Roots
from chatls.tools.reading.tools import reading_tools
from chatls.tools.toolset import Toolset

SECRET = "S3CRET"
"""What lies outside and must come out nowhere."""

GUARDS: Mapping[str, Callable[[str], Root]] = {
    "openat2": FolderRoot,
    "openat": lambda path: FolderRoot(path, fast=False),
    "realpath": PathRoot,
}
"""Every way to open beneath a folder; a system uses the first that it can."""


class ListedEditor:
    """An editor with these documents open, each (URI, text)."""

    def __init__(self, *documents: tuple[str, str]) -> None:
        self.open = [OpenDocument(uri, 1, text) for uri, text in documents]

    def document(self, uri: str) -> OpenDocument | None:
        return next((document for document in self.open if document.uri == uri), None)

    def documents(self) -> Sequence[OpenDocument]:
        return self.open

    def folders(self) -> Sequence[tuple[str, str]]:
        return []


@dataclass
class Workspace:
    """One folder, its tools and its editor. The secret lies beside it."""

    folder: Path
    roots: Roots
    editor: ListedEditor
    tools: Toolset

    @property
    def outside(self) -> Path:
        return self.folder.parent

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Write files by their path in the folder."""
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def open(self, name: str, text: str) -> None:
        """Open a file in the editor with this text."""
        self.editor.open.append(OpenDocument((self.folder / name).as_uri(), 1, text))

    async def call(self, tool: str, **arguments: object) -> ToolText | ToolFailure:
        """Call a tool as a model does."""
        return await called(self.tools, tool, **arguments)

    async def text(self, tool: str, **arguments: object) -> str:
        """The text of a call that must not fail."""
        result = await self.call(tool, **arguments)
        assert isinstance(result, ToolText), result
        return result.text

    async def failure(self, tool: str, **arguments: object) -> ToolFailure:
        """The failure of a call that must fail."""
        result = await self.call(tool, **arguments)
        assert isinstance(result, ToolFailure), result
        return result


def workspace(
    outside: Path,
    *,
    make: Callable[[str], Root] = FolderRoot,
    tools: Callable[[Roots, ListedEditor], Iterable[AnyTool]] = reading_tools,
) -> Workspace:
    """A new workspace folder "ws" in `outside`, beside the file "secret"."""
    folder = outside / "ws"
    folder.mkdir()
    (outside / "secret").write_text(SECRET)
    roots = Roots([("ws", os.fspath(folder))], make=make)
    editor = ListedEditor()
    return Workspace(folder, roots, editor, Toolset(tools(roots, editor)))


async def called(tools: Toolset, tool: str, **arguments: object) -> ToolText | ToolFailure:
    """One call of a tool, with nobody listening to its progress."""
    return await tools.run(ToolCall("call-1", tool, arguments), quiet_run())


def quiet_run(session_id: str | None = None, turn_id: str | None = None, call_id: str = "call-1") -> ToolRun:
    """Where a call runs whose progress nobody watches."""

    async def progress(_status: str, _data: str | None) -> None: ...

    async def enter(_phase: PhaseName) -> None: ...

    return ToolRun(call_id, session_id, turn_id, progress, enter)
