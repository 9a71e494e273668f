from pathlib import Path

import pytest

from chatls.tools.base import ToolError
from chatls.tools.guard import places
from chatls.tools.guard.path_root import PathRoot
from chatls.tools.guard.places import Folder, WorkspacePath, parts_of, printable, unique


@pytest.mark.parametrize(
    ("path", "parts"),
    [("a/b", ("a", "b")), ("./a//b/", ("a", "b")), ("a/../b", ("b",)), ("", ()), (".", ()), ("a\\b", ("a\\b",))],
)
def test_a_path_is_taken_apart_by_text_alone(path: str, parts: tuple[str, ...]) -> None:
    assert parts_of(path) == parts


@pytest.mark.parametrize("path", ["..", "a/../..", "../a"])
def test_what_climbs_above_its_beginning_is_refused(path: str) -> None:
    with pytest.raises(ToolError) as caught:
        parts_of(path)
    assert caught.value.code == "outside_workspace"


def test_where_a_backslash_parts_names_and_a_colon_names_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "_WINDOWS", True)
    assert parts_of("a\\.\\b/c") == ("a", "b", "c")
    with pytest.raises(ToolError) as climbed:
        parts_of("a\\..\\..\\b")
    assert climbed.value.code == "outside_workspace"
    with pytest.raises(ToolError) as stream:
        parts_of("a.txt:hidden")
    assert stream.value.code == "invalid_path"


def test_a_place_has_a_uri(tmp_path: Path) -> None:
    place = WorkspacePath(Folder("ws", str(tmp_path), PathRoot(str(tmp_path))), ("a b", "ü#.py"))
    assert place.uri == f"{tmp_path.as_uri()}/a%20b/%C3%BC%23.py"


def test_names_are_shown_on_one_line() -> None:
    assert printable(("a\tb", "c\x1b", "d\udc80", "é\x85")) == r"a\tb/c\x1b/d\udc80/é\x85"


def test_a_taken_name_gets_a_number() -> None:
    assert [unique("a", taken) for taken in ([], ["a"], ["a", "a-2"])] == ["a", "a-2", "a-3"]
