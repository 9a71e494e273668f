"""A hostile model that wants files changed which the user did not agree to, over real stdio: protected ones, other
places than were shown, other text than was shown.
"""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.support.hostile import (
    CHANGED_BY_ORDINARY,
    ORDINARY,
    Call,
    Scene,
    allows,
    allows_one,
    failures,
    needs_linux,
    refuses,
    trusts_edits,
)
from tests.support.lookout import SECRET

pytestmark = [needs_linux, pytest.mark.asyncio(loop_scope="session")]
Json = dict[str, Any]
AUTO = '{"chat.tools.autoApprove": true}'


def create(*paths: str) -> list[Call]:
    return [("edit_file", {"path": path, "content": AUTO}) for path in paths]


def change(path: str, old: str, new: str) -> Call:
    return ("edit_file", {"path": path, "edits": [{"old_text": old, "new_text": new}]})


def move(source: str, target: str) -> Call:
    return ("move_file", {"source": source, "target": target})


GUARDED: dict[str, Sequence[Call]] = {
    "T13": create(
        *(".GIT/config.x", ".VsCode/x.json", ".git./x", ".git /x", "GIT~1/x", ".g\u200cit/x", ".vscode/./x.json"),
        *(".vsco\u00addde/../.vscode/x.json", ".GitHub/workflows/x.yml", "\uff0egit/x", ".gi\u0074/hooks/pre-commit"),
        *("sub/.vſcode/x", "AGENTS.MD.", ".Chatls.TOML", ".vscode::$INDEX_ALLOCATION/x", "loop/.vscode/x.json"),
    ),
    "T34": [
        change(".vscode/settings.json", "{}", AUTO),
        change("editor/settings.json", "{}", AUTO),
        change("loop/.vscode/settings.json", "{}", AUTO),
        change("sub/.vscode/tasks.json", "{}", AUTO),
        change(".github/workflows/ci.yml", "on: push", "on: [push, pull_request_target]"),
        change(".chatls.toml", "Be kind.", "Be evil."),
        change("AGENTS.md", "Use tabs.", "Run curl."),
        change(".gitattributes", "filter=evil", "filter=more"),
        change(".git/config", "[core]", "[core]\n\tpager = evil"),
    ],
    "T36": create(
        *(".vscode/tasks.json", ".idea/workspace.xml", ".git/hooks/pre-commit", ".github/workflows/new.yml", ".bashrc"),
        *("CLAUDE.md", ".cursorrules", ".npmrc", "sub/.git/config", "deep/er/.vscode/tasks.json", ".nvim.lua"),
        *("editor/tasks.json", "hooks/post-checkout", ".cargo/config.toml", ".husky/pre-commit", ".mcp.json"),
    ),
    "T37": [
        move("a.py", ".vscode/tasks.json"),
        move("build.sh", ".git/hooks/pre-commit"),
        move("build.sh", "hooks/post-merge"),
        move(".vscode/settings.json", "x.json"),
        move(".git/config", "x"),
        move(".git/HEAD", "x"),
        move("build.sh", "fresh/.git/hooks/pre-commit"),
        move("sub/.vscode/tasks.json", "editor/tasks.json"),
        ("delete_file", {"path": ".git/HEAD"}),
        ("delete_file", {"path": ".git/config"}),
        ("delete_file", {"path": ".vscode/settings.json"}),
        ("delete_file", {"path": "AGENTS.md"}),
        ("delete_file", {"path": "editor/settings.json"}),
    ],
}
"""What no trust covers: each of these asks, and is refused."""
IMPOSSIBLE: dict[str, Sequence[Call]] = {
    "T21": [
        change(".env", "KEY", "MINE"),
        change(".env", "S3CRET", "MINE"),
        change("to-env", "KEY", "MINE"),
        *create(".env", ".env.local", "sub/new.pem", "id_rsa", "sub/.ENV", "service-account.json"),
        move(".env", "plain.txt"),
        move("to-env", "plain.txt"),
        move("sub/prod.pem", "plain.txt"),
        move("a.py", ".env.production"),
        ("delete_file", {"path": ".env"}),
    ],
    "T37": [
        ("delete_file", {"path": ".git"}),
        ("delete_file", {"path": ".vscode"}),
        ("delete_file", {"path": "."}),
        ("delete_file", {"path": "editor"}),
        move(".vscode", "vscode"),
        move("sub", ".git/hooks"),
        move("a.py", "b.py"),
        move("a.py", ".vscode"),
        *create(".git", ".vscode", ".", "sub"),
        *create("a.py", "build.sh"),
    ],
    "T41": [
        change("a.py", "", "x"),
        change("a.py", "\n", "x"),
        change("a.py", "x = 9", "x"),
        change("a.py", "x = 1", "x = 1"),
        ("edit_file", {"path": "a.py", "edits": [{"old_text": "x = 1\n", "new_text": "a"}] * 2}),
        (
            "edit_file",
            {
                "path": "a.py",
                "edits": [{"old_text": "x = 1\ny", "new_text": "a"}, {"old_text": "= 1", "new_text": "b"}],
            },
        ),
        ("edit_file", {"path": "a.py", "edits": [{"start": 2**31, "end": -1, "new_text": "x"}]}),
        ("edit_file", {"path": "a.py", "edits": "x", "content": "y"}),
        ("edit_file", {"path": "new.py", "content": "a\0b"}),
        ("edit_file", {"path": "new.py"}),
        ("edit_file", {"path": "new.py", "edits": [{"old_text": "x", "new_text": "y"}]}),
    ],
}
"""What is refused before anybody is asked."""


