"""Undoing turns of the tests that change files."""

import pytest

from chatls.chat.undo import Undone
from chatls.errors import FilesChanged
from chatls.tools.editing.undo import TurnUndo
from tests.support.changing import Changing
from tests.support.writing import files


async def undo(desk: Changing, turn: str = "t") -> Undone:
    """Put back what a turn did."""
    undoing = TurnUndo(desk.roots, desk.acting, desk.acting, desk.kept)
    return await undoing.undo(desk.kept.turns[turn], desk.kept.content)


async def refused(desk: Changing, turn: str = "t") -> list[str]:
    """The files for which a turn is not undone; nothing changes then."""
    before, buffers = files(desk.folder), [document.text for document in desk.editor.open]
    with pytest.raises(FilesChanged, match=r"^Nothing was undone: ") as caught:
        await undo(desk, turn)
    assert (files(desk.folder), [document.text for document in desk.editor.open]) == (before, buffers)
    return [uri.removeprefix(f"{desk.folder.as_uri()}/") for uri in caught.value.files]
