"""The gate: what each spelling leads to, under every guard. Case ids are those of the project's list of attacks."""

import asyncio
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatls.chat.events import ToolFailure
from chatls.tools.base import ToolError
from chatls.tools.guard.beneath import Root
from chatls.tools.guard.folder_root import FolderRoot
from chatls.tools.guard.path_root import PathRoot
from chatls.tools.guard.paths import Roots, best_root
from tests.support.workspaces import GUARDS, SECRET, Workspace, workspace

TOOLS_BY_PATH = {
    "read_file": {},
    "list_directory": {},
    "find_files": {"pattern": "*"},
    "search_text": {"pattern": ".*", "literal": False},
}


def read(roots: Roots, path: str) -> bytes:
    with roots.open_file(roots.resolve(path)) as opened:
        return opened.file.read()


async def code_of(made: Workspace, path: str) -> set[str]:
    """How every tool fails that is given this path, none of which may show the secret."""
    codes: set[str] = set()
    for tool, arguments in TOOLS_BY_PATH.items():
        result = await made.call(tool, path=path, **arguments)
        assert SECRET not in repr(result)
        assert isinstance(result, ToolFailure), (tool, result)
        codes.add(result.code)
    return codes


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("../secret", id="T01 up"),
        pytest.param("a/../../secret", id="T01 up again"),
        pytest.param("sub/../../secret", id="T01 through a folder"),
        pytest.param("{outside}/secret", id="T02 absolute"),
        pytest.param("/{outside}/secret", id="T02 two slashes"),
        pytest.param("file://{outside}/secret", id="T02 URI"),
        pytest.param("file://localhost{outside}/secret", id="T02 URI with a host"),
        pytest.param("file:{outside}/secret", id="T02 URI without slashes"),
        pytest.param("l", id="T04 relative link"),
        pytest.param("l2", id="T04 absolute link"),
        pytest.param("up/secret", id="T05 link to a folder"),
        pytest.param("up/new.sh", id="T05 nothing there"),
        pytest.param("in/../../secret", id="T06 up from a link"),
        pytest.param("file://{folder}/%2e%2e/secret", id="T08 encoded dots"),
        pytest.param("file://{folder}/%2E%2E%2Fsecret", id="T08 encoded slash"),
        pytest.param("untitled:/etc/hostname", id="T09 untitled"),
        pytest.param("vscode-remote://ssh/etc/hostname", id="T09 remote"),
        pytest.param("https://evil/etc/hostname", id="T09 web"),
        pytest.param("file://evil/etc/hostname", id="T09 other host"),
    ],
)
async def test_nothing_outside_is_reached(guarded: Workspace, path: str) -> None:
    guarded.write({"a": "inside", "sub/b": "inside"})
    (guarded.folder / "l").symlink_to("../secret")
    (guarded.folder / "l2").symlink_to("/etc/passwd")
    (guarded.folder / "up").symlink_to(guarded.outside)
    (guarded.folder / "in").symlink_to("a")
    spelled = path.format(outside=guarded.outside, folder=guarded.folder)
    assert await code_of(guarded, spelled) == {"outside_workspace"}
    assert not (guarded.outside / "new.sh").exists()


@pytest.mark.parametrize("path", ["file://{folder}/%252e%252e/secret", "..%2fsecret", "file://{folder}/..%5Csecret"])
async def test_t08_what_is_encoded_twice_or_not_a_uri_is_a_name(guarded: Workspace, path: str) -> None:
    assert await code_of(guarded, path.format(folder=guarded.folder)) == {"not_found"}


async def test_t08_an_overlong_encoding_is_no_text(guarded: Workspace) -> None:
    assert await code_of(guarded, f"file://{guarded.folder}/..%c0%afsecret") == {"invalid_path"}


