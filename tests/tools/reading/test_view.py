import pytest

from chatls.tools.base import ToolError
from chatls.tools.reading.view import PIECE, Found, View
from chatls.tools.text import encoding_of
from tests.support.workspaces import SECRET, Workspace


def test_what_is_open_in_the_editor_wins_over_the_disk(guarded: Workspace) -> None:
    guarded.write({"a": "on disk"})
    guarded.open("a", "in the\r\neditor")
    view = View(guarded.roots, guarded.editor)
    with view.open(guarded.roots.resolve("a")) as content:
        assert list(content.pieces) == ["in the\neditor"]
        assert "unsaved" in content.notes[0]


def test_a_document_that_was_never_saved_can_be_read(guarded: Workspace) -> None:
    guarded.open("new", "in the editor")
    view = View(guarded.roots, guarded.editor)
    assert view.text(guarded.roots.resolve("new"), 100) == "in the editor"


def test_a_link_leads_to_the_document_that_is_open(guarded: Workspace) -> None:
    guarded.write({"a": "on disk"})
    (guarded.folder / "link").symlink_to("a")
    guarded.open("a", "in the editor")
    view = View(guarded.roots, guarded.editor)
    assert view.text(guarded.roots.resolve("link"), 100) == "in the editor"


def test_a_document_that_a_link_takes_outside_is_refused(guarded: Workspace) -> None:
    (guarded.folder / "up").symlink_to(guarded.outside)
    for name in ("up/secret", "up/new"):
        guarded.open(name, SECRET)
        with pytest.raises(ToolError) as caught:
            View(guarded.roots, guarded.editor).text(guarded.roots.resolve(name), 100)
        assert caught.value.code == "outside_workspace"


def test_documents_outside_and_of_other_schemes_are_no_files_of_the_workspace(ws: Workspace) -> None:
    ws.open("../secret", SECRET)
    ws.open("a", "text")
    view = View(ws.roots, ws.editor)
    assert list(view.documents) == [ws.roots.resolve("a")]


def test_a_whole_text_is_bounded_and_no_binary(ws: Workspace) -> None:
    ws.write({"large": "x" * 101, "binary": b"\0", "fits": "x" * 100})
    view = View(ws.roots, ws.editor)
    codes: list[str] = []
    for name in ("large", "binary"):
        with pytest.raises(ToolError) as caught:
            view.text(ws.roots.resolve(name), 100)
        codes.append(caught.value.code)
    assert codes == ["too_large", "binary_file"]
    assert view.text(ws.roots.resolve("fits"), 100) == "x" * 100


def test_t25_a_file_that_grows_while_it_is_read_is_bounded_and_marked(ws: Workspace) -> None:
    ws.write({"a": "x\n" * 100_000})
    with View(ws.roots, ws.editor).open(ws.roots.resolve("a")) as content:
        assert not content.changed
        first = next(content.pieces)
        with (ws.folder / "a").open("a") as file:
            file.write("more\n" * 1_000)
        assert content.changed
        assert (first + "".join(content.pieces)).endswith("more\n")


def test_t25_a_file_that_is_truncated_while_it_is_read_ends(ws: Workspace) -> None:
    ws.write({"a": "x\n" * 100_000})
    with View(ws.roots, ws.editor).open(ws.roots.resolve("a")) as content:
        next(content.pieces)
        (ws.folder / "a").write_text("")
        assert "".join(content.pieces) == ""
        assert content.changed


def test_a_file_that_grew_after_its_size_was_asked_is_read_only_up_to_the_limit(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws.write({"a": "x"})

    def grown(head: bytes, *, whole: bool) -> object:
        (ws.folder / "a").write_text("x" * 10_000_000)
        return encoding_of(head, whole=whole)

    monkeypatch.setattr("chatls.tools.reading.view.encoding_of", grown)
    assert len(View(ws.roots, ws.editor).text(ws.roots.resolve("a"), 100)) <= 100 + PIECE


def test_a_search_begins_where_a_path_really_leads(guarded: Workspace) -> None:
    guarded.write({"a/b": ""})
    (guarded.folder / "link").symlink_to("a")
    view = View(guarded.roots, guarded.editor)
    assert view.starts("link") == [Found(guarded.roots.resolve("a"), "folder")]
    assert view.names(guarded.roots.resolve("a/b"), view.starts("link")[0]) == ("b", "a/b")
    assert view.names(guarded.roots.resolve("a/b"), view.starts("a/b")[0]) == ("b", "a/b")
