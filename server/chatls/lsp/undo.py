"""`chat/undoTurn`: what a turn changed is put back, the conversation goes back to before it, or both (wire contract,
section 7).

How files are put back is up to `tools/editing/undo.py`. A cancel comes too late: what was begun is done as a whole.
Called by `lsp/requests.py`.
"""

from collections.abc import Iterator
from functools import partial

from chatls.chat.keeping import SessionStore
from chatls.chat.undo import TurnChanges, Undo, Undone
from chatls.lsp.event_json import Json
from chatls.lsp.query_messages import UndoTurnParams


async def undo_turn(store: SessionStore, undo: Undo, workspace: tuple[str, ...], params: UndoTurnParams) -> Json:
    """Undo a turn while no other runs in its session: the files first, and nothing else where they cannot be.

    Raises:
        RequestError: refused; nothing was undone.
    """
    session = await store.find(workspace, params.session_id)
    async with store.held(session):
        turn = await store.changes(session, params.turn_id)
        undone, left = None, None
        if params.restore != "conversation":
            undone = await undo(turn, partial(store.content, session))
        if params.restore != "files":
            left = await store.leave(session, params.turn_id)
    message = " ".join([*_of_files(turn, undone), *_of_turns(left, of_files=undone is not None)])
    found = (
        {} if undone is None else {"files": list(undone.files), **({"kept": list(undone.kept)} if undone.kept else {})}
    )
    return {"message": message, **found, **({} if left is None else {"turns": left})}


def _of_files(turn: TurnChanges, undone: Undone | None) -> Iterator[str]:
    if undone is None:
        return
    if not turn.changes:
        yield "This turn changed no files by itself." if turn.commands else "This turn changed no files."
    elif not (undone.files or undone.kept):
        yield "There is nothing to put back: all files are as they were before this turn."
    yield from undone.notes
    if turn.commands:
        yield "What its commands changed stays."


def _of_turns(left: int | None, *, of_files: bool) -> Iterator[str]:
    if left == 0:
        yield "This turn has left the conversation before."
    elif left == 1:
        yield "1 turn has left the conversation."
    elif left is not None:
        stays = "; what the later ones did to files stays" if of_files else ""
        yield f"{left} turns have left the conversation{stays}."
