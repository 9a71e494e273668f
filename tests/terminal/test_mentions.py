"""`@path` in a message."""

from pathlib import Path

import pytest

from chatls.terminal.mentions import MOST, mentioned, refused_index, spelled, unfinished
from chatls.terminal.rpc import INVALID_PARAMS, Failure

FOLDER = Path("/ws").absolute()


def names(text: str) -> list[str]:
    return [attachment.name for attachment in mentioned(text, FOLDER)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("look at @a.py, please", ["a.py"]),
        ("@a.py and @src/b.py.", ["a.py", "src/b.py"]),
        ("(@a.py)", ["a.py"]),
        ("@a.py @a.py", ["a.py"]),
        ('@"my file.txt" too', ["my file.txt"]),
        ("@a.py:10-20 @b.py:7", ["a.py:10-20", "b.py:7"]),
        ("mail me@example.org or //@x", []),
        ("nothing @ all, @.", []),
    ],
)
def test_mentions_are_found_where_a_person_means_them(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_a_file_is_attached_by_its_uri() -> None:
    (attachment,) = mentioned("@src/ä b.py".replace("ä b", "ä"), FOLDER)
    assert attachment.value == {"type": "file", "uri": f"{FOLDER.as_uri()}/src/%C3%A4.py"}


def test_a_slash_at_the_end_attaches_a_folder() -> None:
    (attachment,) = mentioned("@src/", FOLDER)
    assert attachment.value == {"type": "folder", "uri": f"{FOLDER.as_uri()}/src"}


def test_a_range_counts_from_one_and_includes_its_end() -> None:
    (attachment,) = mentioned("@a.py:10-20", FOLDER)
    start, end = {"line": 9, "character": 0}, {"line": 20, "character": 0}
    assert attachment.value["range"] == {"start": start, "end": end}


def test_a_range_that_runs_backwards_is_one_line() -> None:
    (attachment,) = mentioned("@a.py:5-2", FOLDER)
    assert attachment.value["range"]["end"] == {"line": 5, "character": 0}


def test_a_message_of_mentions_is_bounded() -> None:
    assert len(mentioned(" ".join(f"@f{number}.py" for number in range(100)), FOLDER)) == MOST


def test_words_are_told_from_paths() -> None:
    assert [attachment.is_path for attachment in mentioned("@property @a.py @src/ @x:3", FOLDER)] == [
        False,
        True,
        True,
        True,
    ]


def test_the_server_names_the_attachment_that_it_refuses() -> None:
    assert refused_index(Failure(INVALID_PARAMS, "", {"field": "message.attachments[3].uri"})) == 3
    assert refused_index(Failure(INVALID_PARAMS, "", {"field": "model"})) is None
    assert refused_index(Failure(-32803, "", {"field": "message.attachments[3].uri"})) is None
    assert refused_index(None) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [("see @", ""), ("@src/a", "src/a"), ('@"my f', "my f"), ("a@b", None), ("@a.py and", None), ("@a.py ", None)],
)
def test_an_unfinished_mention_is_completed(text: str, expected: str | None) -> None:
    assert unfinished(text) == expected


@pytest.mark.parametrize("path", ["a.py", "src/x-y_z.py", "my file.txt", "odd(1).py", "trailing.", "a:b"])
def test_a_path_as_spelled_is_found_again(path: str) -> None:
    assert names(f"x @{spelled(path)} y") == [path]
