import re
from collections.abc import Sequence

import pytest

from chatls.chat.approvals import Answer, Question
from chatls.chat.ports import OpenDocument, TextChange
from chatls.tools.approval.prompts import escaped
from chatls.tools.editing.current import MAX_FILE
from chatls.tools.editing.ordinary import ORDINARY
from tests.support.acting_editor import choosing
from tests.support.changing import NO, TEXT, TWO, Changing, answering, edit
from tests.support.workspaces import SECRET


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"path": "a.py"}, "invalid_arguments"),
        ({"path": "a.py", "edits": edit("line 3\n", "x"), "content": "x"}, "invalid_arguments"),
        ({"path": "a.py", "edits": edit("line 3\n", "a\0b")}, "invalid_arguments"),
        ({"path": "a.py", "edits": edit("line 3\n", "\ud800")}, "invalid_arguments"),
        ({"path": "b.py", "edits": edit("line 3\n", "x")}, "not_found"),
        ({"path": "src", "content": "x"}, "is_a_folder"),
        ({"path": ".", "content": "x"}, "is_a_folder"),
        ({"path": "a.py/b.py", "content": "x"}, "not_a_folder"),
        ({"path": "binary", "edits": edit("a", "b")}, "binary_file"),
        pytest.param({"path": "a.py", "edits": edit("line", "x")}, "several_matches", id="T41 not unique"),
        pytest.param({"path": "a.py", "edits": edit("line 3\n", "x" * 100_000_000)}, "too_large", id="T41 100 MB"),
        pytest.param({"path": "a.py", "line": 2**31, "content": "x"}, "invalid_arguments", id="T41 line 2^31"),
        pytest.param({"path": "a.py", "edits": edit("line 3\n", "x") * 101}, "invalid_arguments", id="T41 edits"),
        pytest.param({"path": "large", "edits": edit("a", "b")}, "too_large", id="T41 large file"),
        pytest.param({"path": "../secret", "edits": edit(SECRET, "x")}, "outside_workspace", id="T33 T01"),
        pytest.param({"path": "a/../../new.sh", "content": "x"}, "outside_workspace", id="T33 T01 new"),
        pytest.param({"path": "/etc/passwd", "edits": edit("root", "x")}, "outside_workspace", id="T33 T02"),
        pytest.param({"path": "out", "edits": edit(SECRET, "x")}, "outside_workspace", id="T33 T04"),
        pytest.param({"path": "up/new.sh", "content": "x"}, "outside_workspace", id="T33 T05"),
        pytest.param({"path": "dangling", "content": "x"}, "is_a_link", id="a link to nothing"),
        pytest.param({"path": "untitled:/a", "content": "x"}, "outside_workspace", id="T33 T09"),
        pytest.param({"path": ".env", "edits": edit(SECRET, "x")}, "secret", id="T21"),
        pytest.param({"path": "to-env", "edits": edit(SECRET, "x")}, "secret", id="T21 by a link"),
    ],
)
async def test_what_cannot_be_is_refused_before_anybody_is_asked(
    desk: Changing, arguments: dict[str, object], code: str
) -> None:
    desk.write({"a.py": TEXT, "src/b": "", "binary": b"a\0b", "large": b"a" * (MAX_FILE + 1), ".env": SECRET})
    for link, target in {"out": "../secret", "up": "..", "to-env": ".env", "dangling": "nowhere"}.items():
        (desk.folder / link).symlink_to(target)
    failure = await desk.failure("edit_file", **arguments)
    assert failure.code == code
    assert SECRET not in failure.message
    assert desk.acting.asked == []
    assert desk.acting.applied == []
    assert desk.read("a.py").decode() == TEXT
    assert (desk.outside / "secret").read_text() == SECRET
    assert sorted(path.name for path in desk.outside.iterdir()) == ["secret", "ws"]


async def test_t38_an_edit_is_done_on_the_text_as_it_is_when_the_user_has_agreed(desk: Changing) -> None:
    desk.write({"a.py": TEXT})
    desk.open("a.py", TEXT)

    def slow(question: Question) -> Answer | None:
        desk.typed("a.py", f"typed meanwhile\n{TEXT}")
        return choosing("allow_once", ["2"])(question)

    desk.acting.reply = slow
    await desk.done("edit_file", path="a.py", edits=TWO)
    assert desk.buffer("a.py") == f"typed meanwhile\n{TEXT}".replace("line 20\n", "twenty\n20\n")


