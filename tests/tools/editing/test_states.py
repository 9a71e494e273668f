from pathlib import Path

import pytest

from chatls.chat.undo import UNKNOWN, digest_of
from chatls.tools.editing import states
from chatls.tools.editing.states import State, as_bytes, coding_on_disk, state_of
from chatls.tools.editing.targets import find_target
from chatls.tools.work import Deadline
from tests.support.changing import Changing


def state(desk: Changing, name: str, seconds: float = 10) -> State:
    target = find_target(desk.roots, desk.editor.documents(), name)
    return state_of(desk.roots, target, Deadline(seconds))


def test_a_file_is_its_content_and_its_mode(desk: Changing) -> None:
    (desk.folder / "a.bin").write_bytes(b"\0\xff")
    (desk.folder / "a.bin").chmod(0o640)
    assert state(desk, "a.bin") == State(digest_of(b"\0\xff"), 0o640, b"\0\xff")
    assert state(desk, "nosuch") == State()


@pytest.mark.parametrize(
    ("disk", "held"),
    [
        (b"\xef\xbb\xbfx", "\ufeffü".encode()),
        ("x".encode("utf-16"), "ü".encode("utf-16")),
        (b"\xe9", "ü".encode("latin-1")),
        (b"\0binary", "ü".encode()),
        (None, "ü".encode()),
    ],
    ids=["UTF-8 with a mark", "UTF-16", "Latin-1", "binary", "never saved"],
)
def test_a_document_is_what_the_editor_would_save(desk: Changing, disk: bytes | None, held: bytes) -> None:
    if disk is not None:
        (desk.folder / "a.txt").write_bytes(disk)
    desk.open("a.txt", "ü")
    assert state(desk, "a.txt").content == held


def test_a_character_that_the_coding_on_the_disk_has_not_makes_it_utf_8(desk: Changing) -> None:
    (desk.folder / "a.txt").write_bytes(b"\xe9")
    coding = coding_on_disk(desk.roots, desk.uri("a.txt"))
    assert (as_bytes("é", coding), as_bytes("€", coding)) == (b"\xe9", "€".encode())


def test_of_a_large_file_the_digest_is_known_and_of_a_huge_one_nothing(
    desk: Changing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(states, "MAX_KEPT", 10)
    monkeypatch.setattr(states, "MAX_LOOKED_AT", 20)
    for size in (10, 20, 21):
        Path(desk.folder, str(size)).write_bytes(b"x" * size)
    found = [(state(desk, str(size)).digest, state(desk, str(size)).content) for size in (10, 20, 21)]
    assert found == [(digest_of(b"x" * 10), b"x" * 10), (digest_of(b"x" * 20), None), (UNKNOWN, None)]
    assert state(desk, "20", seconds=0).digest == UNKNOWN
