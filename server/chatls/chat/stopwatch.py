"""How long a tool call took, not counting the time in which it waited for the user.

Started by those who run calls: `chat/tool_calls.py` inside a turn, `lsp/call_tool.py` without one.
"""

from collections.abc import Callable

from chatls.chat.events import PhaseName


class Stopwatch:
    """Runs from the beginning. `now` is monotonic time in seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._began = now()
        self._waiting_since: float | None = None

    def enter(self, phase: PhaseName) -> None:
        """Stand still as long as the call is in the phase `approval`."""
        if self._waiting_since is not None:
            self._began += self._now() - self._waiting_since
        self._waiting_since = self._now() if phase == "approval" else None

    @property
    def milliseconds(self) -> int:
        """The time so far."""
        end = self._now() if self._waiting_since is None else self._waiting_since
        return round((end - self._began) * 1000)
