import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatls.tools.guard import folder_root
from chatls.tools.guard.beneath import OutsideError
from chatls.tools.guard.folder_root import FolderRoot


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a").write_text("inside")
    return tmp_path


@pytest.fixture(params=[True, False], ids=["openat2", "openat"])
def root(request: pytest.FixtureRequest, folder: Path) -> Iterator[FolderRoot]:
    made = FolderRoot(str(folder), fast=request.param)
    yield made
    made.close()


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_every_way_out_of_a_walk_closes_what_it_opened(root: FolderRoot, folder: Path) -> None:
    (folder / "in").symlink_to("sub/../sub/a")
    (folder / "out").symlink_to("..")
    (folder / "loop").symlink_to("sub/../loop")
    before = open_descriptors()
    fd, parts = root.open(("in",))
    os.close(fd)
    assert parts == ("sub", "a")
    for name, code in (("out", errno.EXDEV), ("loop", errno.ELOOP), ("no", errno.ENOENT)):
        with pytest.raises(OSError, match=r".") as caught:
            root.open((name,))
        assert caught.value.errno == code
    assert open_descriptors() == before


def test_a_link_is_refused_where_none_is_to_be_followed(root: FolderRoot, folder: Path) -> None:
    (folder / "in").symlink_to("sub")
    with pytest.raises(OSError, match=r".") as caught:
        root.open(("in", "a"), follow=False)
    assert caught.value.errno == errno.ELOOP


def test_an_absolute_link_is_walked_from_the_root_again(root: FolderRoot, folder: Path) -> None:
    (folder / "sub" / "in").symlink_to(folder / "sub" / "a")
    (folder / "sub" / "out").symlink_to("/etc/hostname")
    fd, parts = root.open(("sub", "in"))
    os.close(fd)
    assert parts == ("sub", "a")
    with pytest.raises(OutsideError):
        root.open(("sub", "out"))


def test_what_is_given_up_is_refused_and_its_descriptor_closed(folder: Path) -> None:
    before = open_descriptors()
    root = FolderRoot(str(folder))
    root.close()
    root.close()
    assert open_descriptors() == before
    with pytest.raises(OutsideError):
        root.open(())


def test_a_descriptor_in_use_is_closed_only_afterwards(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = FolderRoot(str(folder), fast=False)
    real_readlink = os.readlink
    before = open_descriptors()

    def give_up_meanwhile(path: str, *, dir_fd: int) -> str:
        root.close()
        return real_readlink(path, dir_fd=dir_fd)

    monkeypatch.setattr(os, "readlink", give_up_meanwhile)
    fd, _ = root.open(("sub", "a"))
    assert os.read(fd, 10) == b"inside"
    os.close(fd)
    assert open_descriptors() == before - 1


def test_a_folder_can_be_read_by_two_at_a_time(root: FolderRoot) -> None:
    first, _ = root.open(())
    with os.scandir(first) as half_read:
        assert next(half_read).name == "sub"
        assert [entry.name for entry in root.scan((), 10)[0]] == ["sub"]
    os.close(first)


def test_folders_that_are_missing_are_made_one_below_the_other(root: FolderRoot, folder: Path) -> None:
    before = open_descriptors()
    root.write(("sub", "x", "y", "new"), b"text", expect=None)
    assert (folder / "sub" / "x" / "y" / "new").read_bytes() == b"text"
    (folder / "link").symlink_to("sub")
    for parts, code in ((("link", "new"), errno.ELOOP), (("sub", "a", "b", "new"), errno.ENOTDIR)):
        with pytest.raises(OSError, match=r".") as caught:
            root.write(parts, b"text", expect=None)
        assert caught.value.errno in (code, errno.ENOTDIR)
    assert open_descriptors() == before


def test_a_folder_made_by_somebody_else_meanwhile_is_used(
    root: FolderRoot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_mkdir = os.mkdir

    def slow_mkdir(name: str, *, dir_fd: int) -> None:
        real_mkdir(folder / name)
        real_mkdir(name, dir_fd=dir_fd)

    def failing_sync(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "mkdir", slow_mkdir)
    root.write(("new", "file"), b"text", expect=None)
    assert (folder / "new" / "file").read_bytes() == b"text"
    monkeypatch.setattr(os, "fsync", failing_sync)
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        root.write(("theirs", "file"), b"text", expect=None)
    assert list((folder / "theirs").iterdir()) == []


def test_t05_a_new_folder_that_becomes_a_link_is_not_entered(
    root: FolderRoot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_mkdir = os.mkdir

    def swapped_mkdir(name: str, *, dir_fd: int) -> None:
        real_mkdir(name, dir_fd=dir_fd)
        (folder / "sub" / name).rmdir()
        (folder / "sub" / name).symlink_to(folder)

    monkeypatch.setattr(os, "mkdir", swapped_mkdir)
    with pytest.raises(OSError, match=r"."):
        root.write(("sub", "new", "file"), b"text", expect=None)
    assert not (folder / "file").exists()


def test_this_system_can_open_by_descriptor() -> None:
    assert folder_root.supported()
