import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from chatls.tools.guard.beneath import OutsideError, Parts
from chatls.tools.guard.path_root import PathRoot
from tests.support.workspaces import SECRET

ELSEWHERE = """
import os, sys
for name in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_NOFOLLOW", "O_DIRECTORY", "mkfifo", "geteuid", "fork"):
    delattr(os, name)
os.supports_dir_fd, os.supports_fd = set(), set()
from chatls.tools.guard import writing
from chatls.tools.guard.paths import Roots
from chatls.tools.reading.tools import reading_tools
for name in ("fchmod", "fchown"):
    delattr(os, name)
writing._WINDOWS = True
roots = Roots([("ws", sys.argv[1])])
with roots.open_file(roots.resolve("sub/a")) as opened:
    sys.stdout.write(type(opened.path.folder.root).__name__ + " " + opened.file.read().decode())
    roots.write(opened.path, b"changed", expect=opened.status)
roots.write(roots.resolve("new/b"), b"new", expect=None)
roots.move(roots.resolve("new/b"), roots.resolve("c"))
"""


def test_a_system_without_the_names_of_linux_reads_and_writes_too(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a").write_text("inside")
    command = [sys.executable, "-c", ELSEWHERE, str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr) == ("PathRoot inside", "")
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")} == {"sub", "sub/a", "new", "c"}
    assert [(tmp_path / name).read_text() for name in ("sub/a", "c")] == ["changed", "new"]


class Swapped(PathRoot):
    """A root that lets somebody act between looking a path up and opening it."""

    def __init__(self, path: str, act: Callable[[], None]) -> None:
        super().__init__(path)
        self.act = act

    def _real(self, parts: Parts, *, follow: bool) -> Parts:
        real = super()._real(parts, follow=follow)
        if follow:
            self.act()
        return real


def test_t14_a_file_that_became_a_link_after_it_was_looked_up_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "ws").mkdir()
    target = tmp_path / "ws" / "t"
    target.write_text("inside")

    def swap() -> None:
        target.unlink()
        target.symlink_to("../secret")

    with pytest.raises(OutsideError):
        Swapped(str(tmp_path / "ws"), swap).open(("t",))


def test_t14_a_link_that_became_a_file_after_it_was_opened_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "ws").mkdir()
    target = tmp_path / "ws" / "t"
    target.write_text("inside")
    real_open = os.open

    def swapped_open(path: Path, flags: int) -> int:
        target.unlink()
        target.symlink_to("../secret")
        fd = real_open(path, flags)
        target.unlink()
        target.write_text("inside")
        return fd

    root = PathRoot(str(tmp_path / "ws"))
    monkeypatch.setattr(os, "open", swapped_open)
    with pytest.raises(OutsideError):
        root.open(("t",))


def test_t14_a_folder_that_became_a_link_after_it_was_looked_up_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET)
    sub = tmp_path / "ws" / "sub"
    sub.mkdir(parents=True)
    (sub / "secret").write_text("inside")

    def swap() -> None:
        sub.rename(tmp_path / "ws" / "moved")
        sub.symlink_to(tmp_path)

    with pytest.raises(OutsideError):
        Swapped(str(tmp_path / "ws"), swap).open(("sub", "secret"))


@pytest.fixture
def swap(tmp_path: Path) -> Callable[[], None]:
    """What makes `sub` of the workspace "ws", where a file `t` is, a link to a folder outside."""
    (tmp_path / "outside").mkdir()
    sub = tmp_path / "ws" / "sub"
    sub.mkdir(parents=True)
    (sub / "t").write_text("inside")

    def swapped() -> None:
        sub.rename(tmp_path / "ws" / "moved")
        sub.symlink_to(tmp_path / "outside")

    return swapped


def written(folder: Path) -> dict[str, str]:
    """The files below a folder."""
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", ["t", "new"])
@pytest.mark.parametrize("moment", ["open", "fsync"])
def test_t05_a_folder_that_becomes_a_link_while_it_is_written_to_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, swap: Callable[[], None], name: str, moment: str
) -> None:
    """The folder is looked at again before a byte is written, and before the file gets its name."""
    root = PathRoot(str(tmp_path / "ws"))
    expect = root.locate(("sub", name))[0] if name == "t" else None
    real = getattr(os, moment)

    def too_late(_: int) -> None:
        pytest.fail("it was written")

    def swapped(*arguments: object, **more: object) -> object:
        swap()
        monkeypatch.setattr(os, "fsync", too_late)
        return real(*arguments, **more)

    monkeypatch.setattr(os, moment, swapped)
    with pytest.raises(OutsideError):
        root.write(("sub", name), SECRET.encode(), expect=expect)
    assert written(tmp_path / "outside") == {}
    assert written(tmp_path / "ws")["moved/t"] == "inside"


@pytest.mark.parametrize(("old", "new"), [(("sub", "t"), ("new",)), (("a",), ("sub", "new"))])
def test_t05_nothing_is_moved_by_a_folder_that_became_a_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, swap: Callable[[], None], old: Parts, new: Parts
) -> None:
    (tmp_path / "ws" / "a").write_text("inside")
    root = PathRoot(str(tmp_path / "ws"))
    real_stat = os.stat

    def swapped_stat(path: str, *, dir_fd: int | None = None, follow_symlinks: bool = True) -> os.stat_result:
        if not follow_symlinks:
            monkeypatch.setattr(os, "stat", real_stat)
            swap()
            return (tmp_path / "ws" / "a").lstat()
        return real_stat(path, dir_fd=dir_fd, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(os, "stat", swapped_stat)
    with pytest.raises(OutsideError):
        root.move(old, new)
    assert written(tmp_path / "outside") == {}
    assert written(tmp_path / "ws") == {"a": "inside", "moved/t": "inside"}


def test_a_file_is_no_root(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotADirectoryError):
        PathRoot(str(tmp_path / "file"))


def test_what_is_given_up_is_refused(tmp_path: Path) -> None:
    root = PathRoot(str(tmp_path))
    root.close()
    with pytest.raises(OutsideError):
        root.scan((), 10)
