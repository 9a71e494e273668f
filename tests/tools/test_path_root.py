import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from chatls.tools.beneath import OutsideError, Parts
from chatls.tools.path_root import PathRoot
from tests.support.workspaces import SECRET

ELSEWHERE = """
import os, sys
for name in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_NOFOLLOW", "O_DIRECTORY", "mkfifo", "geteuid", "fork"):
    delattr(os, name)
os.supports_dir_fd, os.supports_fd = set(), set()
from chatls.tools.paths import Roots
from chatls.tools.reading import reading_tools
roots = Roots([("ws", sys.argv[1])])
with roots.open_file(roots.resolve("sub/a")) as opened:
    sys.stdout.write(type(opened.path.folder.root).__name__ + " " + opened.file.read().decode())
"""


def test_a_system_without_the_names_of_linux_reads_too(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a").write_text("inside")
    command = [sys.executable, "-c", ELSEWHERE, str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr) == ("PathRoot inside", "")


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


def test_a_file_is_no_root(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotADirectoryError):
        PathRoot(str(tmp_path / "file"))


def test_what_is_given_up_is_refused(tmp_path: Path) -> None:
    root = PathRoot(str(tmp_path))
    root.close()
    with pytest.raises(OutsideError):
        root.scan((), 10)
