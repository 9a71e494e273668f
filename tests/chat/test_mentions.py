"""Where a text mentions a file, and how a path is written so that it is found again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatls.chat.mentions import Unfinished, addressed, mentions, spelled, unfinished

PATHS = st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters='"'), min_size=1, max_size=40)
LINES = st.tuples(st.integers(1, 10**6), st.integers(0, 10**6))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("look at @a.py, please", ["@a.py"]),
        ("@a.py and @src/b.py.", ["@a.py", "@src/b.py"]),
        ("(@a.py) **@b.py**", ["@a.py", "@b.py"]),
        ("@a.py @a.py", ["@a.py"]),
        ('@"my file.txt" too, @"my file.txt":3', ['@"my file.txt"', '@"my file.txt":3']),
        ("@a.py:10-20 @b.py:7.", ["@a.py:10-20", "@b.py:7"]),
        ("@src/ and @./ and @src/.. and @a...", ["@src/", "@./", "@src/..", "@a"]),
        ("看@a.py。", []),
        ("看 @a.py。", ["@a.py"]),
        ("mail me@example.org or //@x or foo-@y", []),
        ("nothing @ all, @. @.. @!", []),
        ("in `@a.py` and ``@b`c`` and ```\n@c.py\n``` only @d.py", ["@d.py"]),
        ("an open fence ```py\n@property", []),
        ("a lone ` is no code: @a.py", ["@a.py"]),
        ("@property\ndef @anna", ["@property", "@anna"]),
        ('@"not closed @a.py', ["@a.py"]),
    ],
)
def test_mentions_are_found_where_a_person_means_them(text: str, written: list[str]) -> None:
    assert [mention.written for mention in mentions(text)] == written


@pytest.mark.parametrize(
    ("text", "lines"),
    [("@a:5", (5, 5)), ("@a:5-9", (5, 9)), ("@a:5-2", (5, 5)), ("@a:0", (1, 1)), ("@a", None), ("@a:", None)],
)
def test_lines_count_from_one_and_include_the_last(text: str, lines: tuple[int, int] | None) -> None:
    assert [mention.lines for mention in mentions(text)] == [lines]


def test_words_are_told_from_paths() -> None:
    found = mentions('@property @a.py @src/ @x:3 @"x"')
    assert [mention.is_path for mention in found] == [False, True, True, True, True]


@given(
    path=PATHS, lines=LINES, before=st.sampled_from(["", "see ", "(", "\n"]), after=st.sampled_from(["", " x", "\n"])
)
def test_a_path_as_spelled_is_found_again_whatever_it_is(
    path: str, lines: tuple[int, int], before: str, after: str
) -> None:
    first, last = lines[0], lines[0] + lines[1]
    (alone,) = mentions(before + spelled(path) + after)
    assert (alone.path, alone.lines, alone.written) == (path, None, spelled(path))
    (ranged,) = mentions(f"{before}{spelled(path)}:{first}-{last}{after}")
    assert (ranged.path, ranged.lines) == (path, (first, last))


@given(st.text(st.sampled_from(list('@"`a./:-19 \n(').copy())))
def test_any_text_is_read_and_what_is_found_stands_in_it(text: str) -> None:
    for mention in mentions(text):
        assert mention.written in text
        assert mention.path
        assert mention.lines is None or 1 <= mention.lines[0] <= mention.lines[1]
    place = unfinished(text)
    assert place is None or text[place.start] == "@"


@pytest.mark.parametrize("piece", ["@", '@"', "`", "@a", "```", "@a:", "``x", "@" * 9 + "`"])
def test_a_long_text_that_is_nothing_but_signs_is_read_at_once(piece: str) -> None:
    found = mentions(piece * 50_000)
    assert len(found) <= 1
    unfinished(piece * 50_000)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("see @", Unfinished(4, "", None)),
        ("@src/a", Unfinished(0, "src/a", None)),
        ('@"my f', Unfinished(0, "my f", None)),
        ("@a.py:", Unfinished(0, "a.py", "")),
        ("@a.py:1-2", Unfinished(0, "a.py", "1-2")),
        ('@"a b":run', Unfinished(0, "a b", "run")),
        ('@"a b"', None),
        ("a@b", None),
        ("@a.py and", None),
        ("@a.py ", None),
        ("@a.py:1 ", None),
    ],
)
def test_the_mention_at_the_end_is_unfinished(before: str, expected: Unfinished | None) -> None:
    assert unfinished(before) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("@edit rename it", ("edit", "rename it")),
        (" @edit\n/fix it", ("edit", "/fix it")),
        ("@edit", (None, "@edit")),
        ("@edit.py is odd", (None, "@edit.py is odd")),
        ("@other do", (None, "@other do")),
        ("ask @edit now", (None, "ask @edit now")),
    ],
)
def test_a_message_that_begins_with_an_agent_is_for_it(content: str, expected: tuple[str | None, str]) -> None:
    assert addressed(content, {"edit", "chat"}) == expected
