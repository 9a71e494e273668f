import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chatls.tools import folder_root
from chatls.tools.beneath import OutsideError, Root
from chatls.tools.folder_root import FolderRoot
from tests.support.workspaces import SECRET

FLIPPING = """
import os, sys
folder = sys.argv[1]
os.chdir(folder)
print("ready", flush=True)
while True:
    os.symlink("../../secret", "link")
    os.rename("link", "t")
    with open("file", "w") as file:
        file.write("inside")
    os.rename("file", "t")
"""


@pytest.fixture
def flipped(tmp_path: Path) -> Iterator[Path]:
    """A folder in which somebody makes `sub/t` a file and a link to the secret outside, over and over."""
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "ws" / "sub").mkdir(parents=True)
    command = [sys.executable, "-c", FLIPPING, str(tmp_path / "ws" / "sub")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as attacker:
        assert attacker.stdout is not None
        attacker.stdout.readline()
        yield tmp_path / "ws"
        attacker.kill()


def test_t14_no_race_leads_outside(flipped: Path, guard: Callable[[str], Root]) -> None:
    root = guard(str(flipped))
    seen: set[bytes] = set()
    denied = 0
    for _ in range(20_000):
        try:
            fd, _ = root.open(("sub", "t"))
        except OSError:
            denied += 1
            continue
        seen.add(os.read(fd, 100))
        os.close(fd)
    root.close()
    assert seen <= {b"inside", b""}
    assert b"inside" in seen
    assert denied, "nobody flipped the link while it was read"


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


def test_this_system_can_open_by_descriptor() -> None:
    assert folder_root.supported()
