import pytest

from chatls.chat.approvals import Answer, Question
from chatls.tools.editing.ordinary import ORDINARY
from tests.support.acting_editor import choosing
from tests.support.changing import NO, Changing, answering


async def test_a_file_is_deleted_when_the_user_agrees(desk: Changing) -> None:
    desk.write({"a.py": "x = 1\n", "b.py": ""})
    result = await desk.done("delete_file", path="a.py")
    assert result.text == "Deleted a.py."
    assert desk.names() == ["b.py"]
    assert (desk.question.kind, desk.question.title, desk.question.detail) == (
        "delete",
        "Delete a.py",
        "1 file, 6 bytes",
    )


async def test_a_file_stays_when_the_user_does_not_agree(desk: Changing) -> None:
    desk.write({"a.py": "x"})
    desk.acting.reply = NO
    assert (await desk.failure("delete_file", path="a.py")).code == "rejected"
    assert desk.is_there("a.py")


async def test_deleting_is_not_covered_by_a_grant_for_edits_and_offered_for_a_session_alone(desk: Changing) -> None:
    desk.write({"b.py": "x", "c.py": "x"})
    desk.acting.reply = answering("allow_always", "allow_session")
    await desk.done("edit_file", path="a.py", content="x")
    await desk.done("delete_file", path="b.py")
    assert [option.label for option in desk.acting.asked[1].options] == [
        "Allow once",
        "Allow deleting ordinary files in this session",
        "Reject",
        "Always reject: Delete b.py",
    ]
    await desk.done("delete_file", path="c.py")
    assert len(desk.acting.asked) == 2


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("src", "is_a_folder"),
        pytest.param(".git", "is_a_folder", id="T37"),
        ("gone.py", "not_found"),
        ("new.py", "not_found"),
        ("link.py", "is_a_link"),
        pytest.param("up/secret", "outside_workspace", id="T05"),
        pytest.param("../secret", "outside_workspace", id="T01"),
        pytest.param(".env", "secret", id="T21"),
    ],
)
async def test_only_files_of_the_workspace_are_deleted(desk: Changing, path: str, code: str) -> None:
    desk.write({"src/a.py": "x", ".git/config": "", ".env": "x"})
    for link, target in {"link.py": "src/a.py", "up": ".."}.items():
        (desk.folder / link).symlink_to(target)
    desk.open("new.py", "never saved")
    names = desk.names()
    assert (await desk.failure("delete_file", path=path)).code == code
    assert desk.acting.asked == []
    assert desk.names() == names
    assert (desk.outside / "secret").exists()


async def test_t04_a_link_that_leads_outside_is_not_deleted(desk: Changing) -> None:
    (desk.folder / "out").symlink_to("../secret")
    assert (await desk.failure("delete_file", path="out")).code in ("is_a_link", "outside_workspace")
    assert desk.is_there("out")
    assert (desk.outside / "secret").exists()


async def test_t37_no_grant_at_all_covers_a_protected_file(desk: Changing) -> None:
    desk.write({"a.py": "x", ".git/hooks/pre-commit": "x"})
    await desk.granted("delete_file", f"Delete {desk.uri('.git/hooks/pre-commit')}", ORDINARY)
    desk.acting.reply = NO
    assert (await desk.failure("delete_file", path=".git/hooks/pre-commit")).code == "rejected"
    assert "is protected: Git runs programs" in desk.question.detail
    assert desk.is_there(".git/hooks/pre-commit")
    await desk.done("delete_file", path="a.py")


async def test_an_open_document_goes_with_its_file_where_the_editor_can(desk: Changing) -> None:
    desk.write({"a.py": "x"})
    desk.open("a.py", "unsaved")
    desk.acting.operations = {"delete"}
    await desk.done("delete_file", path="a.py")
    assert "a.py has unsaved changes, which would be lost too." in desk.question.detail
    assert desk.editor.open == []
    assert not desk.is_there("a.py")


async def test_unsaved_changes_are_not_lost_behind_the_editor(desk: Changing) -> None:
    desk.write({"a.py": "x", "b.py": "x"})
    desk.open("a.py", "unsaved")
    desk.open("b.py", "x")
    assert (await desk.failure("delete_file", path="a.py")).code == "unsaved_changes"
    assert desk.acting.asked == []
    await desk.done("delete_file", path="b.py")
    assert desk.names() == ["a.py"]


@pytest.mark.parametrize("how", ["disk", "editor"])
async def test_what_changes_while_the_user_thinks_is_not_deleted(desk: Changing, how: str) -> None:
    desk.write({"a.py": "x"})

    def slow(question: Question) -> Answer | None:
        if how == "disk":
            desk.write({"a.py": "something new"})
        else:
            desk.open("a.py", "x and more")
            desk.acting.operations = {"delete"}
        return choosing("allow_once")(question)

    desk.acting.reply = slow
    assert (await desk.failure("delete_file", path="a.py")).code == "files_changed"
    assert desk.is_there("a.py")
