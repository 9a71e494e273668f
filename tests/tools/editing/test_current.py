import pytest

from chatls.chat.ports import OpenDocument
from chatls.tools.base import ToolError
from chatls.tools.editing.current import MAX_FILE, Current, is_saved, read_current
from chatls.tools.editing.targets import find_target
from tests.support.changing import Changing


def read(desk: Changing, path: str) -> Current:
    return read_current(desk.roots, find_target(desk.roots, desk.editor.documents(), path))


def test_a_file_is_read_from_the_disk_where_it_is_not_open(desk: Changing) -> None:
    desk.write({"a": b"caf\xe9\r\n"})
    now = read(desk, "a")
    assert (now.text, now.coding.name, now.saved) == ("café\r\n", "Latin-1", True)
    assert read(desk, "b").text is None


@pytest.mark.parametrize(("disk", "saved"), [("x\n", True), ("x", False), (b"a\0b", False), (None, False)])
def test_an_open_document_wins_over_the_disk(desk: Changing, disk: str | bytes | None, saved: bool) -> None:
    if disk is not None:
        desk.write({"a": disk})
    desk.open("a", "x\n")
    assert (read(desk, "a").text, read(desk, "a").saved) == ("x\n", saved)


@pytest.mark.parametrize(
    ("disk", "text", "saved"),
    [
        ("a\r\n", "a\r\n", True),
        ("a\r\n", "a\n", False),
        (b"\xff\xfea\0", "a", True),
        (b"\xef\xbb\xbfa", "a", True),
        (b"a\0b", "a", None),
        (None, "", True),
        (None, "a", False),
    ],
)
def test_whether_a_document_is_saved(desk: Changing, disk: str | bytes | None, text: str, saved: bool | None) -> None:
    if disk is not None:
        desk.write({"a": disk})
    assert is_saved(desk.roots, OpenDocument((desk.folder / "a").as_uri(), 1, text)) is saved


def test_t41_what_is_too_large_is_refused_without_being_read(desk: Changing) -> None:
    with (desk.folder / "large").open("wb") as file:
        file.truncate(2**40)
    desk.open("long", "x" * (MAX_FILE + 1))
    for path in ("large", "long"):
        with pytest.raises(ToolError) as caught:
            read(desk, path)
        assert caught.value.code == "too_large"


def test_t14_a_file_that_became_a_link_since_it_was_looked_up_is_not_read(desk: Changing) -> None:
    desk.write({"a": "x", ".vscode/settings.json": "{}"})
    target = find_target(desk.roots, [], "a")
    (desk.folder / "a").unlink()
    (desk.folder / "a").symlink_to(".vscode/settings.json")
    with pytest.raises(ToolError):
        read_current(desk.roots, target)