async def test_t38_a_file_that_was_opened_meanwhile_is_changed_in_the_editor(desk: Changing) -> None:
    desk.write({"a.py": TEXT})

    def slow(question: Question) -> Answer | None:
        desk.open("a.py", TEXT + "unsaved")
        return choosing("allow_once")(question)

    desk.acting.reply = slow
    await desk.done("edit_file", path="a.py", edits=TWO)
    assert desk.read("a.py").decode() == TEXT
    assert "three" in desk.buffer("a.py")


async def test_t38_what_does_not_fit_any_more_is_told_with_the_text_as_it_is(desk: Changing) -> None:
    desk.write({"a.py": TEXT})

    def slow(question: Question) -> Answer | None:
        desk.write({"a.py": TEXT.replace("line 3\n", "line three and more\n")})
        return choosing("allow_once")(question)

    desk.acting.reply = slow
    failure = await desk.failure("edit_file", path="a.py", edits=TWO)
    assert failure.code == "files_changed"
    assert "nothing was written. It now reads:\n" in failure.message
    assert "\n3\tline three and more\n" in failure.message
    assert b"twenty" not in desk.read("a.py")


@pytest.mark.parametrize(
    ("change", "meanwhile"),
    [
        (edit("line 3\n", "three\n"), TEXT.replace("line 2\n", "rm -rf ")),
        ([{"old_text": "line 2", "new_text": "2", "replace_all": True}], f"{TEXT}line 2\n"),
    ],
    ids=["the rest of a line", "one place more"],
)
async def test_t38_nothing_is_done_but_what_the_user_was_shown(
    desk: Changing, change: list[dict[str, str]], meanwhile: str
) -> None:
    desk.write({"a.py": TEXT})

    def slow(question: Question) -> Answer | None:
        desk.write({"a.py": meanwhile})
        return choosing("allow_once")(question)

    desk.acting.reply = slow
    assert (await desk.failure("edit_file", path="a.py", edits=change)).code == "files_changed"
    assert desk.read("a.py").decode() == meanwhile


async def test_t38_an_edit_that_the_editor_refuses_once_is_tried_again(desk: Changing) -> None:
    desk.write({"a.py": TEXT})
    desk.open("a.py", TEXT)
    apply, left = desk.acting.apply, [False]

    async def once_refused(document: OpenDocument, changes: Sequence[TextChange]) -> bool:
        return left.pop() if left else await apply(document, changes)

    desk.acting.apply = once_refused
    await desk.done("edit_file", path="a.py", edits=TWO)
    assert "twenty" in desk.buffer("a.py")
    assert len(desk.acting.asked) == 1


async def test_t38_an_editor_that_takes_no_edits_leaves_the_disk_alone_too(desk: Changing) -> None:
    desk.write({"a.py": TEXT})
    desk.open("a.py", TEXT)
    desk.acting.takes_edits = False
    failure = await desk.failure("edit_file", path="a.py", edits=TWO)
    assert failure.code == "files_changed"
    assert "3\tline 3" in failure.message
    assert desk.read("a.py").decode() == TEXT


async def test_t38_a_file_that_appears_meanwhile_is_not_written_over(desk: Changing) -> None:
    def slow(question: Question) -> Answer | None:
        desk.write({"new.py": "from somebody else\n"})
        return choosing("allow_once")(question)

    desk.acting.reply = slow
    assert (await desk.failure("edit_file", path="new.py", content="x\n")).code == "files_changed"
    assert desk.read("new.py") == b"from somebody else\n"


GUARDED = [
    pytest.param(".vscode/settings.json", id="T34 there already"),
    pytest.param(".vscode/tasks.json", id="T36 not there yet"),
    pytest.param(".git/hooks/pre-commit", id="T37 in a new folder"),
    pytest.param(".GIT/config", id="T13"),
    pytest.param("sub/link/settings.json", id="by a link to a folder"),
    pytest.param("alias", id="by a hard link that is open in the editor"),
    pytest.param("vendor/lib.js", id="ignored"),
]


async def test_t14_a_link_that_is_turned_while_the_user_thinks_leads_to_nothing_protected(desk: Changing) -> None:
    desk.write({"src/settings.json": "{}\n", ".vscode/settings.json": "{}\n"})
    link = desk.folder / "link"
    link.symlink_to("src")

    def slow(question: Question) -> Answer | None:
        link.unlink()
        link.symlink_to(".vscode")
        return choosing("allow_once")(question)

    desk.acting.reply = slow
    failure = await desk.failure("edit_file", path="link/settings.json", edits=edit("{}", "[]"))
    assert failure.code == "files_changed"
    assert desk.read(".vscode/settings.json") == desk.read("src/settings.json") == b"{}\n"


