"""Grants for good: kept between processes, for the user alone, and trusted only where nobody else can write."""

import asyncio
import json
import os
import re
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from chatls.chat.approvals import Grant
from chatls.store import grants as module
from chatls.store.grants import MAX_BYTES, MAX_GRANTS, GrantFiles

WS = ("file:///b", "file:///a")

ADDER = """
import asyncio, sys
from pathlib import Path
from chatls.chat.approvals import Grant
from chatls.store.grants import GrantFiles
async def main():
    store = GrantFiles(Path(sys.argv[1]))
    for number in range(20):
        grant = Grant(f"{sys.argv[2]}-{number}", "run_command", "always", True, f"{sys.argv[2]}-{number}", "x", "now")
        await store.add(("file:///b", "file:///a"), grant)
asyncio.run(main())
"""


def grant(number: int | str = 1, *, allows: bool = True) -> Grant:
    return Grant(f"id-{number}", "run_command", "always", allows, f"key {number}", "Ünïcode ⏎", "2026-01-01T00:00:00Z")


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state" / "chatls"


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def modes(folder: Path) -> set[int]:
    """Of a folder and of all that is in it."""
    return {path.stat().st_mode for path in (folder, *folder.rglob("*"))}


def the_file(state: Path) -> Path:
    (path,) = (state / "grants").glob("*.json")
    return path


async def kept(state: Path) -> Path:
    """A file with one grant in it, written by another process's store."""
    await GrantFiles(state).add(WS, grant())
    return the_file(state)


async def refusal(state: Path) -> str:
    """Why nothing is read, and nothing written."""
    with pytest.raises(OSError) as caught:  # noqa: PT011 (which one is for the caller to say)
        await GrantFiles(state).grants(WS)
    with pytest.raises(OSError) as again:  # noqa: PT011
        await GrantFiles(state).add(WS, grant(2))
    assert caught.value.strerror == again.value.strerror
    return str(caught.value.strerror)


async def test_what_was_granted_is_there_after_a_restart(state: Path) -> None:
    await GrantFiles(state).add(WS, grant(1))
    await GrantFiles(state).add(WS, grant(2, allows=False))
    assert await GrantFiles(state).grants(WS) == (grant(1), grant(2, allows=False))


async def test_nothing_is_written_before_something_is_granted(state: Path, tmp_path: Path) -> None:
    assert await GrantFiles(state).grants(WS) == ()
    assert not await GrantFiles(state).remove(WS, "id-1")
    assert names(tmp_path) == []


async def test_each_set_of_folders_has_grants_of_its_own(state: Path) -> None:
    store = GrantFiles(state)
    await store.add(WS, grant())
    assert await store.grants(tuple(reversed(WS))) == (grant(),)
    assert await store.grants(WS[:1]) == ()
    assert await store.grants(()) == ()


async def test_what_was_taken_back_is_gone_in_every_process_at_once(state: Path) -> None:
    here, there = GrantFiles(state), GrantFiles(state)
    await here.add(WS, grant())
    assert await there.grants(WS) == (grant(),)
    assert await here.remove(WS, "id-1")
    assert await there.grants(WS) == ()
    assert not await there.remove(WS, "id-1")


async def test_the_same_answer_is_kept_once(state: Path) -> None:
    store = GrantFiles(state)
    await store.add(WS, grant())
    await store.add(WS, replace(grant(), grant_id="id-2"))
    assert await store.grants(WS) == (grant(),)


async def test_processes_do_not_lose_each_others_grants(state: Path) -> None:
    async with asyncio.timeout(60):
        adders = [
            await asyncio.create_subprocess_exec(sys.executable, "-c", ADDER, str(state), name) for name in ("a", "b")
        ]
        assert [await adder.wait() for adder in adders] == [0, 0]
    assert len(await GrantFiles(state).grants(WS)) == 40


@pytest.mark.usefixtures("open_umask")
async def test_only_the_user_can_read_what_was_granted(state: Path) -> None:
    """T96: under umask 000 too."""
    await kept(state)
    assert modes(state) == {0o40700, 0o100600}


async def test_a_folder_that_others_can_read_is_closed(state: Path) -> None:
    (state / "grants").mkdir(parents=True, mode=0o755)
    await kept(state)
    assert stat.S_IMODE((state / "grants").stat().st_mode) == 0o700


