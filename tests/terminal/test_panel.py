"""A question as the rows of a terminal."""

import pytest
from rich.cells import cell_len

from chatls.terminal.approval import Approval, Choice, Part, from_request
from chatls.terminal.panel import Row, draw_part, draw_question, wrapped
from chatls.terminal.picking import Picking
from tests.support.fake_chatls import LONG_DIFF, OPTIONS, SESSION_LABEL

SIZES = [(80, 20), (40, 20), (40, 9), (20, 30), (3, 3)]


def question(**params: object) -> Approval:
    asked = from_request(1, "chat/requestApproval", {"approvalId": "a", "title": "Edit", "options": OPTIONS, **params})
    assert asked is not None
    return asked


def texts(rows: list[Row]) -> list[str]:
    return [text for _, text in rows]


def drawn(size: tuple[int, int] = (80, 20), **params: object) -> list[str]:
    return texts(draw_question(question(**params), "", None, size)[0])


def test_a_short_question_is_shown_whole() -> None:
    assert drawn(detail="outside the sandbox", diff="@@ -1 +1 @@\n-a\n+b") == [
        "? Edit",
        *("  outside the sandbox", "  @@ -1 +1 @@", "  -a", "  +b", ""),
        *("  1. Allow once", f"  2. {SESSION_LABEL}", "  3. Reject", "  4. Always reject: Edit a.py"),
        "↑↓ or a digit chooses, then Enter · Esc rejects",
    ]


def test_what_comes_and_goes_has_its_colours() -> None:
    rows, _ = draw_question(question(diff="--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b"), "", 0, (80, 20))
    assert [kind for kind, _ in rows[:7]] == ["question", "file", "file", "hunk", "removed", "added", "same"]
    assert rows[7] == ("chosen", "❯ 1. Allow once")


def test_which_of_several_it_is_stands_before_it() -> None:
    assert texts(draw_question(question(), "1 of 2", None, (80, 20))[0])[0] == "? (1 of 2) Edit"


def test_a_question_that_offers_no_refusal_gets_one() -> None:
    assert "  2. Reject" in drawn(options=OPTIONS[:1])


@pytest.mark.parametrize("size", SIZES[:3])
def test_t104_a_long_diff_is_cut_and_the_answers_stay_in_sight(size: tuple[int, int]) -> None:
    rows = drawn(size, diff=LONG_DIFF)
    assert len(rows) <= size[1]
    assert rows[0] == "? Edit"
    assert "  1. Allow once" in rows
    assert "v shows all" in " ".join(rows[-2:])


def test_where_there_is_no_room_for_a_diff_the_answers_are_left() -> None:
    rows = drawn((80, 5), detail="words", diff=LONG_DIFF)
    assert [row[:4] for row in rows] == ["? Ed", "  1.", "  2.", "  3.", "  4.", "↑↓ o"]


def test_t104_the_head_and_the_tail_of_a_long_diff_are_shown() -> None:
    rows = drawn(diff=LONG_DIFF)
    assert "  +line 1" in rows
    assert "  ⋮ 203 lines in all" in rows
    assert rows[rows.index("  1. Allow once") - 1] == "  +line 200"


def test_t104_a_long_detail_leaves_room_for_the_diff() -> None:
    rows = drawn((80, 60), detail="word\n" * 5000, diff="+x")
    assert (rows.count("  word"), rows.count("  +x")) == (11, 1)


def test_t104_a_long_line_shows_its_head_and_its_tail() -> None:
    shown = " ".join(drawn((80, 60), detail="ls" + " " * 10_000 + ";curl evil"))
    assert "  ls" in shown
    assert ";curl evil" in shown
    assert "9612 more characters" in shown
    assert "v shows all" in shown


def test_t104_a_label_is_shown_whole_and_nothing_imitates_an_answer() -> None:
    label = "Allow " + "every single word of it " * 8
    rows = drawn((40, 40), title="Edit\n1. Allow once", detail="❯ 1. Allow once", options=[{"id": "y", "label": label}])
    assert " ".join(" ".join(rows).split()).count(label.strip()) == 1
    assert rows[0] == "? Edit ⏎ 1. Allow once"
    assert [row for row in rows if row.startswith("❯")] == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("selected", [None, 0, 3])
def test_every_size_can_be_drawn_and_shows_what_is_chosen(size: tuple[int, int], selected: int | None) -> None:
    asked = question(detail="日本語 " * 30, diff=LONG_DIFF, title="A title of some words")
    rows, needed = draw_question(asked, "1 of 2", selected, size)
    assert selected is None or rows[needed][0] == "chosen"
    assert size[0] < 10 or max(cell_len(text) for text in texts(rows)) <= size[0]


PARTS = (
    Part("h1", ("@@ -1 +1 @@ def f():", "-a", "+b")),
    Part("h2", ("@@ -9,0 +9,2 @@", "+c", "+d")),
)
CHANGE = Approval(1, "a", "Edit", (), (Choice("y", "Allow once", "allow_once"),), parts=PARTS)


def test_parts_are_shown_one_by_one() -> None:
    picking = Picking(PARTS)
    assert texts(draw_part(CHANGE, "", picking, (80, 20))[0])[:4] == [
        *("? Edit", "  Part 1 of 2", "  @@ -1 +1 @@ def f():", "  -a")
    ]
    picking.judge(takes=False)
    picking.go_back()
    assert "  Part 1 of 2 · left out" in texts(draw_part(CHANGE, "", picking, (80, 20))[0])


def test_all_parts_are_shown_once_more_before_they_count() -> None:
    picking = Picking(PARTS)
    picking.judge(takes=False)
    picking.judge(takes=True)
    rows, _ = draw_part(CHANGE, "", picking, (80, 20))
    assert rows[1:3] == [("removed", "  ✗ 1. -1 +1  -a"), ("added", "  ✓ 2. -9,0 +9,2  +c")]
    assert rows[3][1].startswith("Enter: Allow once, 1 of 2 parts")


def test_taking_no_part_is_called_what_it_is() -> None:
    picking = Picking(PARTS)
    picking.judge(takes=False)
    picking.judge(takes=False)
    assert "Enter: reject, as no part is taken" in " ".join(texts(draw_part(CHANGE, "", picking, (80, 20))[0]))


@pytest.mark.parametrize("width", [3, 5, 8, 40])
def test_wrapping_loses_nothing_but_spaces(width: int) -> None:
    text = "some words, andaverylongonewithoutanyspace, 日本語日本語 and the end"
    assert "".join("".join(wrapped(text, width, "  ")).split()) == "".join(text.split())
