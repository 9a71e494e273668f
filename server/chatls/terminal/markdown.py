"""Markdown as it streams: cut into blocks that are finished and one that is not, and drawn as rows of a terminal.

A block is finished once the next one has begun (CommonMark: only the last block of a document is open), so a finished
one is drawn once and for all. The work for one piece of text depends on the open block alone, whose length is bounded.
Rich and Pygments are imported with this module: only where a terminal shows markdown. `view.py` and `rows.py` use it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import CodeBlock, Heading, Markdown, MarkdownElement
from rich.padding import Padding
from rich.syntax import Syntax
from rich.text import Text

OPEN_LINES = 200
"""Lines of a block that has not ended, above which its beginning is finished without waiting for the end."""
OPEN_CHARACTERS = 16_000
"""The same in characters; and a longer line is broken."""

# HTML is shown as it stands instead of being left out, `Vec<T>` in a sentence is not HTML; and an image is a link here.
_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})[^\n]*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A finished block, or a part of a long one; `continues` says that it goes on where the one before was cut."""

    text: str
    continues: bool = False


class MarkdownStream:
    """Text that comes in pieces, handed on block by block."""

    def __init__(self) -> None:
        self._text = ""
        self._continues = False

    @property
    def open(self) -> Piece:
        """The block that may still grow."""
        return Piece(self._text, self._continues)

    def feed(self, data: str) -> list[Piece]:
        """The blocks that are finished with this piece; joined with `open` they are the text, but for blank lines."""
        parts = (data[start : start + OPEN_CHARACTERS] for start in range(0, len(data), OPEN_CHARACTERS))
        return [piece for part in parts for piece in self._feed_part(part)]

    def _feed_part(self, data: str) -> list[Piece]:
        self._text += data
        if len(self._text) - self._text.rfind("\n") > OPEN_CHARACTERS:
            self._text += "\n"
        # Only a new line can begin a new block, and what a line begins is known only at its end.
        return self._take_finished() if "\n" in data or self._text.endswith("\n") else []

    def flush(self) -> list[Piece]:
        """The text is at its end: what was open is finished too."""
        self._text += "\n"
        pieces = [*self._take_finished(), self._piece([self._text])]
        self._text = ""
        return [piece for piece in pieces if piece.text.strip()]

    def _take_finished(self) -> list[Piece]:
        complete, _, partial = self._text.rpartition("\n")
        lines = complete.split("\n")
        tokens = _PARSER.parse(complete)
        starts = _starts(tokens) or [0]
        finished = [self._piece(lines[start:end]) for start, end in pairwise(starts)]
        rest = lines[starts[-1] :]
        if len(rest) > OPEN_LINES or (len(rest) > 2 and sum(map(len, rest)) > OPEN_CHARACTERS):
            begun, rest = _cut_open(rest, tokens, starts[-1])
            finished.append(self._piece(begun))
            self._continues = True
        self._text = "\n".join([*rest, partial])
        return [piece for piece in finished if piece.text]

    def _piece(self, lines: Sequence[str]) -> Piece:
        continues, self._continues = self._continues, False
        return Piece("\n".join(lines).strip("\n"), continues)


def _starts(tokens: Sequence[Token]) -> list[int]:
    """The first lines of the top-level blocks."""
    return [token.map[0] for token in tokens if token.level == 0 and token.map and token.nesting >= 0]


def _cut_open(lines: list[str], tokens: Sequence[Token], offset: int) -> tuple[list[str], list[str]]:
    """A long open block in two that are drawn alike: a code block or text between lines, a list between its items."""
    kind = next(token.type for token in reversed(tokens) if token.level == 0 and token.map)
    if kind == "fence" and (fence := _FENCE.match(lines[0])):
        return [*lines[:-1], fence[1]], [lines[0], lines[-1]]
    if kind == "table_open":
        return [], lines
    cut = len(lines) - 1
    if kind in ("bullet_list_open", "ordered_list_open"):
        items = [token.map[0] for token in tokens if token.type == "list_item_open" and token.level == 1 and token.map]
        cut = items[-1] - offset or cut
    return lines[:cut], lines[cut:]


class _Heading(Heading):
    """Left, as a terminal's text is; rich centres the first level."""

    LEVEL_ALIGN: ClassVar = dict.fromkeys(Heading.LEVEL_ALIGN, "left")

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Text.assemble(("#" * int(self.tag[1:]) + " ", "dim"), self.text)


class _Code(CodeBlock):
    """In the terminal's own colours and on its own background, which is light as often as dark."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        code = str(self.text).removesuffix("\n")
        syntax = Syntax(code, self.lexer_name, theme="ansi_dark", background_color="default", word_wrap=True)
        yield Padding(syntax, (0, 0, 0, 2))


class ChatMarkdown(Markdown):
    """One block of an answer."""

    elements: ClassVar[dict[str, type[MarkdownElement]]] = {
        **Markdown.elements,
        "heading_open": _Heading,
        "fence": _Code,
        "code_block": _Code,
    }

    def __init__(self, text: str) -> None:
        # Links show where they lead: a target hidden behind its text is how users are sent to the wrong place.
        super().__init__("", hyperlinks=False)
        self.parsed = list(_without_autolinks(_PARSER.parse(text)))


def _without_autolinks(tokens: Sequence[Token]) -> Iterator[Token]:
    """Without the link around a bare address, which would be shown twice."""
    for token in tokens:
        if token.children:
            token.children = [child for child in token.children if child.info != "auto"]
        yield token


def is_steady(block: str) -> bool:
    """Whether the rows of an open block stay as they are while it grows: all but tables, whose columns move."""
    return not any(token.type == "table_open" for token in _PARSER.parse(block)[:1])
