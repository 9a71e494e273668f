import pytest

from chatls.tools.editing.ordinary import ORDINARY, keys, offers
from chatls.tools.editing.targets import Target, find_target
from tests.support.changing import Changing


@pytest.fixture
def found(desk: Changing) -> dict[str, Target]:
    desk.write({".gitignore": "build\n"})
    return {path: find_target(desk.roots, [], path) for path in ("a.py", ".vscode/x", "build/x")}


def test_ordinary_files_are_covered_by_a_grant_for_all_of_them(found: dict[str, Target]) -> None:
    plain = found["a.py"]
    assert keys("Edit", plain) == (f"Edit {plain.uri}", ORDINARY)
    assert [(offer.kind, offer.key) for offer in offers("edits of", plain, always=True)] == [
        ("allow_session", ORDINARY),
        ("allow_always", ORDINARY),
    ]
    assert [offer.kind for offer in offers("deleting", plain, always=False)] == ["allow_session"]


@pytest.mark.parametrize("other", [".vscode/x", "build/x"])
def test_one_file_that_is_not_ordinary_is_enough_for_no_grant(found: dict[str, Target], other: str) -> None:
    pair = found["a.py"], found[other]
    assert keys("Move", *pair) == (f"Move {pair[0].uri} {pair[1].uri}",)
    assert offers("moving", *pair, always=True) == ()
