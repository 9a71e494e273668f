"""A hostile model that wants out of the workspace, by every tool and every spelling of a path, over real stdio."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.hostile import (
    CHANGED_BY_ORDINARY,
    ORDINARY,
    Call,
    Scene,
    User,
    allows,
    failures,
    needs_linux,
    trusts_edits,
)
from tests.support.lookout import SECRET
from tests.support.swapping import swapping

pytestmark = [needs_linux, pytest.mark.asyncio(loop_scope="session")]
NONE: Sequence[Call] = ()
USERS = [
    pytest.param(trusts_edits, ORDINARY, id="T112 a user who trusts edits"),
    pytest.param(allows, NONE, id="a user who allows all"),
]
REFUSED = {"not_found", "outside_workspace", "invalid_path", "secret", "unsupported_language"}
OUTSIDE = {
    "T01": ["../secret", "a/../../secret", "sub/../../secret", "..", "sub/../..", "../../../../../../etc/passwd"],
    "T02": ["{home}/secret", "/{home}/secret", "file://{home}/secret", "file://localhost{home}/secret", "/etc/passwd"],
    "T04": ["l", "l2", "in/../l", "sub/../l"],
    "T05": ["up/secret", "up/new.sh", "sub/up/secret", "up/.ssh/id_rsa", "loop/up/secret"],
    "T08": ["file://{home}/ws/%2e%2e/secret", "file://{home}/ws/%2E%2E%2Fsecret", "file://{home}/ws/..%2fsecret"],
    "T09": [
        *("untitled:/etc/hostname", "vscode-remote://ssh/etc/hostname", "https://evil/etc/hostname"),
        *("file://evil/etc/passwd", "vscode-userdata:/x", "git:/a.py?ref"),
    ],
    "T10": ["a\0b", "a\nb", "a" * 5000, "a/" * 2049, "../secret\0.py", "l\n"],
}
"""Where no tool may go, nor ask whether it may."""
NAMES = {
    "T08": ["..%c0%afsecret", "%252e%252e/secret", "%2e%2e/secret", "file://{home}/ws/%252e%252e/secret"],
    "T10": ["n" * 255, "\ud800", " ", "...", "a.py\u200b", "-"],
    "T12": ["~/.ssh/id_rsa", "$HOME/.bashrc", "%USERPROFILE%\\x", "${HOME}/secret", "~root/x", "$(cat secret)"],
}
"""What is nothing but a name, of something that is not there."""


def reading(path: str) -> list[Call]:
    """Every tool that could show what is at a path, or run something there."""
    return [
        ("read_file", {"path": path}),
        ("list_directory", {"path": path, "depth": 3}),
        ("find_files", {"pattern": "**/*", "path": path}),
        ("search_text", {"pattern": "S3C|root|KEY", "path": path}),
        ("find_symbol", {"name": "x", "path": path}),
        ("outline_file", {"path": path}),
        ("run_command", {"command": "cat a.py secret", "cwd": path}),
        ("run_command", {"command": ["ls"], "cwd": path}),
    ]


def asking_git(path: str) -> list[Call]:
    """Git follows no link: it may tell that there is one."""
    return [(tool, {"path": path}) for tool in ("git_status", "git_diff", "git_log")]


def removing(path: str) -> list[Call]:
    """Every tool that could change what is there."""
    return [
        ("edit_file", {"path": path, "edits": [{"old_text": "S3CRET", "new_text": "mine"}]}),
        ("delete_file", {"path": path}),
        ("move_file", {"source": path, "target": "taken"}),
    ]


def writing(path: str) -> list[Call]:
    """Every tool that could put something there."""
    return [
        ("edit_file", {"path": path, "content": "mine"}),
        ("edit_file", {"path": f"{path}/new.sh", "content": "mine"}),
        ("move_file", {"source": "a.py", "target": path}),
        ("move_file", {"source": "build.sh", "target": f"{path}/build.sh"}),
    ]


def spelled(stage: Scene, paths: Sequence[str]) -> list[str]:
    return [path.replace("{home}", str(stage.home)) for path in paths]


@pytest.mark.parametrize(("user", "first"), USERS)
@pytest.mark.parametrize("case", OUTSIDE)
async def test_t16_t33_no_tool_leads_out_of_the_workspace(
    stage: Scene, case: str, user: User, first: Sequence[Call]
) -> None:
    stage.user = user
    paths = spelled(stage, OUTSIDE[case])
    calls = [call for path in paths for call in (*reading(path), *removing(path), *writing(path))]
    git = [call for path in paths for call in asking_git(path)]
    results = await stage.attack(*first, *calls, *git, changes=CHANGED_BY_ORDINARY if first else set())
    found = failures([*first, *calls, *git], results)[len(first) :]
    assert not [each for each in found if each[1] in {"internal", "rejected"}]
    assert not [each for each in found[: len(calls)] if each[1] is None]
    assert len(stage.asked) == len(first)
    assert stage.applied == []


@pytest.mark.parametrize("case", NAMES)
async def test_what_looks_like_more_than_a_name_is_one_that_is_not_there(stage: Scene, case: str) -> None:
    stage.user = allows
    calls = [call for path in spelled(stage, NAMES[case]) for call in (*reading(path), *removing(path))]
    found = failures(calls, await stage.attack(*calls))
    assert not [each for each in found if each[1] not in REFUSED]
    assert stage.asked == []


async def test_t02_what_the_editor_has_open_from_elsewhere_stays_there(stage: Scene) -> None:
    stage.user = allows
    paths = [(stage.home / "secret").as_uri(), "untitled:Untitled-1", "vscode-remote://ssh/etc/passwd"]
    for uri in paths:
        stage.editor.open(uri, SECRET)
    calls = [call for path in (*paths, f"{stage.home}/secret", "l", "up/secret") for call in reading(path)]
    calls += [call for path in (*paths, "../secret") for call in (*removing(path), *writing(path))]
    found = failures(calls, await stage.attack(*calls))
    assert not [each for each in found if each[1] in {None, "internal", "rejected"}]
    everywhere: list[Call] = [("search_text", {"pattern": "S3C"}), ("find_symbol", {"name": "S3CRET"})]
    assert {code for _, code in failures(everywhere, await stage.attack(*everywhere))} == {None}
    assert (stage.asked, stage.applied) == ([], [])


async def test_t06_a_link_within_the_workspace_is_a_name_like_any_other(stage: Scene) -> None:
    calls = [("read_file", {"path": "in"}), ("read_file", {"path": "loop/loop/sub/d.py"})]
    assert [result["result"]["text"] for result in await stage.attack(*calls)] == ["1\tx = 1\n2\ty = 2"] * 2


async def test_t14_no_swap_of_a_file_for_a_link_lets_a_tool_out(stage: Scene, tmp_path: Path) -> None:
    file, link = stage.workspace / "sub" / "t", stage.workspace / "sub" / "s"
    file.write_text("harmless\n")
    link.symlink_to("../../secret")
    calls = [("read_file", {"path": "sub/t", "start_line": 1, "line_count": count + 1}) for count in range(200)]
    calls += [
        ("edit_file", {"path": "sub/t", "edits": [{"old_text": "S3CRET", "new_text": str(n)}]}) for n in range(60)
    ]
    stage.user = allows
    before = stage.around()
    stage.say(*calls)
    with swapping(file, link, tmp_path / "count"):
        results = await stage.turn()
    stage.check(before)
    assert {code for _, code in failures(calls, results)} >= {None, "outside_workspace"}


async def test_t17_the_workspace_stays_the_folder_it_was_when_its_name_leads_elsewhere(stage: Scene) -> None:
    calls = [
        ("read_file", {"path": "a.py"}),
        ("read_file", {"path": "secret"}),
        ("edit_file", {"path": "taken", "content": "mine"}),
        ("run_command", {"command": "cat secret"}),
    ]
    stage.user = allows
    before = stage.around()
    kept = stage.home / "kept"
    stage.workspace.rename(kept)
    stage.workspace.symlink_to(stage.home)
    try:
        stage.say(*calls)
        results = await stage.turn()
        assert [code for _, code in failures(calls, results)] == [None, "not_found", None, "files_changed"]
        assert (kept / "taken").read_text() == "mine"
    finally:
        stage.workspace.unlink()
        kept.rename(stage.workspace)
    stage.check(before)


async def test_t18_a_folder_that_was_taken_away_is_denied_from_the_next_call(stage: Scene) -> None:
    folder = {"uri": stage.workspace.as_uri(), "name": "ws"}
    calls = [*reading("a.py"), *asking_git("a.py"), *removing("a.py"), *writing("new.py")]
    stage.user = allows
    stage.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": [folder]}})
    found = failures(calls, await stage.attack(*calls))
    stage.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [folder], "removed": []}})
    assert not [each for each in found if each[1] in {None, "internal", "rejected"}]
    assert stage.asked == []
    assert "result" in await stage.tool("read_file", {"path": "a.py"})


async def test_t20_links_are_not_entered(stage: Scene) -> None:
    calls: list[Call] = [
        ("search_text", {"pattern": "S3C|root:"}),
        ("search_text", {"pattern": "S3CRET", "literal": True, "glob": "**/*secret*"}),
        ("list_directory", {"path": ".", "depth": 3}),
        ("find_files", {"pattern": "**/secret"}),
        ("find_files", {"pattern": "**/loop/**"}),
        ("find_symbol", {"name": "S3CRET"}),
    ]
    for call, result in zip(calls, await stage.attack(*calls), strict=True):
        assert "result" in result, (call, result)
        assert "ssh" not in result["result"]["text"]
        assert "secret" not in result["result"]["text"].replace("l -> ../secret", "")
