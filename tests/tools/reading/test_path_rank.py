"""Which path is meant by a part of one."""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatls.tools.reading.path_rank import known, ranked

PATHS = ["README.md", "docs/", "docs/server.md", "server/", "server/app.py", "server/lib/serve.py", "a/b/observer.py"]


def never() -> bool:
    return False


def found(typed: str, limit: int = 50) -> list[str]:
    return ranked([known(path) for path in PATHS], typed, limit, never)[0]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", ["docs/", "README.md", "server/"]),
        ("readme", ["README.md"]),
        ("serve", ["server/", "server/app.py", "server/lib/serve.py", "docs/server.md", "a/b/observer.py"]),
        ("server/", ["server/", "server/app.py", "server/lib/serve.py"]),
        ("./app", ["server/app.py"]),
        ("APP", ["server/app.py"]),
        ("slsp", ["server/lib/serve.py"]),
        ("lib", ["server/lib/serve.py"]),
        (".*", []),
        ("]x[", []),
    ],
)
def test_what_is_likeliest_comes_first(typed: str, expected: list[str]) -> None:
    assert found(typed) == expected


def test_it_is_said_when_there_are_more() -> None:
    candidates = [known(path) for path in PATHS]
    assert ranked(candidates, "serve", 5, never)[1]
    assert not ranked(candidates, "serve", 4, never)[1]
    assert not ranked(candidates, "", 50, never)[1]


def test_looking_ends_when_time_has_passed() -> None:
    looked = count()
    many = [known(f"folder/file{number}") for number in range(10_000)]
    paths, complete = ranked(many, "file", 20_000, lambda: next(looked) >= 2)
    assert len(paths) == 4_000
    assert not complete


@given(st.lists(st.text("abA/._-ß[", min_size=1), unique=True), st.text("abA/._-ß[", min_size=1), st.integers(1, 9))
def test_every_path_with_the_text_in_it_is_found_once(paths: list[str], typed: str, limit: int) -> None:
    found, complete = ranked([known(path) for path in paths], typed, limit, never)
    wanted = typed.casefold().removeprefix("./")
    assert len(found) == len(set(found)) <= limit
    assert not complete or {path for path in paths if wanted and wanted in path.casefold()} <= set(found)
