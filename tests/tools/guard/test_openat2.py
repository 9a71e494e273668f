import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatls.tools.guard import openat2
from chatls.tools.guard.folder_root import FolderRoot


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    openat2.available.cache_clear()
    yield
    openat2.available.cache_clear()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[int]:
    if not openat2.available():
        pytest.skip("this kernel has no openat2")
    (tmp_path / "ws").mkdir()
    (tmp_path / "ws" / "a").write_text("inside")
    (tmp_path / "ws" / "link").symlink_to("a")
    fd = os.open(tmp_path / "ws", os.O_RDONLY)
    yield fd
    os.close(fd)


def test_a_file_beneath_is_opened(folder: int) -> None:
    fd = openat2.open_beneath(folder, ("a",), os.O_RDONLY)
    assert os.read(fd, 10) == b"inside"
    os.close(fd)


@pytest.mark.parametrize(
    ("parts", "code"), [(("link",), errno.ELOOP), (("..", "ws", "a"), errno.EXDEV), (("no",), errno.ENOENT)]
)
def test_what_leads_elsewhere_is_refused_by_the_kernel(folder: int, parts: tuple[str, ...], code: int) -> None:
    with pytest.raises(OSError, match=r".") as caught:
        openat2.open_beneath(folder, parts, os.O_RDONLY)
    assert caught.value.errno == code


def test_a_container_that_forbids_the_call_gets_the_other_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> int:
        raise PermissionError(errno.EPERM, "not allowed")

    (tmp_path / "a").write_text("inside")
    monkeypatch.setattr(openat2, "open_beneath", forbidden)
    assert not openat2.available()
    root = FolderRoot(str(tmp_path))
    fd, _ = root.open(("a",))
    assert os.read(fd, 10) == b"inside"
    os.close(fd)
    root.close()


def test_another_system_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not openat2.available()
