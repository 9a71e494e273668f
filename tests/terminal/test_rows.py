"""Blocks as rows of a terminal."""

import re

import pytest
from rich.cells import cell_len

from chatls.terminal.rows import Block, Painter, gap
from tests.terminal.test_sanitize import ATTACKS, is_harmless

SGR = re.compile(r"\x1b\[[0-9;]*m")
EVERYTHING = """# A title

Words with **bold**, `code` and [a link](http://example.org/x) and <http://example.org/y>, then `Vec<T>` and Vec<T>.

- one
  - two

1. one
2. two

| name | value |
|:--|--:|
| a | 日本語 |

> quoted

```python
def f(x): return "a long string that has to be wrapped somewhere because it is wider than the terminal"
```

---

<div>html</div>

🔧 ✅ 👩‍💻
"""


@pytest.fixture
def painter() -> Painter:
    return Painter()


def text_of(rows: list[str]) -> str:
    return SGR.sub("", "\n".join(rows))


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_no_row_is_wider_than_the_terminal(painter: Painter, width: int) -> None:
    rows = painter.rows(Block("answer", EVERYTHING), width)
    assert all(cell_len(SGR.sub("", row)) <= width for row in rows)


def test_no_row_ends_with_spaces(painter: Painter) -> None:
    rows = painter.rows(Block("answer", EVERYTHING), 80)
    assert all(row == row.rstrip() for row in text_of(rows).split("\n"))


IN_MARKDOWN = [
    "&#27;[2J",
    "[x](http://a/%1b[2J)",
    "<http://a/%1b%9b2J>",
    "`\x1b[2J`",
    "```\n\x1b[2J\n```",
    "a&#x202e;b",
]


@pytest.mark.parametrize("attack", [*ATTACKS, *IN_MARKDOWN], ids=repr)
@pytest.mark.parametrize("kind", ["answer", "user", "tool", "error", "plain", "thinking", "output", "diff"])
def test_t98_only_colours_reach_the_terminal(painter: Painter, kind: str, attack: str) -> None:
    block = Block(kind, f"before {attack} after")  # pyright: ignore[reportArgumentType]
    rows = painter.rows(block, 80)
    assert is_harmless(text_of(rows))
    assert "\u202e" not in text_of(rows)
    assert "before" in text_of(rows)


def test_what_looks_like_html_is_shown(painter: Painter) -> None:
    shown = text_of(painter.rows(Block("answer", "Use Vec<T> and <think>so</think>\n\n<div>\nx\n</div>"), 80))
    assert "Vec<T> and <think>so</think>" in shown
    assert "<div>" in shown


def test_t102_a_link_shows_where_it_leads(painter: Painter) -> None:
    rows = painter.rows(Block("answer", "[bank](http://evil.example) <http://plain.example>"), 80)
    assert text_of(rows) == "bank (http://evil.example) http://plain.example"
    assert not any("\x1b]8" in row for row in rows)


def test_an_image_shows_its_address(painter: Painter) -> None:
    assert (
        text_of(painter.rows(Block("answer", "![a cat](http://x.example/c.png)"), 80))
        == "!a cat (http://x.example/c.png)"
    )


def test_code_keeps_its_lines_and_spaces(painter: Painter) -> None:
    shown = text_of(painter.rows(Block("answer", "```py\ndef f():\n\n    return 1\n```"), 80))
    assert shown == "  def f():\n\n      return 1"


def test_the_users_own_words_are_marked(painter: Painter) -> None:
    assert text_of(painter.rows(Block("user", "one\n# two"), 80)) == "› one\n  # two"


def test_an_empty_row_stands_between_blocks_but_not_between_tool_lines() -> None:
    answer, tool, note = Block("answer", "x"), Block("tool", "x"), Block("note", "x")
    assert not gap(None, answer)
    assert gap(answer, tool)
    assert gap(tool, answer)
    assert not gap(tool, note)
    assert not gap(answer, Block("answer", "y", continues=True))


def test_a_diff_has_colours_and_hides_nothing(painter: Painter) -> None:
    rows = painter.rows(Block("diff", "@@ -1 +1 @@\n-a\u200b\n+b\u2028c\n"), 80)
    assert text_of(rows).split("\n") == ["  @@ -1 +1 @@", "  -a\\u{200b}", "  +b\\u{2028}c"]


def test_a_line_of_output_takes_one_row(painter: Painter) -> None:
    rows = painter.rows(Block("output", "one " * 50 + "\ntwo"), 40)
    assert [SGR.sub("", row)[-1] for row in rows] == ["…", "o"]
