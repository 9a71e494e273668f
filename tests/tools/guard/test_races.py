"""T14: somebody swaps a file or a folder for a link that leads outside, 100,000 times, while the guard is at work."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from chatls.tools.guard.beneath import Parts, Root
from chatls.tools.guard.folder_root import FolderRoot
from tests.support.swapping import swapping
from tests.support.workspaces import GUARDS, SECRET

SWAPS = 100_000
LEAST = 1_000
"""Calls that must have been made meanwhile."""

TARGETS = {"file": ("sub/t", "sub/link"), "folder": ("sub", "link")}
"""What is swapped for what, in the workspace; the second one is a link that leads outside."""

WEAKER = {("realpath", "folder")}
"""What a system without descriptors of folders cannot promise, nor about changes (`tools/guard/path_root.py`)."""


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder of somebody else's, and beside it the workspace "ws" with links that lead there."""
    elsewhere = tmp_path / "outside"
    elsewhere.mkdir()
    (elsewhere / "t").write_text(SECRET)
    (tmp_path / "ws" / "sub").mkdir(parents=True)
    (tmp_path / "ws" / "sub" / "t").write_text("inside")
    (tmp_path / "ws" / "sub" / "link").symlink_to("../../outside/t")
    (tmp_path / "ws" / "link").symlink_to("../outside")
    return elsewhere


def held(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() if path.is_file() else "" for path in folder.iterdir()}


def content(root: Root, parts: Parts, *, follow: bool) -> bytes:
    fd, _ = root.open(parts, follow=follow)
    try:
        return os.read(fd, 100)
    finally:
        os.close(fd)


@pytest.mark.parametrize(
    ("guard", "target"), [(guard, target) for guard in GUARDS for target in TARGETS if (guard, target) not in WEAKER]
)
def test_t14_no_race_reads_what_lies_outside(outside: Path, guard: str, target: str) -> None:
    folder = outside.parent / "ws"
    root = GUARDS[guard](str(folder))
    seen: list[bytes] = []
    calls = 0
    first, second = (folder / name for name in TARGETS[target])
    with swapping(first, second, outside.parent / "swaps") as swaps:
        while swaps() < SWAPS or calls < LEAST:
            calls += 1
            with suppress(OSError):
                seen.append(content(root, ("sub", "t"), follow=bool(calls % 2)))
    root.close()
    assert set(seen) == {b"inside"}
    assert len(seen) < calls, "nobody swapped anything while it was read"


def changes(root: Root, number: int) -> list[Callable[[], None]]:
    """Every way to change something at or beside `sub/t`."""
    folder, file, moved = (("sub", f"{kind}{number}") for kind in ("folder", "file", "moved"))
    return [
        lambda: root.write(("sub", "t"), b"inside", expect=root.locate(("sub", "t"))[0]),
        lambda: root.write((*folder, "x"), b"inside", expect=None),
        lambda: root.write(file, b"inside", expect=None),
        lambda: root.move(file, moved),
        lambda: root.remove(moved, root.locate(moved)[0]),
    ]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("fast", [True, False], ids=["openat2", "openat"])
def test_t14_no_race_changes_what_lies_outside(
    outside: Path, monkeypatch: pytest.MonkeyPatch, *, target: str, fast: bool
) -> None:
    monkeypatch.setattr(os, "fsync", os.fstat)  # the disk would take most of the time
    folder = outside.parent / "ws"
    root = FolderRoot(str(folder), fast=fast)
    calls, done = 0, 0
    first, second = (folder / name for name in TARGETS[target])
    with swapping(first, second, outside.parent / "swaps") as swaps:
        while swaps() < SWAPS or calls < LEAST:
            for change in changes(root, calls):
                calls += 1
                with suppress(OSError):
                    change()
                    done += 1
            if target == "file" and not (first.is_symlink() or second.is_symlink()):  # it was written over
                (folder / "again").symlink_to("../../outside/t")
                (folder / "again").replace(second)
    root.close()
    assert held(outside) == {"t": SECRET}
    assert 0 < done < calls
    assert list(folder.rglob(".chatls-*")) == []
