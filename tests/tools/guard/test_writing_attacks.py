"""Changes that must not be: outside the workspace, through links, into what is no file. Case ids are those of the
project's list of attacks.
"""

import os
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatls.tools.base import ToolError
from chatls.tools.guard.beneath import Root
from chatls.tools.guard.paths import Roots
from tests.support.workspaces import GUARDS, SECRET, Workspace, workspace
from tests.support.writing import files, refused, status, write


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("../new", id="T33 T01 up"),
        pytest.param("a/../../new", id="T33 T01 up again"),
        pytest.param("{outside}/new", id="T33 T02 absolute"),
        pytest.param("file://{outside}/new", id="T33 T02 URI"),
        pytest.param("file://{folder}/%2e%2e/new", id="T33 T08 encoded dots"),
        pytest.param("untitled:/etc/new", id="T33 T09 untitled"),
    ],
)
def test_no_spelling_writes_outside(guarded: Workspace, path: str) -> None:
    spelled = path.format(outside=guarded.outside, folder=guarded.folder)
    assert refused(lambda: write(guarded, spelled, b"x")) == "outside_workspace"
    assert not (guarded.outside / "new").exists()


@pytest.mark.parametrize("name", ["l", "in", "gone", "up/secret", "up/new.sh", "folder/a", "folder/new"])
def test_t04_t05_t06_nothing_is_changed_through_a_link(guarded: Workspace, name: str) -> None:
    """What is asked for must be where it is: a link could be put there after the user saw the name."""
    guarded.write({"a": "inside", "sub/a": "inside", "file": "inside"})
    links = {"l": "../secret", "in": "a", "gone": "no", "up": "..", "folder": "sub"}
    for link, target in links.items():
        (guarded.folder / link).symlink_to(target)
    before = files(guarded.outside)
    at, file = guarded.roots.resolve(name), guarded.roots.resolve("file")
    codes = {
        refused(lambda: guarded.roots.write(at, b"x", expect=None)),
        refused(lambda: guarded.roots.write(at, b"x", expect=status(guarded, "a"))),
        refused(lambda: guarded.roots.remove(at, status(guarded, "a"))),
        refused(lambda: guarded.roots.move(file, at)),
    }
    assert codes <= {"is_a_link", "outside_workspace", "files_changed", "already_there", "not_a_folder"}
    assert files(guarded.outside) == before


def test_t17_a_workspace_stays_the_folder_it_was(tmp_path: Path, guard: Callable[[str], Root]) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    (tmp_path / "ws").symlink_to("first")
    roots = Roots([("ws", str(tmp_path / "ws"))], make=guard)
    (tmp_path / "ws").unlink()
    (tmp_path / "ws").symlink_to("second")
    roots.write(roots.resolve("a"), b"x", expect=None)
    assert files(tmp_path / "first") == {"a": b"x"}
    assert files(tmp_path / "second") == {}
    roots.close()


def test_t18_a_removed_folder_is_denied_from_the_next_call(guarded: Workspace) -> None:
    guarded.write({"a": "inside"})
    at, seen = guarded.roots.resolve("a"), status(guarded, "a")
    guarded.roots.replace([])
    changes: list[Callable[[], object]] = [
        lambda: guarded.roots.write(at, b"x", expect=seen),
        lambda: guarded.roots.remove(at, seen),
        lambda: guarded.roots.move(at, at),
    ]
    assert [refused(change) for change in changes] == ["outside_workspace"] * 3
    assert (guarded.folder / "a").read_text() == "inside"


def test_t22_nothing_is_written_into_what_is_no_file(guarded: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(guarded.folder)  # the path of a socket is at most 108 bytes long
    os.mkfifo("fifo")
    Path("folder").mkdir()
    roots = guarded.roots
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        codes: set[str] = set()
        for name in ("fifo", "socket", "folder"):
            at, there = roots.resolve(name), Path(name).lstat()
            codes.add(refused(lambda at=at: roots.write(at, b"x", expect=None)))
            codes.add(refused(lambda at=at, there=there: roots.write(at, b"x", expect=there)))
            codes.add(refused(lambda at=at, there=there: roots.remove(at, there)))
            codes.add(refused(lambda at=at: roots.move(at, roots.resolve("new"))))
    assert codes == {"not_regular_file", "is_a_folder"}


def test_the_workspace_itself_is_no_file(guarded: Workspace) -> None:
    assert refused(lambda: guarded.roots.write(guarded.roots.resolve("."), b"x", expect=None)) == "is_a_folder"


PIECES = [*"./\\~ \0\u202e", "..", "a", "sub", "up", "l", "in", "secret", "ws", "%2e", "%2f", "file://", "new"]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = workspace(tmp_path_factory.mktemp("hostile"))
    made.write({"a": "inside", "sub/b": "inside"})
    (made.folder / "l").symlink_to("../secret")
    (made.folder / "up").symlink_to("..")
    (made.folder / "sub" / "in").symlink_to("../a")
    return made


@settings(max_examples=300, deadline=None)
@given(pieces=st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12), absolute=st.booleans())
def test_whatever_is_written_lies_inside(hostile: Workspace, pieces: list[str], absolute: bool) -> None:
    path = (f"{hostile.folder}/" if absolute else "") + "".join(pieces)
    for make in GUARDS.values():
        roots = Roots([("ws", str(hostile.folder))], make=make)
        with suppress(ToolError):
            at = roots.resolve(path)
            roots.write(at, b"written", expect=None)
            written = hostile.folder.joinpath(*at.parts)
            assert written.resolve().is_relative_to(hostile.folder.resolve())
            assert written.read_bytes() == b"written"
            roots.remove(at, written.lstat())
        roots.close()
    assert {path.name for path in hostile.outside.iterdir()} == {"ws", "secret"}
    assert (hostile.outside / "secret").read_text() == SECRET
