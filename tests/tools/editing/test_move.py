import pytest

from chatls.chat.approvals import Answer, Question
from chatls.tools.editing.ordinary import ORDINARY
from tests.support.acting_editor import choosing
from tests.support.changing import NO, Changing, answering


async def test_a_file_gets_another_name_and_folder_when_the_user_agrees(desk: Changing) -> None:
    desk.write({"a.py": "x"})
    result = await desk.done("move_file", source="a.py", target="src/deep/b.py")
    assert result.text == "Moved a.py to src/deep/b.py."
    assert result.uris == tuple((desk.folder / name).as_uri() for name in ("a.py", "src/deep/b.py"))
    assert desk.read("src/deep/b.py") == b"x"
    assert not desk.is_there("a.py")
    assert (desk.question.kind, desk.question.title) == ("move", "Move a.py to src/deep/b.py")


async def test_a_file_stays_when_the_user_does_not_agree(desk: Changing) -> None:
    desk.write({"a.py": "x"})
    desk.acting.reply = NO
    assert (await desk.failure("move_file", source="a.py", target="src/b.py")).code == "rejected"
    assert desk.names() == ["a.py"]


async def test_a_grant_covers_further_moves_and_nothing_else(desk: Changing) -> None:
    desk.write({"a.py": "x"})
    desk.acting.reply = answering("allow_session", "reject_once")
    await desk.done("move_file", source="a.py", target="b.py")
    await desk.done("move_file", source="b.py", target="c.py")
    assert (await desk.failure("delete_file", path="c.py")).code == "rejected"
    assert desk.acting.asked[0].options[1].label == "Allow moving ordinary files in this session"
    assert desk.acting.asked[0].options[2].label == "Always allow moving ordinary files in this workspace"


@pytest.mark.parametrize(
    ("source", "target"),
    [
        pytest.param("a.py", ".vscode/settings.json", id="T37 onto a protected name"),
        pytest.param("a.py", ".git/hooks/pre-commit", id="T37 into a new protected folder"),
        pytest.param("a.py", "link/tasks.json", id="T37 by a link"),
        pytest.param(".vscode/launch.json", "b.py", id="T37 away from a protected folder"),
        pytest.param("a.py", "vendor/b.py", id="out of sight"),
    ],
)
async def test_a_grant_covers_nothing_that_is_protected_on_either_side(
    desk: Changing, source: str, target: str
) -> None:
    desk.write({"a.py": "x", "first.py": "x", ".vscode/launch.json": "{}", ".gitignore": "vendor\n"})
    (desk.folder / "link").symlink_to(".vscode")
    exact = f"Move {desk.uri(source)} {desk.uri(target.replace('link', '.vscode'))}"
    await desk.granted("move_file", ORDINARY, *([] if target.startswith("vendor") else [exact]))
    desk.acting.reply = NO
    await desk.done("move_file", source="first.py", target="second.py")
    assert (await desk.failure("move_file", source=source, target=target)).code == "rejected"
    assert [option.kind for option in desk.question.options] == ["allow_once", "reject_once", "reject_always"]
    assert desk.read(source)
    assert not desk.is_there(target)


@pytest.mark.parametrize(
    ("source", "target", "code"),
    [
        ("a.py", "b.py", "already_there"),
        ("a.py", "a.py", "already_there"),
        ("a.py", "src", "is_a_folder"),
        ("src", "lib", "is_a_folder"),
        ("gone.py", "c.py", "not_found"),
        ("link.py", "c.py", "is_a_link"),
        ("a.py", "link.py", "is_a_link"),
        ("a.py", "b.py/c.py", "not_a_folder"),
        ("a.py", "open.py", "already_there"),
        pytest.param("../secret", "c.py", "outside_workspace", id="T01"),
        pytest.param("a.py", "../c.py", "outside_workspace", id="T01 target"),
        pytest.param("a.py", "up/c.py", "outside_workspace", id="T05"),
        pytest.param(".env", "c.txt", "secret", id="T21 a secret under another name"),
        pytest.param("a.py", ".env.local", "secret", id="T21 onto a secret name"),
    ],
)
async def test_what_cannot_be_is_refused_before_anybody_is_asked(
    desk: Changing, source: str, target: str, code: str
) -> None:
    desk.write({"a.py": "a", "b.py": "b", "src/x": "", ".env": "x"})
    (desk.folder / "link.py").symlink_to("a.py")
    (desk.folder / "up").symlink_to("..")
    desk.open("open.py", "never saved")
    names = desk.names()
    assert (await desk.failure("move_file", source=source, target=target)).code == code
    assert desk.acting.asked == []
    assert desk.names() == names
    assert desk.read("b.py") == b"b"


async def test_an_open_document_goes_with_its_file_where_the_editor_can(desk: Changing) -> None:
    desk.write({"a.py": "x"})
    desk.open("a.py", "unsaved")
    desk.acting.operations = {"rename"}
    await desk.done("move_file", source="a.py", target="b.py")
    assert desk.buffer("b.py") == "unsaved"
    assert desk.read("b.py") == b"x"


async def test_unsaved_changes_are_not_left_behind(desk: Changing) -> None:
    desk.write({"a.py": "x", "b.py": "x"})
    desk.open("a.py", "unsaved")
    desk.open("b.py", "x")
    failure = await desk.failure("move_file", source="a.py", target="c.py")
    assert failure.code == "unsaved_changes"
    assert failure.message == (
        "a.py has unsaved changes in the editor, which cannot rename files for us: ask the user to save it first."
    )
    await desk.done("move_file", source="b.py", target="c.py")
    assert desk.names() == ["a.py", "c.py"]


@pytest.mark.parametrize("appears", ["b.py", "a.py"])
async def test_what_changes_while_the_user_thinks_is_not_moved(desk: Changing, appears: str) -> None:
    desk.write({"a.py": "x"})

    def slow(question: Question) -> Answer | None:
        desk.write({appears: "something new"})
        return choosing("allow_once")(question)

    desk.acting.reply = slow
    code = (await desk.failure("move_file", source="a.py", target="b.py")).code
    assert code == ("already_there" if appears == "b.py" else "files_changed")
    assert desk.read(appears) == b"something new"
    assert desk.is_there("a.py")
