"""Grants that last as long as a test."""

from collections.abc import Sequence

from chatls.chat.approvals import Grant


class MemoryGrants:
    """The port `GrantStore`, in memory."""

    def __init__(self) -> None:
        self._grants: dict[tuple[str, ...], list[Grant]] = {}

    async def grants(self, workspace: Sequence[str]) -> Sequence[Grant]:
        return list(self._grants.get(tuple(workspace), ()))

    async def add(self, workspace: Sequence[str], grant: Grant) -> None:
        self._grants.setdefault(tuple(workspace), []).append(grant)

    async def remove(self, workspace: Sequence[str], grant_id: str) -> bool:
        before = await self.grants(workspace)
        kept = [grant for grant in before if grant.grant_id != grant_id]
        self._grants[tuple(workspace)] = kept
        return len(kept) < len(before)
