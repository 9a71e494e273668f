"""Changes through the gate, under every guard: what is written, and what a failure leaves behind."""

import errno
import os
import resource
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from chatls.tools.base import ToolError
from chatls.tools.guard.beneath import Root
from chatls.tools.guard.paths import Roots
from tests.support.workspaces import SECRET, Workspace
from tests.support.writing import files, refused, status, write


@pytest.fixture
def usual_mode() -> Iterator[None]:
    before = os.umask(0o027)
    yield
    os.umask(before)


def test_a_file_is_written_whole_and_keeps_its_mode(guarded: Workspace) -> None:
    guarded.write({"run.sh": "old"})
    (guarded.folder / "run.sh").chmod(0o751)
    write(guarded, "run.sh", b"new\r\n\0")
    assert files(guarded.folder) == {"run.sh": b"new\r\n\0"}
    assert stat.S_IMODE((guarded.folder / "run.sh").stat().st_mode) == 0o751


@pytest.mark.usefixtures("usual_mode")
def test_a_new_file_gets_the_users_mode_and_its_folders(guarded: Workspace) -> None:
    write(guarded, "a/b/new", b"text")
    write(guarded, "a/tool", b"text", mode=0o755)
    assert files(guarded.folder) == {"a": b"", "a/b": b"", "a/b/new": b"text", "a/tool": b"text"}
    modes = [stat.S_IMODE((guarded.folder / name).stat().st_mode) for name in ("a", "a/b/new", "a/tool")]
    assert modes == [0o750, 0o640, 0o755]


def test_the_mode_is_kept_that_the_file_has_now(guarded: Workspace) -> None:
    guarded.write({"a": "old"})
    seen = status(guarded, "a")
    (guarded.folder / "a").chmod(0o600)
    guarded.roots.write(guarded.roots.resolve("a"), b"new", expect=seen)
    assert stat.S_IMODE((guarded.folder / "a").stat().st_mode) == 0o600


def test_what_ran_as_its_owner_no_longer_does(guarded: Workspace) -> None:
    guarded.write({"tool": "old"})
    (guarded.folder / "tool").chmod(0o6755)
    write(guarded, "tool", b"new")
    assert stat.S_IMODE((guarded.folder / "tool").stat().st_mode) == 0o755


