"""In which order files are put back; what comes of it on the disk is in `test_undo.py`."""

from typing import Any, cast

from chatls.chat.undo import FileChange, FileHistory
from chatls.tools.editing.states import State
from chatls.tools.editing.targets import Target
from chatls.tools.editing.undo_plan import Found, Move, Plan, Put, plan_of


def found(name: str, before: str | None, now: str | None) -> Found:
    """A file that the turn made into what it is now."""
    status: Any = None if now is None else object()
    target = Target(cast("Any", None), name, status, None, None, ignored=False)
    return Found(FileHistory(name, [FileChange(name, before, now)]), target, State(now))


def test_what_is_as_it_was_needs_nothing() -> None:
    assert plan_of([found("a", "A", "A"), found("b", None, None)], {"A": b"A"}) == Plan([], [])


def test_a_file_is_moved_back_rather_than_written() -> None:
    old, new = found("old", "A", None), found("new", None, "A")
    assert plan_of([new, old], {"A": b"A"}) == Plan([Move(new, old)], [])


def test_what_is_there_is_written_over_and_the_other_copy_goes() -> None:
    old, new = found("old", "A", "B"), found("new", None, "A")
    assert plan_of([new, old], {"A": b"A"}) == Plan([Put(old, b"A"), Put(new, None)], [])


def test_without_another_copy_what_is_there_makes_room_for_the_move() -> None:
    old, new = found("old", "A", "B"), found("new", None, "A")
    assert plan_of([new, old], {}) == Plan([Put(old, None), Move(new, old)], [])


def test_one_copy_can_be_moved_back_only_once() -> None:
    one, two, new = found("one", "A", None), found("two", "A", None), found("new", None, "A")
    assert plan_of([new, one, two], {"A": b"A"}) == Plan([Move(new, one), Put(two, b"A")], [])
    assert plan_of([new, one, two], {}) == Plan([Move(new, one)], [two])


def test_what_is_not_known_stays() -> None:
    lost, new = found("lost", "A", None), found("new", None, "B")
    assert plan_of([lost, new], {}) == Plan([Put(new, None)], [lost])
