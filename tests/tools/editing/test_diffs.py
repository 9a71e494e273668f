import re
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatls.chat.ports import TextChange
from chatls.tools.editing.diffs import MAX_COMPARED, Block, blocks, grouped, growth, hunk, split
from chatls.tools.editing.plain import applied
from tests.support.install import program

_HEAD = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_NO_END = "\\ No newline at end of file\n"


def diff(text: str, *changes: TextChange) -> str:
    parts: list[str] = []
    shift = 0
    for group in grouped(blocks(text, changes)):
        parts.append(hunk(text, group, shift))
        added, removed = growth(group)
        shift += added - removed
    return "".join(parts)


def replaced(text: str, *pairs: tuple[str, str]) -> list[TextChange]:
    changes = [TextChange(text.index(old), text.index(old) + len(old), new) for old, new in pairs]
    return sorted(changes, key=lambda change: change.start)


def patched(text: str, shown: str) -> str:
    """The text after a diff, read strictly: every line number, count and context must be right."""
    old = split(text)
    new: list[str] = []
    at = 0
    for part in re.split("(?m)^(?=@@ )", shown)[1:]:
        head, *lines = split(part.replace(f"\n{_NO_END}", "\0"))
        lines = [ended for line in lines for ended in re.findall("[^\0\n]*[\0\n]", line)]
        found = _HEAD.match(head)
        assert found is not None, head
        first, count, then, later = (1 if number is None else int(number) for number in found.groups())
        before = [line[1:].replace("\0", "") for line in lines if line[0] in " -"]
        after = [line[1:].replace("\0", "") for line in lines if line[0] in " +"]
        start = first - 1 if count else first
        new += old[at:start]
        assert (len(before), len(after), len(new)) == (count, later, then - 1 if later else then)
        assert old[start : start + count] == before
        new += after
        at = start + count
    return "".join((*new, *old[at:]))


TEXT = "".join(f"line {number}\n" for number in range(1, 31))


def test_a_change_is_shown_with_three_lines_around_it() -> None:
    assert diff(TEXT, *replaced(TEXT, ("line 10\n", "ten\n"))) == (
        "@@ -7,7 +7,7 @@\n line 7\n line 8\n line 9\n-line 10\n+ten\n line 11\n line 12\n line 13\n"
    )


def test_changes_far_apart_are_hunks_of_their_own() -> None:
    shown = diff(TEXT, *replaced(TEXT, ("line 5\n", "five\nand more\n"), ("line 25", "line twenty-five")))
    assert re.findall("@@.*@@", shown) == ["@@ -2,7 +2,8 @@", "@@ -22,7 +23,7 @@"]


def test_changes_whose_context_meets_are_one_hunk() -> None:
    near = replaced(TEXT, ("line 5\n", "five\n"), ("line 12\n", "twelve\n"))
    far = replaced(TEXT, ("line 5\n", "five\n"), ("line 13\n", "thirteen\n"))
    assert [diff(TEXT, *changes).count("@@ -") for changes in (near, far)] == [1, 2]


def test_lines_that_stay_inside_a_replaced_piece_are_not_shown_as_changed() -> None:
    text = "def f():\n    a = 1\n    b = 2\n    c = 3\n"
    found = blocks(text, [TextChange(0, len(text), text.replace("1", "10").replace("3", "30"))])
    assert found == [
        Block(1, 9, ("    a = 1\n",), ("    a = 10\n",)),
        Block(3, 29, ("    c = 3\n",), ("    c = 30\n",)),
    ]


def test_a_change_is_as_small_as_it_can_be() -> None:
    text = "total = one + two\n"
    (block,) = blocks(text, [TextChange(0, len(text), "total = one + three\n")])
    assert block.change == TextChange(15, 17, "hree")


def test_a_missing_last_line_end_is_said() -> None:
    assert diff("a\nb", TextChange(2, 3, "c")) == f"@@ -1,2 +1,2 @@\n a\n-b\n{_NO_END}+c\n{_NO_END}"
    assert diff("a\n", TextChange(2, 2, "b")) == f"@@ -1 +1,2 @@\n a\n+b\n{_NO_END}"


def test_a_new_and_an_emptied_file() -> None:
    assert diff("", TextChange(0, 0, "a\nb\n")) == "@@ -0,0 +1,2 @@\n+a\n+b\n"
    assert diff("a\nb\n", TextChange(0, 4, "")) == "@@ -1,2 +0,0 @@\n-a\n-b\n"


def test_only_a_line_feed_ends_a_line() -> None:
    text = "a\u2028b\x0cc\x85d\n"
    assert diff(text, TextChange(0, 1, "x")) == "@@ -1 +1 @@\n-a\u2028b\x0cc\x85d\n+x\u2028b\x0cc\x85d\n"


@st.composite
def changed_texts(draw: st.DrawFn) -> tuple[str, list[TextChange]]:
    text = draw(st.text("ab\n", max_size=60))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    news = st.text("abx\n", max_size=6)
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    return text, [TextChange(start, end, draw(news)) for start, end in pairs]


@given(changed_texts())
def test_a_diff_says_exactly_what_is_changed(case: tuple[str, list[TextChange]]) -> None:
    text, changes = case
    after = applied(text, changes)
    assert patched(text, diff(text, *changes)) == after
    assert applied(text, [block.change for block in blocks(text, changes)]) == after


@given(changed_texts(), st.data())
def test_some_of_the_hunks_are_a_change_of_their_own(case: tuple[str, list[TextChange]], data: st.DataObject) -> None:
    text, changes = case
    kept = [block for block in blocks(text, changes) if data.draw(st.booleans())]
    after = applied(text, [block.change for block in kept])
    assert patched(text, diff(text, *(block.change for block in kept))) == after


def test_other_programs_understand_a_diff(tmp_path: Path) -> None:
    git = program("git", "git")
    (tmp_path / "a").write_text(TEXT + "last")
    changes = replaced(TEXT, ("line 3\n", ""), ("line 17\n", "17\nand a half\n"), ("line 30\n", ""))
    shown = f"--- a/a\n+++ b/a\n{diff(TEXT + 'last', *changes)}"
    subprocess.run([git, "apply", "-"], input=shown.encode(), cwd=tmp_path, check=True)
    assert (tmp_path / "a").read_text() == applied(TEXT + "last", changes)


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        (("a" * 800 + "\n") * 10_000, [TextChange(0, 8_010_000, ("b" * 800 + "\n") * 10_000)]),
        ("a" * 8_000_000, [TextChange(at, at + 1, "b") for at in range(0, 8_000_000, 800)]),
        ("a\n" * 4_000_000, [TextChange(at, at + 1, "b") for at in range(0, 8_000_000, 800)]),
    ],
    ids=["every line another", "many places of one line", "many places"],
)
def test_t41_a_large_text_costs_no_more_than_its_length(text: str, changes: list[TextChange]) -> None:
    began = time.process_time()
    diff(text, *changes)
    assert time.process_time() - began < 5


def test_lines_are_compared_only_so_many_times() -> None:
    lines = int(MAX_COMPARED**0.5) + 1
    text = "".join(f"{number}\nsame\n" for number in range(lines))
    (block,) = blocks(text, [TextChange(0, len(text), "".join(f"-{number}\nsame\n" for number in range(lines)))])
    assert len(block.old) == 2 * lines - 1