@pytest.mark.parametrize(
    "target",
    [
        pytest.param("a", id="T06 beside"),
        pytest.param("sub/../a", id="T06 up within"),
        pytest.param("{folder}/a", id="T06 absolute within"),
        pytest.param("chain", id="T06 link to a link"),
    ],
)
def test_a_link_that_stays_inside_is_followed(guarded: Workspace, target: str) -> None:
    guarded.write({"a": "inside", "sub/b": "", "x/y": ""})
    (guarded.folder / "chain").symlink_to("x/../sub/../a")
    (guarded.folder / "in").symlink_to(target.format(folder=guarded.folder))
    with guarded.roots.open_file(guarded.roots.resolve("in")) as opened:
        assert opened.file.read() == b"inside"
        assert opened.path.parts == ("a",)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        pytest.param("a\0b", "invalid_path", id="T10 NUL"),
        pytest.param("\ud800", "invalid_path", id="T10 half a character"),
        pytest.param("a\nb", "invalid_path", id="T10 line break"),
        pytest.param("x" * 300, "invalid_path", id="T10 long name"),
        pytest.param("x" * 5000, "invalid_path", id="T10 very long name"),
        pytest.param("x/" * 2049, "invalid_path", id="T10 PATH_MAX and one"),
    ],
)
async def test_what_can_be_no_path_is_told(guarded: Workspace, path: str, code: str) -> None:
    assert await code_of(guarded, path) == {code}


@pytest.mark.parametrize("path", ["", ".", "./", "sub/.."])
async def test_t10_the_workspace_itself_can_be_listed_but_not_read(guarded: Workspace, path: str) -> None:
    guarded.write({"a": "inside"})
    assert await guarded.text("list_directory", path=path) == "a  (6 bytes)"
    assert (await guarded.failure("read_file", path=path)).code == "is_a_folder"


@pytest.mark.parametrize("path", ["~/.ssh/id_rsa", "$HOME/.bashrc", r"%USERPROFILE%\x"])
async def test_t12_no_variable_is_expanded(guarded: Workspace, path: str) -> None:
    assert await code_of(guarded, path) == {"not_found"}


@pytest.mark.parametrize(
    "name", [".git", ".GIT", ".git.", ".git ", "GIT~1", ".g\u200cit", ".\uff47it", ".gi\u0054", "sub/.git"]
)
async def test_t13_gits_own_folder_is_hidden_however_it_is_spelled(guarded: Workspace, name: str) -> None:
    guarded.write({f"{name}/config": SECRET, "a": "inside"})
    assert await code_of(guarded, f"{name}/config") == {"ignored"}
    for tool, arguments in TOOLS_BY_PATH.items():
        if tool != "read_file":
            shown = await guarded.text(tool, **arguments)
            assert SECRET not in shown
            assert "config" not in shown


async def test_t13_a_link_does_not_uncover_what_is_hidden(guarded: Workspace) -> None:
    guarded.write({".git/config": SECRET})
    (guarded.folder / "link").symlink_to(".git/config")
    assert (await guarded.failure("read_file", path="link")).code == "ignored"


async def test_t16_no_tool_takes_another_folder_to_work_in(guarded: Workspace) -> None:
    for tool, arguments in TOOLS_BY_PATH.items():
        failure = await guarded.failure(tool, cwd=str(guarded.outside), **arguments)
        assert failure.code == "invalid_arguments"
        assert "cwd" in failure.message


def test_t17_a_workspace_stays_the_folder_it_was(tmp_path: Path, guard: Callable[[str], Root]) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a").write_text(name)
    (tmp_path / "ws").symlink_to("first")
    roots = Roots([("ws", str(tmp_path / "ws"))], make=guard)
    (tmp_path / "ws").unlink()
    (tmp_path / "ws").symlink_to("second")
    assert read(roots, "a") == b"first"
    assert [entry.name for entry in roots.scan(roots.resolve("."), 10)[0]] == ["a"]
    roots.close()


def test_t18_a_removed_folder_is_denied_from_the_next_call(tmp_path: Path, guard: Callable[[str], Root]) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a").write_text(name)
    one, two = (("one", str(tmp_path / "one")), ("two", str(tmp_path / "two")))
    roots = Roots([one, two], make=guard)
    before = roots.resolve("one/a")
    roots.replace([two])
    with pytest.raises(ToolError) as resolved, roots.open_file(before):
        pass
    assert resolved.value.code == "outside_workspace"
    assert read(roots, "a") == b"two"
    with pytest.raises(ToolError):
        roots.resolve(str(tmp_path / "one" / "a"))
    roots.close()


