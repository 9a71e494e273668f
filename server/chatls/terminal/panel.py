"""A question drawn as the rows of a terminal: what may be done, its diff, and below it the answers.

The answers stay in sight: what is too long above them is shown with its head and its tail. Pure: a question, what is
chosen and a size in, rows out. Called by `choosing.py`.
"""

from collections.abc import Sequence
from functools import lru_cache

from rich.cells import cell_len, chop_cells

from chatls.terminal.approval import Approval, Choice
from chatls.terminal.diffs import kinds
from chatls.terminal.picking import Picking
from chatls.terminal.sanitize import shortened

DETAIL_ROWS = 12
"""Rows of the words about what may be done; a diff takes what is left of the screen."""
STYLES = {
    "question": "bold fg:ansiyellow",
    "chosen": "reverse",
    "keys": "fg:ansibrightblack",
    "cut": "fg:ansibrightblack italic",
    "added": "fg:ansigreen",
    "removed": "fg:ansired",
    "hunk": "fg:ansicyan",
    "file": "bold",
    "same": "",
}
KEYS = "↑↓ or a digit chooses, then Enter · Esc rejects"
PARTS_KEY = "p part by part"
ALL_KEY = "v shows all"
PART_KEYS = "y takes it · n leaves it out · ←→ moves · Esc goes back"
ALL_PARTS_KEYS = "← goes back · Esc goes to the answers"
NO_ANSWER = "Reject"
"""The answer that is added where a question offers none that means no."""

Row = tuple[str, str]
"""A key of `STYLES`, and text."""
Size = tuple[int, int]
"""Columns and rows that a question may take."""


def labels(question: Approval) -> list[str]:
    """What can be chosen: the answers of the question, and a no where it offers none."""
    return [choice.label for choice in question.choices] + ([] if question.refusal else [NO_ANSWER])


def draw_question(question: Approval, place: str, selected: int | None, size: Size) -> tuple[list[Row], int]:
    """The rows of a question, and the number of the row that has to be in sight.

    `place` says which of several it is ("1 of 2"), `selected` is the index of the answer that is chosen.
    """
    width, height = size
    head = _head(question, place, width)
    answers = [_answer(number, label, selected, width) for number, label in enumerate(labels(question))]
    said = [KEYS, *([PARTS_KEY] if question.parts else [])]
    keys = _keys([*said, ALL_KEY], width)
    body, is_cut = _body(question, width, height - len(head) - sum(map(len, answers)) - len(keys) - 1)
    asked = [*head, *body, *([("same", "")] if body and not is_cut else [])]
    rows = [*asked, *(row for answer in answers for row in answer), *(keys if is_cut else _keys(said, width))]
    return rows, len(asked) + sum(map(len, answers[: (selected or 0) + 1])) - 1


def draw_part(question: Approval, place: str, picking: Picking, size: Size) -> tuple[list[Row], int]:
    """The rows of a question whose parts are judged one by one, and the number of the row that has to be in sight."""
    width, height = size
    head = _head(question, place, width)
    if picking.is_complete:
        body = [_verdict(number, picking, width) for number in range(len(picking.parts))]
        body += [("file", row) for row in wrapped(_outcome(question, picking), width)]
        keys = _keys([ALL_PARTS_KEYS], width)
    else:
        said = {True: " · taken", False: " · left out", None: ""}[picking.verdicts[picking.index]]
        head.append(("file", f"  Part {picking.index + 1} of {len(picking.parts)}{said}"))
        keys = _keys([PART_KEYS], width)
        lines = _coloured(picking.parts[picking.index].diff)
        body, _ = _fitted(lines, width, height - len(head) - len(keys))
    rows = [*head, *body, *keys]
    return rows, len(rows) - 1


def accepting(question: Approval, picking: Picking) -> Choice | None:
    """The answer that taking these parts comes to; None refuses: no part is taken."""
    return question.of_kind("allow_once") if picking.taken else None


def _outcome(question: Approval, picking: Picking) -> str:
    choice = accepting(question, picking)
    if choice is None:
        return "Enter: reject, as no part is taken"
    return f"Enter: {choice.label}, {len(picking.taken)} of {len(picking.parts)} parts"


def _verdict(number: int, picking: Picking, width: int) -> Row:
    """One row for a judged part: its place in the file, and the first line that changes."""
    lines = _coloured(picking.parts[number].diff)
    place = next((line for kind, line in lines if kind == "hunk"), "").rpartition(" @@")[0].removeprefix("@@ ")
    changed = next((line for kind, line in lines if kind in ("added", "removed")), "")
    kind, sign = ("added", "✓") if picking.verdicts[number] else ("removed", "✗")
    return kind, chop_cells(f"  {sign} {number + 1}. {place}  {changed}", width)[0]


def _head(question: Approval, place: str, width: int) -> list[Row]:
    title = f"? {f'({place}) ' if place else ''}{question.title}"
    return [("question", row) for row in wrapped(title, width, "  ")]


def _answer(number: int, label: str, selected: int | None, width: int) -> list[Row]:
    style, sign = ("chosen", "❯") if number == selected else ("same", " ")
    return [(style, row) for row in wrapped(f"{sign} {number + 1}. {label}", width, "     ")]


def _keys(keys: Sequence[str], width: int) -> list[Row]:
    return [("keys", row) for row in wrapped(" · ".join(keys), width)]


def _body(question: Approval, width: int, room: int) -> tuple[list[Row], bool]:
    """What is asked about, in so many rows, and whether some of it was left out."""
    words = [("same", line) for line in question.lines]
    about = min(DETAIL_ROWS, (room + 1) // 2 if question.diff else room)
    detail, cuts_detail = _fitted(words, width, about)
    diff, cuts_diff = _fitted(_coloured(question.diff), width, room - len(detail))
    return [*detail, *diff], cuts_detail or cuts_diff


@lru_cache(maxsize=8)
def _coloured(diff: tuple[str, ...]) -> Sequence[Row]:
    """A diff's lines with what they are; remembered, as a question is drawn anew many times a second."""
    return tuple(kinds(diff))


def _fitted(lines: Sequence[Row], width: int, room: int) -> tuple[list[Row], bool]:
    """Lines as rows that are set in: where they are too many, those of the head and of the tail."""
    room = max(room, 0)
    # Only what can be in sight is looked at: a diff may have any length, and is drawn with every key.
    few = lines if len(lines) <= 2 * room else [*lines[:room], *lines[len(lines) - room :]]
    rows = [(kind, row) for kind, line in few for row in wrapped(f"  {shortened(line)}", width, "    ")]
    if len(few) == len(lines) and len(rows) <= room:
        return rows, any(len(shortened(line)) < len(line) for _, line in few)
    if room == 0:
        return [], True
    tail = (room - 1) // 2
    mark = ("cut", chop_cells(f"  ⋮ {len(lines)} lines in all", width)[0])
    return [*rows[: room - 1 - tail], mark, *rows[len(rows) - tail :]], True


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """A line as rows of at most `width` cells, cut at a space where there is one; all but the first are set in."""
    rows: list[str] = []
    # Two cells beside what is set in: with less, a wide character would never find room.
    while cell_len(text) > width > len(indent) + 1:
        row = chop_cells(text, width)[0]
        cut = row.rfind(" ", max(width // 2, len(indent) + 1)) + 1 or len(row)
        rows.append(text[:cut].rstrip(" "))
        text = indent + text[cut:]
    return [*rows, text]