@pytest.mark.parametrize("path", GUARDED)
async def test_t112_a_grant_covers_nothing_that_is_protected_or_out_of_sight(desk: Changing, path: str) -> None:
    desk.write({".vscode/settings.json": "{}\n", "sub/x": "", ".gitignore": "vendor\n"})
    (desk.folder / "sub/link").symlink_to("../.vscode")
    if path == "alias":
        (desk.folder / "alias").hardlink_to(desk.folder / ".vscode/settings.json")
        desk.open(".vscode/settings.json", "{}\n")
    desk.acting.reply = answering("allow_session", "reject_once")
    await desk.done("edit_file", path="a.py", content="x")
    there = path in (".vscode/settings.json", "sub/link/settings.json", "alias")
    change: dict[str, object] = {"edits": edit("{}", '{"chat.tools.autoApprove": true}')} if there else {"content": "x"}
    assert (await desk.failure("edit_file", path=path, **change)).code == "rejected"
    assert [option.kind for option in desk.acting.asked[1].options] == ["allow_once", "reject_once", "reject_always"]
    assert desk.acting.asked[1].diff
    assert desk.read(".vscode/settings.json") == b"{}\n"
    assert not desk.is_there(".git")
    assert not desk.is_there("vendor")


async def test_t34_no_grant_at_all_covers_a_protected_file(desk: Changing) -> None:
    uri = desk.uri(".vscode/settings.json")
    await desk.granted("edit_file", f"Edit {uri}", f"Create {uri}", ORDINARY)
    desk.acting.reply = NO
    assert (await desk.failure("edit_file", path=".vscode/settings.json", content="{}")).code == "rejected"
    assert not desk.is_there(".vscode")
    await desk.done("edit_file", path="a.py", content="x")


async def test_the_user_is_told_why_a_file_is_protected_or_out_of_sight(desk: Changing) -> None:
    desk.write({".gitignore": "vendor\n", "vendor/lib.js": "key\nother\n"})
    await desk.done("edit_file", path=".vscode/settings.json", content="{}\n")
    assert desk.acting.asked[0].detail.startswith(".vscode/settings.json is protected: an editor reads it as settings")
    await desk.done("edit_file", path="vendor/lib.js", edits=edit("other", "another"))
    assert desk.acting.asked[1].detail.startswith("vendor/lib.js is ignored by a .gitignore: Git will not show")


async def test_the_text_of_an_ignored_file_is_not_told_by_errors(desk: Changing) -> None:
    desk.write({".gitignore": "vendor\n", "vendor/lib.js": "key = 12345\nother\n"})
    failure = await desk.failure("edit_file", path="vendor/lib.js", edits=edit("key = 1\n", "x"))
    assert "12345" not in failure.message
    desk.acting.reply = choosing("allow_once", ["1"])
    desk.write({"vendor/lib.js": "key = 12345\n" + TEXT})
    result = await desk.done(
        "edit_file", path="vendor/lib.js", edits=[*edit("line 20\n", "20\n"), *edit("line 2\n", "2\n")]
    )
    assert "hunk 2 of 2" in result.text
    assert "line 19" not in result.text


async def test_always_rejected_is_this_file_and_no_other(desk: Changing) -> None:
    desk.write({"a.py": "1\n", "b.py": "1\n"})
    desk.acting.reply = answering("reject_always", "allow_once")
    for new in ("2", "3"):
        assert (await desk.failure("edit_file", path="a.py", edits=edit("1", new))).code == "rejected"
    await desk.done("edit_file", path="b.py", edits=edit("1", "2"))
    assert len(desk.acting.asked) == 2


HIDDEN = "a\u202eb\u200bc\U000e0041d\x1b[31m\x9b"


async def test_t42_what_does_not_show_is_spelled_out_and_counted(desk: Changing) -> None:
    desk.write({"a.py": "x\n"})
    result = await desk.done("edit_file", path="a.py", edits=edit("x", HIDDEN))
    assert desk.read("a.py").decode() == f"{HIDDEN}\n"
    told = f"+{escaped(HIDDEN)[0]}\n"
    assert "\\u{202e}" in told
    for diff in (desk.question.diff, desk.question.hunks[0].diff, result.diff):
        assert diff is not None
        assert told in diff
    assert re.search(r"\b5\b", desk.question.detail.split("\n")[0])


async def test_t42_a_rejected_hunk_is_told_without_what_does_not_show(desk: Changing) -> None:
    desk.write({"a.py": TEXT})
    desk.acting.reply = choosing("allow_once", ["1"])
    result = await desk.done("edit_file", path="a.py", edits=[*edit("line 2\n", "2\n"), *edit("line 20\n", HIDDEN)])
    assert "\u202e" not in result.text
    assert "\\u{202e}" in result.text