def test_a_folder_that_stays_is_not_opened_again(tmp_path: Path) -> None:
    (tmp_path / "ws").mkdir()
    (tmp_path / "ws" / "a").write_text("old")
    roots = Roots([("ws", str(tmp_path / "ws"))], make=FolderRoot)
    (tmp_path / "ws").rename(tmp_path / "moved")
    (tmp_path / "ws").mkdir()
    roots.replace([("renamed", str(tmp_path / "ws"))])
    assert read(roots, "a") == b"old"
    assert [folder.name for folder in roots.folders] == ["renamed"]
    roots.close()


async def test_t22_a_pipe_is_refused_at_once(guarded: Workspace) -> None:
    os.mkfifo(guarded.folder / "fifo")
    async with asyncio.timeout(5):
        assert (await guarded.failure("read_file", path="fifo")).code == "not_regular_file"


async def test_t22_a_socket_is_refused(guarded: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(guarded.folder)  # the path of a socket is at most 108 bytes long
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        assert (await guarded.failure("read_file", path="socket")).code == "not_regular_file"


def test_t22_a_device_is_refused(guard: Callable[[str], Root]) -> None:
    roots = Roots([("dev", "/dev")], make=guard)
    with pytest.raises(ToolError) as caught, roots.open_file(roots.resolve("null")):
        pass
    assert caught.value.code == "not_regular_file"
    roots.close()


@pytest.mark.parametrize(
    "spelled", ["{folder}/sub/a", "file://{folder}/sub/a", "file://{folder}/s%75b/%61", "./sub//a"]
)
def test_every_spelling_of_an_inside_path_leads_to_it(guarded: Workspace, spelled: str) -> None:
    guarded.write({"sub/a": "inside"})
    assert read(guarded.roots, spelled.format(folder=guarded.folder)) == b"inside"


def test_a_folder_opened_by_a_link_is_known_by_both_paths(tmp_path: Path, guard: Callable[[str], Root]) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a").write_text("inside")
    (tmp_path / "link").symlink_to("real")
    roots = Roots([("ws", str(tmp_path / "link"))], make=guard)
    for folder in ("link", "real"):
        assert read(roots, str(tmp_path / folder / "a")) == b"inside"
    assert roots.resolve("a").uri == (tmp_path / "link" / "a").as_uri()
    roots.close()


def test_a_colon_alone_makes_no_uri(guarded: Workspace) -> None:
    guarded.write({"a:b": "inside"})
    assert read(guarded.roots, "./a:b") == b"inside"


@pytest.mark.parametrize(
    ("path", "code"), [("loop", "too_many_links"), ("file/x", "not_a_folder"), ("no", "not_found")]
)
def test_what_cannot_be_opened_is_told_in_one_sentence(guarded: Workspace, path: str, code: str) -> None:
    guarded.write({"file": ""})
    (guarded.folder / "loop").symlink_to("loop")
    with pytest.raises(ToolError) as caught, guarded.roots.open_file(guarded.roots.resolve(path)):
        pass
    assert caught.value.code == code
    assert str(guarded.folder) not in caught.value.message


@pytest.fixture
def two(tmp_path: Path, guard: Callable[[str], Root]) -> Roots:
    """Two folders; `shared` is in both, `lib` in one and the name of the other."""
    for name in ("app", "lib"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "shared").write_text(name)
    (tmp_path / "app" / "only").write_text("only in app")
    (tmp_path / "app" / "lib").mkdir()
    (tmp_path / "app" / "lib" / "x").write_text("inner")
    return Roots([("app", str(tmp_path / "app")), ("lib", str(tmp_path / "lib"))], make=guard)


def test_with_several_folders_a_path_begins_with_a_folders_name(two: Roots) -> None:
    assert [read(two, path) for path in ("app/shared", "lib/shared", "app/lib/x")] == [b"app", b"lib", b"inner"]
    assert two.shown(two.resolve("lib/shared")) == "lib/shared"


def test_the_name_may_be_left_out_where_only_one_folder_has_it(two: Roots) -> None:
    assert two.shown(two.resolve("only")) == "app/only"


@pytest.mark.parametrize(("path", "code"), [("shared", "ambiguous_path"), (".", "ambiguous_path"), ("no", "not_found")])
def test_what_several_folders_have_or_none_is_told_with_their_names(two: Roots, path: str, code: str) -> None:
    with pytest.raises(ToolError) as caught:
        two.resolve(path)
    assert caught.value.code == code
    assert "app, lib" in caught.value.message


def test_a_search_begins_in_all_folders(two: Roots) -> None:
    assert [two.shown(start) for start in two.starts(".")] == ["app", "lib"]


def test_a_folder_inside_another_is_the_one_that_counts(tmp_path: Path, guard: Callable[[str], Root]) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    roots = Roots([("a", str(tmp_path / "a")), ("b", str(tmp_path / "a" / "b"))], make=guard)
    assert roots.shown(roots.resolve(str(tmp_path / "a" / "b" / "x"))) == "b/x"
    roots.close()


def test_a_folder_may_be_given_by_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ws").mkdir()
    monkeypatch.chdir(tmp_path)
    roots = Roots([("ws", "ws")])
    assert roots.resolve(str(tmp_path / "ws" / "a")) == roots.resolve("a")
    assert roots.resolve("a").uri == (tmp_path / "ws" / "a").as_uri()
    roots.close()


def test_folders_of_the_same_name_are_told_apart(tmp_path: Path) -> None:
    for parent in ("x", "y"):
        (tmp_path / parent / "src").mkdir(parents=True)
    roots = Roots([("src", str(tmp_path / parent / "src")) for parent in ("x", "y")])
    assert [folder.name for folder in roots.folders] == ["src", "src-2"]
    roots.close()


async def test_without_a_folder_every_tool_says_so(guarded: Workspace) -> None:
    guarded.roots.replace([])
    for tool, arguments in TOOLS_BY_PATH.items():
        failure = await guarded.failure(tool, **{"path": "."} | arguments)
        assert failure.code == "no_workspace"
        assert "no folder is open" in failure.message


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, guard: Callable[[str], Root]) -> None:
    roots = Roots([("gone", str(tmp_path / "gone"))], make=guard)
    with pytest.raises(ToolError, match="the folder gone cannot be opened"):
        roots.resolve("a")