async def test_no_temporary_file_is_left_and_none_has_a_name_to_guess(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T108."""
    made: list[str] = []
    system_open = os.open

    def recorded(path: str | Path, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_EXCL:
            made.append(Path(path).name)
            assert Path(path).parent == state / "grants"
            assert mode == 0o600
        return system_open(path, flags, mode)

    monkeypatch.setattr(os, "open", recorded)
    await GrantFiles(state).add(WS, grant(1))
    await GrantFiles(state).add(WS, grant(2))
    assert len(set(made)) == 2
    assert not list((state / "grants").glob("*.tmp"))


def _foreign(path: Path) -> None:
    os.chown(path, 12345, 12345)


def _open_to_all(path: Path) -> None:
    path.chmod(0o777)


def _linked(path: Path) -> None:
    moved = path.rename(path.with_name("moved"))
    path.symlink_to(moved)


as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")


@pytest.mark.parametrize("what", ["folder", "file"])
@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        pytest.param(_foreign, "another user", id="T96-foreign-owner", marks=as_root),
        pytest.param(_open_to_all, "everybody", id="T96-open-to-all"),
        pytest.param(_linked, "link|symbolic", id="T96-link"),
    ],
)
async def test_where_others_can_write_nothing_is_read_or_written(
    state: Path, what: str, spoil: Callable[[Path], None], why: str
) -> None:
    path = await kept(state)
    content = path.read_bytes()
    spoil(state / "grants" if what == "folder" else path)
    assert re.search(why, await refusal(state))
    assert path.read_bytes() == content


async def test_nothing_is_kept_in_the_workspace_itself(tmp_path: Path) -> None:
    """Also where a link leads there."""
    (tmp_path / "w ş").mkdir()
    (tmp_path / "link").symlink_to("w ş")
    workspace = ((tmp_path / "w ş").as_uri(),)
    for state in (tmp_path / "w ş" / "state", tmp_path / "link" / "state"):
        store = GrantFiles(state)
        with pytest.raises(OSError, match="lies in the workspace"):
            await store.add(workspace, grant())
        assert not (tmp_path / "w ş" / "state").exists()
    (tmp_path / "w ş" / "state" / "grants").mkdir(parents=True)
    with pytest.raises(OSError, match="lies in the workspace"):
        await GrantFiles(tmp_path / "w ş" / "state").grants(workspace)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff{", id="not-text"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b"[]", id="a-list"),
        pytest.param(b'{"version": 1, "workspace": ["file:///a", "file:///b"], "grants": [1]}', id="no-grant"),
        pytest.param(b'{"version": 1, "workspace": ["file:///other"], "grants": []}', id="another-workspace"),
        pytest.param(b'{"version": "1", "workspace": ["file:///a", "file:///b"], "grants": []}', id="other-type"),
        pytest.param(b" " * (MAX_BYTES + 1), id="huge"),
    ],
)
async def test_what_is_not_understood_is_put_aside_and_nothing_of_it_is_lost(state: Path, content: bytes) -> None:
    path = await kept(state)
    path.write_bytes(content)
    store = GrantFiles(state)
    for _ in range(2):
        with pytest.raises(OSError, match="no list of grants"):
            await store.grants(WS)
    await store.add(WS, grant(2))
    assert await GrantFiles(state).grants(WS) == (grant(2),)
    (aside,) = path.parent.glob("*.unreadable-*")
    assert aside.read_bytes() == content


async def test_what_a_newer_version_wrote_is_left_alone(state: Path) -> None:
    path = await kept(state)
    newer = {**json.loads(path.read_bytes()), "version": 2, "more": True}
    path.write_text(json.dumps(newer))
    assert "newer version" in await refusal(state)
    assert json.loads(path.read_bytes()) == newer


async def test_there_is_an_end_to_how_much_is_kept(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_GRANTS", 2)
    assert MAX_GRANTS == 1000
    store = GrantFiles(state)
    for number in (1, 2):
        await store.add(WS, grant(number))
    with pytest.raises(OSError, match="take some back"):
        await store.add(WS, grant(3))
    assert await store.remove(WS, "id-1")
    await store.add(WS, grant(3))


async def test_a_pipe_in_its_place_does_not_block(state: Path) -> None:
    path = await kept(state)
    path.unlink()
    os.mkfifo(path)
    async with asyncio.timeout(5):
        assert await refusal(state)


async def test_a_write_that_fails_leaves_the_old_grants(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await kept(state)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        await GrantFiles(state).add(WS, grant(2))
    assert await GrantFiles(state).grants(WS) == (grant(),)
    assert not list((state / "grants").glob("*.tmp"))