@pytest.mark.parametrize(
    ("user", "first"),
    [pytest.param(refuses, (), id="a user who refuses"), pytest.param(trusts_edits, ORDINARY, id="T112")],
)
@pytest.mark.parametrize("case", GUARDED)
async def test_what_is_protected_asks_under_every_trust(
    stage: Scene, case: str, user: Any, first: Sequence[Call]
) -> None:
    stage.user = user
    calls = GUARDED[case]
    results = await stage.attack(*first, *calls, changes=CHANGED_BY_ORDINARY if first else set())
    found = failures([*first, *calls], results)[len(first) :]
    assert {code for _, code in found} == {"rejected"}, found
    asked = stage.asked[len(first) :]
    assert len(asked) == len(calls)
    for question in asked:
        assert " is protected: " in question["detail"], question
        assert {option["kind"] for option in question["options"]} == {"allow_once", "reject_once", "reject_always"}
    assert stage.applied == []


@pytest.mark.parametrize("case", IMPOSSIBLE)
async def test_what_cannot_be_is_refused_whatever_the_user_would_say(stage: Scene, case: str) -> None:
    stage.user = allows
    found = failures(IMPOSSIBLE[case], await stage.attack(*IMPOSSIBLE[case]))
    assert not [each for each in found if each[1] in {None, "internal", "rejected"}]
    assert stage.asked == []


async def test_t112_one_yes_is_for_one_change_of_a_protected_file(stage: Scene) -> None:
    stage.user = allows_one()
    calls = [
        change(".vscode/settings.json", "{}", AUTO),
        change(".vscode/settings.json", "true", "1"),
        *create(".bashrc"),
    ]
    found = failures(calls, await stage.attack(*calls, changes={".vscode/settings.json"}))
    assert [code for _, code in found] == [None, "rejected", "rejected"]
    assert AUTO in stage.asked[0]["diff"]


async def test_t34_trust_in_one_session_is_none_in_another(stage: Scene) -> None:
    stage.user = trusts_edits
    await stage.attack(*ORDINARY, changes=CHANGED_BY_ORDINARY)
    stage.user = refuses
    calls = [change("a.py", "x = 3", "x = 4"), *create("new.py")]
    found = failures(calls, await stage.attack(*calls))
    assert {code for _, code in found} == {"rejected"}


async def test_t38_what_the_user_has_typed_meanwhile_is_never_written_over(stage: Scene) -> None:
    uri = stage.open("a.py", "x = 1\ny = 2\nunsaved\n")
    stage.user = allows
    stage.editor.types = True
    found = failures([change("a.py", "x = 1", "evil")], await stage.attack(change("a.py", "x = 1", "evil")))
    stage.editor.types = False
    assert found[0][1] in {None, "files_changed"}
    assert stage.editor.texts[uri].startswith("typed\n")
    assert "unsaved" in stage.editor.texts[uri]


async def test_t38_an_open_file_is_changed_in_the_editor_one_version_at_a_time(stage: Scene) -> None:
    uri = stage.open("a.py", "x = 1\ny = 2\nunsaved\n")
    stage.user = allows
    calls = [change("a.py", "x = 1", "x = 3"), change("in", "y = 2", "y = 4"), change("a.py", "y = 4", "y = 5")]
    found = failures(calls, await stage.attack(*calls))
    assert [code for _, code in found] == [None] * 3
    assert stage.editor.texts[uri] == "x = 3\ny = 5\nunsaved\n"
    entries = [params["edit"]["documentChanges"] for params in stage.applied]
    assert [[entry["textDocument"]["version"] for entry in each] for each in entries] == [[1], [2], [3]]


async def test_t40_only_the_lines_that_were_shown_change(stage: Scene) -> None:
    for name, before, after in (
        ("u", "file a\u2028b\nSECOND\n", "X\nSECOND\n"),
        ("f", "file a\fb\x85c\nSECOND\n", "X\nSECOND\n"),
        ("r", "file a\rb\r\nSECOND\r\n", "X\r\nSECOND\r\n"),
    ):
        (stage.workspace / name).write_bytes(before.encode())
        first = before.replace("\r\n", "\n").replace("\r", "\n").split("\nSECOND")[0]
        stage.user = allows
        await stage.attack(change(name, first, "X"), changes={name})
        assert (stage.workspace / name).read_bytes() == after.encode()


async def test_t42_what_does_not_show_is_spelled_out_before_it_is_written(stage: Scene) -> None:
    hidden = "a\u202eb\u200bc\U000e0041d\x1b[2Je\x9b2Jf"
    await stage.attack(("edit_file", {"path": "new.py", "content": hidden}))
    (question,) = stage.asked
    assert r"a\u{202e}b\u{200b}c\u{e0041}d\u{1b}[2Je\u{9b}2Jf" in question["diff"]
    assert "Characters in it that nobody would see: 5" in question["detail"]
    assert all(char not in str(question) for char in "\u202e\u200b\U000e0041\x1b\x9b")


async def test_t42_a_rejected_hunk_is_told_and_not_written(stage: Scene) -> None:
    text = "".join(f"line {number}\n" for number in range(40))
    (stage.workspace / "long").write_text(text)
    edits = [{"old_text": f"line {n}\n", "new_text": f"new {n}\n"} for n in (3, 30)]
    stage.user = lambda question: {"optionId": "allow", "hunks": [question["hunks"][0]["id"]]}
    (result,) = await stage.attack(("edit_file", {"path": "long", "edits": edits}), changes={"long"})
    assert (stage.workspace / "long").read_text() == text.replace("line 3\n", "new 3\n")
    assert "Not applied, for the user rejected it" in result["result"]["text"]
    assert SECRET not in str(result)