def test_a_name_that_would_break_a_line_is_shown_as_an_escape(ws: Workspace) -> None:
    (ws.folder / os.fsdecode(b"a\nb\xff\xe2\x80\xa8")).write_text("")
    [entry] = ws.roots.scan(ws.roots.resolve("."), 10)[0]
    assert ws.roots.shown(ws.roots.resolve(".") / entry.name) == r"a\nb\udcff\u2028"


def test_a_folder_is_given_to_a_program_only_while_its_path_leads_there(guarded: Workspace) -> None:
    guarded.write({"sub/a": ""})
    sub = guarded.roots.resolve("sub")
    assert guarded.roots.local(sub) == str(guarded.folder / "sub")
    (guarded.folder / "sub").rename(guarded.folder / "moved")
    assert guarded.roots.local(sub) is None


def test_this_system_uses_descriptors(tmp_path: Path) -> None:
    root = best_root(str(tmp_path))
    assert isinstance(root, FolderRoot)
    root.close()


def test_a_system_without_descriptors_of_folders_uses_real_paths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "supports_dir_fd", set[object]())
    assert isinstance(best_root(str(tmp_path)), PathRoot)


PIECES = [*"./\\~ \0\u202e", "..", "a", "sub", "up", "l", "in", "secret", "ws", "%2e", "%2f", "file://"]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = workspace(tmp_path_factory.mktemp("hostile"))
    made.write({"a": "inside", "sub/b": "inside", "..a/secret": "inside"})
    (made.folder / "l").symlink_to("../secret")
    (made.folder / "up").symlink_to("..")
    (made.folder / "sub" / "in").symlink_to("../a")
    return made


@settings(max_examples=300)
@given(pieces=st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12), absolute=st.booleans())
def test_no_spelling_reads_the_secret(hostile: Workspace, pieces: list[str], absolute: bool) -> None:
    path = (f"{hostile.folder}/" if absolute else "") + "".join(pieces)
    for make in GUARDS.values():
        roots = Roots([("ws", str(hostile.folder))], make=make)
        with suppress(ToolError):
            assert read(roots, path) == b"inside"
        roots.close()
