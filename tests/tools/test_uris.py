import pytest

from chatls.tools import uris
from chatls.tools.uris import MAX_PATH, path_of, problem, scheme_of


@pytest.mark.parametrize(
    ("text", "scheme"),
    [
        ("file:///a", "file"),
        ("FILE:///a", "file"),
        ("untitled:x", "untitled"),
        ("c:/x", None),
        ("./a:b", None),
        ("a", None),
    ],
)
def test_only_what_begins_like_a_uri_is_one(text: str, scheme: str | None) -> None:
    assert scheme_of(text) == scheme


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///a/b", "/a/b"),
        ("file://localhost/a", "/a"),
        ("file:/a", "/a"),
        ("file:///a%20b%C3%BC", "/a bü"),
        ("file:///a%2525", "/a%25"),
        ("file:///a%23b?c#d", "/a#b"),
        ("file://elsewhere/a", None),
        ("file:relative", None),
        ("https://a/b", None),
    ],
)
def test_a_file_uri_names_a_path_decoded_once(uri: str, path: str | None) -> None:
    assert path_of(uri) == path


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///c%3A/a/b", "c:\\a\\b"),
        ("file:///C:/a", "C:\\a"),
        ("file://share/a/b", "\\\\share\\a\\b"),
        ("file:///no/drive", None),
    ],
)
def test_on_windows_a_file_uri_names_a_drive_or_a_share(
    monkeypatch: pytest.MonkeyPatch, uri: str, path: str | None
) -> None:
    monkeypatch.setattr(uris, "_WINDOWS", True)
    assert path_of(uri) == path


def test_what_can_be_no_path_is_told_by_its_fault() -> None:
    assert problem("a" * MAX_PATH) is None
    assert "longer" in str(problem("a" * (MAX_PATH + 1)))
    for path in ("a\0", "a\r", "a\n", "a\udcff"):
        assert "line break" in str(problem(path))
