"""Changing files of a workspace through its gate, and looking at what became of it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from chatls.tools.base import ToolError
from tests.support.workspaces import Workspace


def status(made: Workspace, name: str) -> os.stat_result:
    """A file as somebody saw it who read it."""
    with made.roots.open_file(made.roots.resolve(name)) as opened:
        return opened.status


def write(made: Workspace, name: str, data: bytes, *, mode: int | None = None) -> None:
    """Write over what is there, or a new file."""
    expect = status(made, name) if (made.folder / name).is_file() else None
    made.roots.write(made.roots.resolve(name), data, expect=expect, mode=mode)


def refused(change: Callable[[], object]) -> str:
    """The code of a change that must be refused."""
    with pytest.raises(ToolError) as caught:
        change()
    return caught.value.code


def files(folder: Path) -> dict[str, bytes]:
    """All that is in a folder, at any depth."""
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b"" for path in folder.rglob("*")}
