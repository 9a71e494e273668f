import os
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from chatls.tools.guard.beneath import Entry, Root, entries, kind_of, read_flags


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "b").write_text("four")
    (tmp_path / "a").mkdir()
    (tmp_path / "link").symlink_to("a")
    os.mkfifo(tmp_path / "pipe")
    return tmp_path


def test_a_folder_is_listed_by_name_with_what_each_entry_is(folder: Path, guard: Callable[[str], Root]) -> None:
    root = guard(str(folder))
    assert root.scan((), 10, sizes=True) == (
        [Entry("a", "folder"), Entry("b", "file", 4), Entry("link", "link"), Entry("pipe", "other")],
        (),
    )
    assert root.scan(("link",), 10) == ([], ("a",))
    root.close()


def test_no_more_entries_are_looked_at_than_asked(folder: Path, guard: Callable[[str], Root]) -> None:
    root = guard(str(folder))
    assert len(root.scan((), 2)[0]) == 2
    root.close()


def test_what_is_there_is_told_with_links_followed(folder: Path, guard: Callable[[str], Root]) -> None:
    root = guard(str(folder))
    told = {name: (kind_of(root.locate((name,))[0]), root.locate((name,))[1]) for name in ("a", "b", "link", "pipe")}
    assert told == {
        "a": ("folder", ("a",)),
        "b": ("file", ("b",)),
        "link": ("folder", ("a",)),
        "pipe": ("other", ("pipe",)),
    }
    root.close()


def test_opening_never_waits_and_leaves_out_what_a_system_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_flags() & os.O_NONBLOCK
    for name in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_NOFOLLOW"):
        monkeypatch.delattr(os, name)
    assert read_flags("O_NOFOLLOW") == os.O_RDONLY


class Junction:
    """What `os.scandir` says of Windows' own kind of link."""

    name = "junction"

    def is_symlink(self) -> bool:
        return False

    def is_junction(self) -> bool:
        return True


def test_a_junction_of_windows_is_a_link(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def scandir(_: Path) -> nullcontext[Iterator[Junction]]:
        return nullcontext(iter([Junction()]))

    monkeypatch.setattr(os, "scandir", scandir)
    assert entries(tmp_path, 10, sizes=True) == [Entry("junction", "link")]


def test_a_device_is_neither_file_nor_folder() -> None:
    assert kind_of(Path(os.devnull).stat()) == "other"
