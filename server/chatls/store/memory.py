"""Sessions for as long as the process lives. Nothing here touches the disk. Built by `rooms.py`."""

from collections.abc import Sequence

from chatls.chat.sessions import Session


class MemorySessions:
    """The port `SessionStore`, in memory."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}

    async def add(self, session: Session) -> None:
        self._sessions[session.session_id] = session

    async def find(self, session_id: str, workspace: Sequence[str]) -> Session | None:
        session = self._sessions.get(session_id)
        return session if session is not None and session.workspace == tuple(sorted(workspace)) else None

    async def newest_first(self, workspace: Sequence[str]) -> Sequence[Session]:
        wanted = tuple(sorted(workspace))
        # From the newest on, which stays first among those that were used in the same millisecond.
        here = (session for session in reversed(self._sessions.values()) if session.workspace == wanted)
        return sorted(here, key=lambda session: session.updated_at, reverse=True)
