"""URIs in the spellings that clients use for the same thing."""

import pytest

from chatls.lsp.uris import canonical, last_part, same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("file:///ws/a%20b.py", "file:///ws/a b.py"),
        ("file:///ws/%C3%A9.py", "file:///ws/é.py"),
        ("file:///c%3A/a.py", "file:///C:/a.py"),
    ],
)
def test_spellings_of_the_same_document_are_the_same(one: str, other: str) -> None:
    assert same(one) == same(other)


@pytest.mark.parametrize("other", ["file:///ws/A.py", "file:///ws/a.pyc", "untitled:/ws/a.py"])
def test_other_documents_are_not(other: str) -> None:
    assert same("file:///ws/a.py") != same(other)


def test_the_canonical_spelling_is_a_valid_uri_without_a_slash_at_its_end() -> None:
    assert canonical("file:///a/b c/") == canonical("file:///a/b%20c") == "file:///a/b%20c"


@pytest.mark.parametrize(("uri", "name"), [("file:///a/b%20c", "b c"), ("file:///", "file:///")])
def test_a_folder_without_a_name_is_called_by_the_end_of_its_path(uri: str, name: str) -> None:
    assert last_part(uri) == name
