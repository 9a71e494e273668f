"""Which session is meant: the one used last, or the one whose id begins so.

Asks the server for its list, page by page, and nothing else. Called by whatever resumes, renames or deletes a session,
in a conversation and outside of one.
"""

from collections.abc import Callable, Sequence

from chatls.terminal.rpc import Failure, Json, Peer, Reply, as_list
from chatls.terminal.sanitize import one_line

PAGE = 200
"""Sessions that are asked for at once, the most that the server gives."""
NAMED = 5
"""Sessions that are named where an id could be that of several."""
NO_SESSION = "There is no session to resume in this workspace."
LIST_THEM = "`chatls sessions` lists them, and /sessions in a conversation."
NOT_A_MESSAGE = f"A message goes before --resume, or behind `--`. {LIST_THEM}"
"""The hint where `--resume` named the session: it takes the word behind it for an id."""

OnFound = Callable[[Json | Failure], None]


def find_session(peer: Peer, beginning: str, on_found: OnFound, hint: str = LIST_THEM) -> None:
    """Find a session by its id or a unique beginning of it, "" being the one used last; or say why there is none.

    `hint` is what to do where no id begins so.
    """

    def ask(matching: Sequence[Json], cursor: object) -> None:
        def answered(reply: Reply) -> None:
            found = [
                *matching,
                *(s for s in as_list(reply.values.get("sessions")) if session_id(s).startswith(beginning)),
            ]
            more = reply.values.get("nextCursor")
            if reply.error:
                on_found(reply.error)
            elif more and beginning and not _exact(found, beginning):
                ask(found, more)
            else:
                on_found(_chosen(found, beginning, hint))

        paging = {"limit": PAGE if beginning else 1, **({"cursor": cursor} if cursor else {})}
        peer.request("chat/listSessions", paging, answered)

    ask((), None)


def session_id(session: Json) -> str:
    """The id of a session as the server lists it."""
    return str(session.get("sessionId"))


def _exact(sessions: Sequence[Json], id_: str) -> Sequence[Json]:
    return [session for session in sessions if session_id(session) == id_]


def _chosen(found: Sequence[Json], beginning: str, hint: str) -> Json | Failure:
    if not beginning:
        return found[0] if found else Failure(0, NO_SESSION)
    whose = f"whose id begins with {one_line(beginning, 40)}"
    match _exact(found, beginning) or found:
        case []:
            reason = {"reason": "session_not_found", "hint": hint}
            return Failure(0, f"There is no session in this workspace {whose}.", reason)
        case [session]:
            return session
        case _:
            ids = ", ".join([*map(session_id, found[:NAMED]), *(["…"] if len(found) > NAMED else [])])
            return Failure(0, f"There are {len(found)} sessions {whose}: {ids}. Type more of the one you mean.")