def test_the_file_and_then_its_folder_are_on_the_disk_when_it_is_done(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real_sync = os.fsync

    def sync(fd: int) -> None:
        real_sync(fd)
        is_folder = stat.S_ISDIR(os.fstat(fd).st_mode)
        synced.append("folder" if is_folder else "file")

    monkeypatch.setattr(os, "fsync", sync)
    write(ws, "new", b"text")
    write(ws, "new", b"changed")
    assert synced == ["file", "folder"] * 2
    ws.roots.move(ws.roots.resolve("new"), ws.roots.resolve("moved"))
    ws.roots.remove(ws.roots.resolve("moved"), status(ws, "moved"))
    assert synced[4:] == ["folder"] * 3


@pytest.mark.parametrize("change", ["written", "replaced", "removed", "linked"])
def test_a_file_that_is_no_longer_what_was_read_is_left_alone(guarded: Workspace, change: str) -> None:
    guarded.write({"a": "old", "b": "old"})
    at, seen = guarded.roots.resolve("a"), status(guarded, "a")
    (guarded.folder / "a").unlink()
    if change == "linked":
        (guarded.folder / "a").symlink_to("b")
    elif change != "removed":
        (guarded.folder / "a").write_text("the user's")
    before = files(guarded.folder)
    expected = "is_a_link" if change == "linked" else "files_changed"
    assert refused(lambda: guarded.roots.write(at, b"x", expect=seen)) == expected
    assert refused(lambda: guarded.roots.remove(at, seen)) == expected
    assert files(guarded.folder) == before


def user_saves(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user saves the file at the very moment when ours is ready."""

    def save(_: int) -> None:
        path.write_text("the user's")

    monkeypatch.setattr(os, "fsync", save)


def test_t38_a_file_that_is_written_while_it_is_replaced_is_left_alone(
    guarded: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    guarded.write({"a": "old"})
    at, seen = guarded.roots.resolve("a"), status(guarded, "a")
    user_saves(guarded.folder / "a", monkeypatch)
    assert refused(lambda: guarded.roots.write(at, b"x", expect=seen)) == "files_changed"
    assert files(guarded.folder) == {"a": b"the user's"}


def test_where_nothing_was_expected_nothing_is_written_over(guarded: Workspace) -> None:
    guarded.write({"a": "old"})
    assert refused(lambda: guarded.roots.write(guarded.roots.resolve("a"), b"x", expect=None)) == "already_there"
    assert refused(lambda: guarded.roots.write(guarded.roots.resolve("a/b"), b"x", expect=None)) == "not_a_folder"
    assert files(guarded.folder) == {"a": b"old"}


def test_what_appears_while_a_new_file_is_written_stays(guarded: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    user_saves(guarded.folder / "a", monkeypatch)
    assert refused(lambda: guarded.roots.write(guarded.roots.resolve("a"), b"x", expect=None)) == "already_there"
    assert files(guarded.folder) == {"a": b"the user's"}


@pytest.mark.parametrize("name", ["a", "new", "made/for/it/new"])
def test_a_full_disk_leaves_all_as_it_was(guarded: Workspace, name: str) -> None:
    guarded.write({"a": "old"})
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        assert refused(lambda: write(guarded, name, b"x" * 2000)) == "disk_full"
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert files(guarded.folder) == {"a": b"old"}


@pytest.mark.parametrize(
    ("name", "call"), [("a", "fsync"), ("a", "replace"), ("made/new", "fsync"), ("made/new", "link")]
)
def test_f64_whatever_fails_leaves_all_as_it_was(
    guarded: Workspace, monkeypatch: pytest.MonkeyPatch, name: str, call: str
) -> None:
    guarded.write({"a": "old"})

    def failing(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "input/output error")

    expect = status(guarded, "a") if name == "a" else None
    monkeypatch.setattr(os, call, failing)
    assert refused(lambda: guarded.roots.write(guarded.roots.resolve(name), b"x", expect=expect)) == "io_error"
    assert files(guarded.folder) == {"a": b"old"}


def test_other_names_of_a_file_keep_the_old_text(guarded: Workspace) -> None:
    """One of them could lie outside the workspace."""
    (guarded.folder / "a").hardlink_to(guarded.outside / "secret")
    write(guarded, "a", b"new")
    assert (guarded.outside / "secret").read_text() == SECRET
    assert (guarded.folder / "a").read_bytes() == b"new"


def test_a_file_of_ones_own_is_given_to_nobody(guarded: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    guarded.write({"a": "old"})
    monkeypatch.delattr(os, "fchown")
    write(guarded, "a", b"new")
    assert files(guarded.folder) == {"a": b"new"}


def test_nobody_else_can_read_a_text_before_it_has_its_mode(
    guarded: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    guarded.write({"a": "old"})
    before: list[int] = []
    real_chmod = os.fchmod

    def chmod(fd: int, mode: int) -> None:
        before.append(stat.S_IMODE(os.fstat(fd).st_mode))
        real_chmod(fd, mode)

    monkeypatch.setattr(os, "fchmod", chmod)
    write(guarded, "a", b"new")
    write(guarded, "new", b"new", mode=0o644)
    assert before == [0o600, 0o600]


@pytest.mark.parametrize(("code", "refusal"), [(errno.EINVAL, None), (errno.EIO, "io_error")])
def test_only_a_file_system_that_keeps_no_folders_need_not_keep_them(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch, code: int, refusal: str | None
) -> None:
    real_sync = os.fsync

    def sync(fd: int) -> None:
        if stat.S_ISDIR(os.fstat(fd).st_mode):
            raise OSError(code, os.strerror(code))
        real_sync(fd)

    monkeypatch.setattr(os, "fsync", sync)
    if refusal is None:
        write(ws, "new", b"text")
    else:
        assert refused(lambda: write(ws, "new", b"text")) == refusal
    assert (ws.folder / "new").read_bytes() == b"text"


@pytest.fixture
def of_another(guarded: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace in which every file belongs to somebody else."""
    real_stat = os.stat

    def stat_of_another(path: str, *, dir_fd: int | None = None, follow_symlinks: bool = True) -> os.stat_result:
        found = real_stat(path, dir_fd=dir_fd, follow_symlinks=follow_symlinks)
        values = list(found)
        values[stat.ST_UID] = found.st_uid + 1
        times = {name: getattr(found, name) for name in ("st_atime_ns", "st_mtime_ns", "st_ctime_ns")}
        return os.stat_result(values, times)

    guarded.write({"a": "old"})
    monkeypatch.setattr(os, "stat", stat_of_another)
    return guarded


def test_a_file_of_somebody_else_stays_theirs(of_another: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    owners: list[int] = []

    def give(_: int, user: int, group: int) -> None:
        owners.append(user)

    monkeypatch.setattr(os, "fchown", give)
    write(of_another, "a", b"new")
    assert owners == [os.getuid() + 1]


def test_a_file_that_cannot_stay_somebody_elses_is_refused(
    of_another: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object) -> None:
        raise PermissionError(errno.EPERM, "not permitted")

    monkeypatch.setattr(os, "fchown", forbidden)
    assert refused(lambda: write(of_another, "a", b"new")) == "permission_denied"
    assert files(of_another.folder) == {"a": b"old"}


def test_a_file_that_may_not_be_written_is_not_replaced_either(
    guarded: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    guarded.write({"a": "old"})

    def access(_: str, mode: int, *, dir_fd: int | None) -> bool:
        return mode != os.W_OK

    monkeypatch.setattr(os, "access", access)
    assert refused(lambda: write(guarded, "a", b"new")) == "permission_denied"
    assert files(guarded.folder) == {"a": b"old"}


def test_a_file_is_removed(guarded: Workspace) -> None:
    guarded.write({"a": "", "b": ""})
    guarded.roots.remove(guarded.roots.resolve("a"), status(guarded, "a"))
    assert files(guarded.folder) == {"b": b""}


@pytest.mark.parametrize("links", [True, False], ids=["hard links", "a file system without"])
def test_a_file_is_moved_to_where_nothing_is(
    guarded: Workspace, monkeypatch: pytest.MonkeyPatch, *, links: bool
) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "not permitted")

    if not links:
        monkeypatch.setattr(os, "link", forbidden)
    guarded.write({"a": "text", "b": "other"})
    at = guarded.roots.resolve
    guarded.roots.move(at("a"), at("sub/new/a"))
    write(guarded, "c", b"new")
    moved = {"b": b"other", "c": b"new", "sub": b"", "sub/new": b"", "sub/new/a": b"text"}
    assert files(guarded.folder) == moved
    assert refused(lambda: guarded.roots.move(at("b"), at("c"))) == "already_there"
    assert refused(lambda: guarded.roots.move(at("b"), at("sub"))) == "already_there"
    assert refused(lambda: guarded.roots.move(at("gone"), at("d/e"))) == "not_found"
    assert refused(lambda: guarded.roots.move(at("sub"), at("d"))) == "is_a_folder"
    assert files(guarded.folder) == moved


@pytest.mark.parametrize("failing", [["unlink"], ["link", "replace"]])
def test_a_move_that_fails_half_way_is_taken_back(
    guarded: Workspace, monkeypatch: pytest.MonkeyPatch, failing: list[str]
) -> None:
    guarded.write({"a": "text"})
    real_unlink = os.unlink

    def forbidden(path: str, *_: object, **more: int | None) -> None:
        if failing == ["unlink"] and Path(path).name != "a":
            real_unlink(path, dir_fd=more["dir_fd"])
        else:
            raise PermissionError(errno.EPERM, "not permitted")

    for name in failing:
        monkeypatch.setattr(os, name, forbidden)
    at = guarded.roots.resolve
    assert refused(lambda: guarded.roots.move(at("a"), at("b"))) == "permission_denied"
    assert files(guarded.folder) == {"a": b"text"}


def test_a_move_stays_in_its_workspace_folder(tmp_path: Path, guard: Callable[[str], Root]) -> None:
    for name in ("app", "lib"):
        (tmp_path / name).mkdir()
    (tmp_path / "app" / "a").write_text("text")
    roots = Roots([(name, str(tmp_path / name)) for name in ("app", "lib")], make=guard)
    assert refused(lambda: roots.move(roots.resolve("app/a"), roots.resolve("lib/a"))) == "other_disk"
    roots.close()


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_every_way_out_closes_what_it_opened(guarded: Workspace) -> None:
    guarded.write({"a": "old", "sub/b": ""})
    (guarded.folder / "link").symlink_to("sub")
    before = open_descriptors()
    write(guarded, "x/y/z", b"")
    guarded.roots.move(guarded.roots.resolve("a"), guarded.roots.resolve("sub/new/a"))
    for name in ("link/b", "sub", "a/b/c", "sub/b/c"):
        with suppress(ToolError):
            guarded.roots.write(guarded.roots.resolve(name), b"x", expect=None)
    assert open_descriptors() == before


def test_only_a_folder_that_is_empty_and_inside_is_removed(guarded: Workspace) -> None:
    guarded.write({"full/a": "x"})
    (guarded.folder / "empty" / "inner").mkdir(parents=True)
    (guarded.folder / "up").symlink_to("..")
    (guarded.outside / "empty").mkdir()
    tried = ("full", "empty", "full/a", "nosuch", "up/empty", "up")
    assert [guarded.roots.remove_empty(guarded.roots.resolve(name)) for name in tried] == [False] * 6
    assert guarded.roots.remove_empty(guarded.roots.resolve("empty/inner"))
    assert guarded.roots.remove_empty(guarded.roots.resolve("empty"))
    assert not guarded.roots.remove_empty(guarded.roots.resolve("."))
    assert files(guarded.folder).keys() == {"full", "full/a", "up"}
    assert (guarded.outside / "empty").is_dir()
