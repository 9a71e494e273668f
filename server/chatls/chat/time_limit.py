"""How long a turn may take, not counting the time in which it waits for the user.

Made for each turn by `chat/ledger.py`; its tasks say when they wait.
"""

import asyncio
from types import TracebackType
from typing import Self


class TimeLimit:
    """Ends what runs inside it with a TimeoutError after so many seconds, those in which it is held left out."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._timeout = asyncio.timeout(seconds)
        self._left: float | None = None
        self._holders: set[object] = set()

    async def __aenter__(self) -> Self:
        await self._timeout.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._timeout.__aexit__(kind, error, trace)

    @property
    def expired(self) -> bool:
        """Whether the time is over, and what ran inside is being ended."""
        return self._timeout.expired()

    def hold(self, who: object) -> None:
        """Let the time stand still until all that hold it have released it; once more changes nothing."""
        self._holders.add(who)
        when = self._timeout.when()
        if when is not None and not self.expired:
            self._left = when - asyncio.get_running_loop().time()
            self._timeout.reschedule(None)

    def release(self, who: object) -> None:
        """Let the time go on where it stands still, unless somebody else still waits."""
        self._holders.discard(who)
        if self._holders:
            return
        if self._left is not None and not self.expired:
            self._timeout.reschedule(asyncio.get_running_loop().time() + self._left)
        self._left = None
