"""Conversations read again and put in order: listing, drawing, catching up, renaming, forking, deleting (wire contract,
section 7).

The events of a turn are drawn as they were on the stream, with neighbouring text merged. Called by `lsp/requests.py`.
"""

from chatls.chat.keeping import SessionStore
from chatls.chat.ports import Grants
from chatls.chat.sessions import Session, TurnRecord
from chatls.errors import InvalidParams
from chatls.lsp import query_messages as wire
from chatls.lsp.event_json import Json, event_json

Workspace = tuple[str, ...]


async def list_sessions(store: SessionStore, workspace: Workspace, params: wire.ListSessionsParams) -> Json:
    """A page of sessions, the one used last first."""
    found, more = await store.sessions(workspace, params.query or "", params.cursor, params.limit)
    return {"sessions": [_session(session) for session in found], **({"nextCursor": more} if more else {})}


async def get_session(store: SessionStore, workspace: Workspace, params: wire.GetSessionParams) -> Json:
    """A session and a page of its turns, oldest first; `before` is the turn to ask for earlier ones with."""
    session = await store.find(workspace, params.session_id)
    turns, more = await store.turns(session, params.before, params.limit)
    earlier = {"before": turns[0].turn_id} if more else {}
    return {"session": _session(session), "turns": [_turn(turn) for turn in turns], **earlier}


async def get_turn(store: SessionStore, workspace: Workspace, params: wire.GetTurnParams) -> Json:
    """What a client missed of a turn; all of it, marked `reset`, where its numbers are no longer known."""
    session = await store.find(workspace, params.session_id)
    turn = await store.turn(session, params.turn_id)
    journal = turn.journal
    unknown = not turn.numbered or params.after_seq > journal.last_seq
    events = [event_json(event, seq) for seq, event in journal.since(-1 if unknown else params.after_seq)]
    return {**({"reset": True} if unknown else {}), "events": events, "lastSeq": journal.last_seq}


async def rename_session(store: SessionStore, workspace: Workspace, params: wire.RenameSessionParams) -> Json:
    """Give a session another title, on one line."""
    title = " ".join(params.title.split())
    if not title:
        raise InvalidParams("title", "a title that is not empty")
    await store.rename(await store.find(workspace, params.session_id), title)
    return {}


async def delete_session(
    store: SessionStore, grants: Grants, workspace: Workspace, params: wire.DeleteSessionParams
) -> Json:
    """Forget a session, and what was granted in it."""
    await store.delete(await store.find(workspace, params.session_id))
    grants.forget(params.session_id)
    return {}


async def fork_session(store: SessionStore, workspace: Workspace, params: wire.ForkSessionParams) -> Json:
    """Begin another session with a copy of this one, up to and with a turn."""
    session = await store.find(workspace, params.session_id)
    return {"sessionId": await store.fork(session, params.turn_id)}


def _session(session: Session) -> Json:
    return {
        "sessionId": session.session_id,
        "title": session.title,
        "createdAt": session.created_at,
        "updatedAt": session.updated_at,
        "workspace": list(session.workspace),
        "model": session.model,
        "turns": session.turns,
        "busy": session.busy,
    }


def _turn(turn: TurnRecord) -> Json:
    return {
        "turnId": turn.turn_id,
        "message": turn.message,
        "agent": turn.agent,
        "model": turn.model,
        "state": turn.state,
        "events": [event_json(event, seq) for seq, event in turn.journal.since()],
    }
