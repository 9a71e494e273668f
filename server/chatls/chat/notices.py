"""What a session was told about the choice of its model: it is told once, and again when it is something else.

Pure. Kept by `chat/work.py` for all sessions of the process.
"""

from collections import OrderedDict

MAX_SESSIONS = 1000
"""The sessions used last; the others may be told again."""


class Notices:
    """The last notice of each session."""

    def __init__(self) -> None:
        self._last: OrderedDict[str, str | None] = OrderedDict()

    def news(self, session_id: str, notice: str | None) -> str | None:
        """The notice, unless it is what this session was told last."""
        known = self._last.pop(session_id, None)
        self._last[session_id] = notice
        if len(self._last) > MAX_SESSIONS:
            self._last.popitem(last=False)
        return None if notice == known else notice
