"""What `.gitignore` names is read where the user allows it, and there alone."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from chatls.chat.approvals import Answer, OptionKind, Question
from chatls.chat.events import ToolCall, ToolFailure, ToolText
from chatls.tools.approval.gate import Gate
from chatls.tools.reading.tools import reading_tools
from tests.support.acting_editor import ActingEditor, choosing
from tests.support.grants import MemoryGrants
from tests.support.workspaces import SECRET, Workspace, quiet_run, workspace

RULES = "private\nbuild/\n.env\n"


class User(ActingEditor):
    """Says yes, until told otherwise."""

    def __init__(self) -> None:
        super().__init__(reply=choosing("allow_once"))
        self.gate = Gate(self, MemoryGrants(), lambda: ["ws"], pytest.fail)

    def chooses(self, kind: OptionKind) -> None:
        self.reply = choosing(kind)

    @property
    def titles(self) -> Sequence[str]:
        return [question.title for question in self.asked]


@pytest.fixture
def user() -> User:
    return User()


@pytest.fixture
def shop(tmp_path: Path, user: User) -> Iterator[Workspace]:
    """A workspace with ignored files, and the user who is asked."""
    made = workspace(tmp_path, tools=lambda roots, editor: reading_tools(roots, editor, user.gate))
    made.write({".gitignore": RULES, "private": "one\ntwo\n", "build/out.py": "made\n", "a": "plain\n"})
    yield made
    made.roots.close()


async def read(made: Workspace, path: str, session: str | None = "s1") -> ToolText | ToolFailure:
    return await made.tools.run(ToolCall("c1", "read_file", {"path": path}), quiet_run(session))


async def code(made: Workspace, path: str) -> str:
    result = await read(made, path)
    assert isinstance(result, ToolFailure)
    assert SECRET not in result.message
    return result.code


async def test_the_user_is_asked_for_just_this_file(shop: Workspace, user: User) -> None:
    result = await read(shop, "build/out.py")
    assert isinstance(result, ToolText)
    assert result.text == "1\tmade"
    [question] = user.asked
    assert (question.tool, question.kind, question.title) == ("read_file", "read", "Read build/out.py")
    assert "ignored by a .gitignore" in question.detail
    assert [(option.kind, option.label) for option in question.options if "reading" in option.label] == [
        ("allow_session", "Allow reading build/out.py in this session"),
        ("allow_always", "Always allow reading build/out.py in this workspace"),
    ]


async def test_what_is_not_ignored_needs_no_yes(shop: Workspace, user: User) -> None:
    assert isinstance(await read(shop, "a"), ToolText)
    assert user.asked == []


@pytest.mark.parametrize(
    ("kind", "same", "other"), [("allow_once", 2, 3), ("allow_session", 1, 2), ("allow_always", 1, 1)]
)
async def test_a_yes_counts_as_long_as_it_says(
    shop: Workspace, user: User, kind: OptionKind, same: int, other: int
) -> None:
    user.chooses(kind)
    for _ in range(2):
        assert isinstance(await read(shop, "private"), ToolText)
    assert len(user.asked) == same
    assert isinstance(await read(shop, "private", "s2"), ToolText)
    assert len(user.asked) == other
    assert isinstance(await read(shop, "build/out.py", "s2"), ToolText)
    assert user.titles[-1] == "Read build/out.py"


@pytest.mark.parametrize("kind", ["reject_once", "reject_always"])
async def test_a_no_is_told(shop: Workspace, user: User, kind: OptionKind) -> None:
    user.chooses(kind)
    assert await code(shop, "private") == "rejected"
    assert "one" not in repr(await read(shop, "private"))


async def test_without_a_way_to_ask_it_is_refused(shop: Workspace, user: User) -> None:
    user.can_ask = False
    assert await code(shop, "private") == "rejected"


async def test_without_a_gate_it_stays_ignored(ws: Workspace) -> None:
    ws.write({".gitignore": RULES, "private": SECRET})
    assert (await ws.failure("read_file", path="private")).code == "ignored"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param(".git/config", "ignored", id="T64 Git's own"),
        pytest.param(".GIT/config", "ignored", id="T13 Git's own"),
        pytest.param(".env", "secret", id="T21"),
        pytest.param("build/up", "outside_workspace", id="T04"),
        pytest.param("build", "is_a_folder", id="folder"),
        pytest.param("build/none", "not_found", id="not there"),
    ],
)
async def test_what_cannot_be_read_is_not_asked_for(shop: Workspace, user: User, path: str, expected: str) -> None:
    shop.write({".git/config": SECRET, ".GIT/config": SECRET, ".env": SECRET})
    (shop.folder / "build" / "up").symlink_to("../../secret")
    assert await code(shop, path) == expected
    assert user.asked == []


async def test_a_link_is_asked_for_by_the_file_it_leads_to(shop: Workspace, user: User) -> None:
    (shop.folder / "link").symlink_to("private")
    user.chooses("allow_always")
    assert isinstance(await read(shop, "link"), ToolText)
    assert user.titles == ["Read private"]


async def test_t14_what_is_shown_is_what_was_asked_for(shop: Workspace, user: User) -> None:
    """The link is turned to another ignored file, the file itself into a link, while the user thinks."""
    shop.write({"build/other": SECRET})
    (shop.folder / "link").symlink_to("private")

    def turned(question: Question) -> Answer | None:
        (shop.folder / "link").unlink()
        (shop.folder / "link").symlink_to("build/other")
        return choosing("allow_once")(question)

    def replaced(question: Question) -> Answer | None:
        (shop.folder / "private").unlink()
        (shop.folder / "private").symlink_to("build/other")
        return choosing("allow_once")(question)

    user.reply = turned
    result = await read(shop, "link")
    assert isinstance(result, ToolText)
    assert result.text == "1\tone\n2\ttwo"
    user.reply = replaced
    assert await code(shop, "private") == "too_many_links"


async def test_the_text_is_that_of_the_moment_of_the_yes(shop: Workspace, user: User) -> None:
    def writes_first(question: Question) -> Answer | None:
        shop.open("private", "typed meanwhile")
        return choosing("allow_once")(question)

    user.reply = writes_first
    result = await read(shop, "private")
    assert isinstance(result, ToolText)
    assert result.text.endswith("1\ttyped meanwhile")


async def test_a_disk_that_does_not_answer_is_given_up(shop: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatls.tools.reading.read.LIMIT", 0.0)
    assert await code(shop, "a") == "timeout"
