"""Output on its way to a watcher."""

import asyncio

import pytest

from chatls.tools.commands import live
from chatls.tools.commands.live import ALL, PIECE, shown_live


class Watcher:
    """Sees what is shown; `ready` lets it take the next piece."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.came = asyncio.Event()
        self.ready = asyncio.Event()
        self.ready.set()

    async def show(self, text: str) -> None:
        self.seen.append(text)
        self.came.set()
        await self.ready.wait()

    async def next(self) -> str:
        async with asyncio.timeout(5):
            await self.came.wait()
        self.came.clear()
        return self.seen[-1]


@pytest.fixture
def watcher(monkeypatch: pytest.MonkeyPatch) -> Watcher:
    monkeypatch.setattr(live, "SECONDS", 0)
    return Watcher()


async def test_the_first_piece_is_shown_at_once(watcher: Watcher) -> None:
    async with shown_live(watcher.show) as take:
        take(b"hello")
        assert await watcher.next() == "hello"


async def test_a_character_is_never_cut(watcher: Watcher) -> None:
    async with shown_live(watcher.show) as take:
        for piece in ("a€".encode()[:2], "€".encode()[1:], "😀".encode()[:3]):
            take(piece)
            await watcher.next() if piece != "😀".encode()[:3] else None
        take("😀".encode()[3:])
        assert await watcher.next() == "😀"
    assert "".join(watcher.seen) == "a€😀"


async def test_who_watches_slowly_is_shown_the_end(watcher: Watcher) -> None:
    watcher.ready.clear()
    async with shown_live(watcher.show) as take:
        take(b"first")
        await watcher.next()
        for number in range(10_000):
            take(f"line {number}\n".encode())
        watcher.ready.set()
        last = await watcher.next()
    assert len(last) <= PIECE
    assert last.endswith("line 9999\n")


async def test_no_more_than_a_bounded_amount_is_shown(watcher: Watcher) -> None:
    async with shown_live(watcher.show) as take:
        for _ in range(ALL // PIECE):
            take(b"x" * PIECE)
            await watcher.next()
        take(b"more")
        for _ in range(10):
            await asyncio.sleep(0)
    assert sum(map(len, watcher.seen)) == ALL


async def test_a_watcher_who_waits_does_not_hold_up_the_end(watcher: Watcher) -> None:
    watcher.ready.clear()
    async with asyncio.timeout(5), shown_live(watcher.show) as take:
        take(b"x")
        await watcher.next()
    assert not watcher.ready.is_set()
