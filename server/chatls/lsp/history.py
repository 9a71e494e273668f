"""Reading conversations again: `chat/listSessions`, `chat/getSession`, `chat/getTurn` (wire contract, section 7).

The events of a turn are drawn as they were on the stream, with neighbouring text merged. Called by `lsp/requests.py`.
"""

from collections.abc import Sequence

from chatls.chat.ports import SessionStore
from chatls.chat.sessions import Session, TurnRecord
from chatls.errors import InvalidParams, SessionNotFound
from chatls.lsp import query_messages as wire
from chatls.lsp.event_json import Json, event_json


async def list_sessions(store: SessionStore, workspace: Sequence[str], params: wire.ListSessionsParams) -> Json:
    """A page of sessions, newest first; the cursor is the id of the last one."""
    query = (params.query or "").casefold()
    found = [session for session in await store.newest_first(workspace) if _mentions(session, query)]
    if params.cursor is not None:
        found = found[_index([session.session_id for session in found], params.cursor, "cursor") + 1 :]
    page = found[: params.limit]
    more = {"nextCursor": page[-1].session_id} if len(found) > len(page) else {}
    return {"sessions": [_session(session) for session in page], **more}


async def get_session(store: SessionStore, workspace: Sequence[str], params: wire.GetSessionParams) -> Json:
    """A session and a page of its turns, oldest first; `before` is the turn to ask for earlier ones with."""
    session = await find_session(store, workspace, params.session_id)
    turns = session.turns
    if params.before is not None:
        turns = turns[: _index([turn.turn_id for turn in turns], params.before, "before")]
    page = turns[-params.limit :]
    more = {"before": page[0].turn_id} if len(turns) > len(page) else {}
    return {"session": _session(session), "turns": [_turn(turn) for turn in page], **more}


async def get_turn(store: SessionStore, workspace: Sequence[str], params: wire.GetTurnParams) -> Json:
    """What a client missed of a turn; all of it, marked `reset`, where its numbers cannot be known."""
    journal = (await find_session(store, workspace, params.session_id)).turn(params.turn_id).journal
    unknown = params.after_seq > journal.last_seq
    events = [event_json(event, seq) for seq, event in journal.since(-1 if unknown else params.after_seq)]
    return {**({"reset": True} if unknown else {}), "events": events, "lastSeq": journal.last_seq}


async def find_session(store: SessionStore, workspace: Sequence[str], session_id: str) -> Session:
    """
    Raises:
        SessionNotFound: none of this set of folders has this id.
    """
    session = await store.find(session_id, workspace)
    if session is None:
        raise SessionNotFound(session_id)
    return session


def _mentions(session: Session, query: str) -> bool:
    """Whether the query, in lower case, stands in the title or in a message of the user."""
    texts = (session.title, *(str(turn.asked.get("content", "")) for turn in session.turns))
    return any(query in text.casefold() for text in texts)


def _session(session: Session) -> Json:
    return {
        "sessionId": session.session_id,
        "title": session.title,
        "createdAt": session.created_at,
        "updatedAt": session.updated_at,
        "workspace": list(session.workspace),
        "model": session.turns[-1].model if session.turns else "",
        "turns": len(session.turns),
        "busy": session.running is not None,
    }


def _turn(turn: TurnRecord) -> Json:
    return {
        "turnId": turn.turn_id,
        "message": turn.asked,
        "agent": turn.agent,
        "model": turn.model,
        "state": turn.state,
        "events": [event_json(event, seq) for seq, event in turn.journal.since()],
    }


def _index(ids: Sequence[str], wanted: str, field: str) -> int:
    if wanted not in ids:
        raise InvalidParams(field, "what an earlier page returned")
    return ids.index(wanted)
