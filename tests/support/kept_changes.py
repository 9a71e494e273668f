"""What turns do to files, kept in memory: the port `ChangeLog`, and what undoing asks for."""

from collections.abc import Callable, Sequence

from chatls.chat.undo import FileChange, TurnChanges, digest_of


class KeptChanges:
    """Follows these turns. `on_record` is called with what is about to change, before it is kept."""

    def __init__(self, *turns: str) -> None:
        self.turns = {turn: TurnChanges([]) for turn in turns}
        self.contents: dict[str, bytes] = {}
        self.on_record: Callable[[Sequence[FileChange]], object] = lambda _: None

    def follows(self, scope: str) -> bool:
        return scope in self.turns

    async def record(self, scope: str, changes: Sequence[FileChange]) -> None:
        self.on_record(changes)
        before = self.turns[scope]
        self.turns[scope] = TurnChanges([*before.changes, *changes], before.commands)
        for change in changes:
            if change.before is not None and change.content is not None:
                assert change.before == digest_of(change.content)
                self.contents[change.before] = change.content

    async def record_command(self, scope: str) -> None:
        self.turns[scope] = TurnChanges(self.turns[scope].changes, commands=True)

    async def content(self, digest: str) -> bytes | None:
        return self.contents.get(digest)
