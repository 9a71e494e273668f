"""Text of models and tools, made harmless before a terminal sees it.

Nothing a model or a tool says may move the cursor, ring, write to the clipboard or hide what it is. Every character is
judged by itself, so an escape sequence that is cut across two tokens is as harmless as a whole one. Called by
everything here that shows text; `markdown.py` calls it a second time on what it drew, as markdown can spell a control
character (`&#27;`).
"""

from collections.abc import Iterable

LINE_WIDTH = 400
"""Characters of one line of a question; the middle of a longer one is left out."""
TAB = "    "

_BIDI = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_LINE_BREAKS = (0x2028, 0x2029)
_FILLERS = (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0)
_JOINERS = (0x00AD, 0x180E, *range(0x200B, 0x200E), *range(0x2060, 0x2066), *range(0x206A, 0x2070), 0xFEFF)
_INVISIBLE = (*_FILLERS, *_JOINERS, *range(0xE0000, 0xE0080), *range(0xE0100, 0xE01F0))


def _spelled(codes: Iterable[int]) -> dict[int, str]:
    return {code: f"\\u{{{code:x}}}" for code in codes}


def _controls() -> dict[int, str]:
    codes = (*range(0x20), *range(0x7F, 0xA0))
    table = {code: f"\\x{code:02x}" for code in codes if chr(code) not in "\n\t"}
    # A carriage return would let the text after it be written over the text before it; before "\n" it says nothing.
    return {**table, 0x0D: ""}


_SHOWN = {**_controls(), **_spelled((*_BIDI, *_LINE_BREAKS))}
_ASKED = {**_SHOWN, **_spelled(_INVISIBLE), 0x0D: "\\x0d"}


def clean(text: str) -> str:
    """Text with its control and direction characters spelled out (`\\x1b`, `\\u{202e}`); `\\n` and `\\t` stay."""
    return text.translate(_SHOWN)


def one_line(text: str, width: int = 160) -> str:
    """Text as one line of at most `width` characters: line breaks are shown as `⏎`, the end of a long one is cut."""
    line = text.strip().translate(_ASKED).replace("\n", " ⏎ ").replace("\t", " ")
    return line if len(line) <= width else line[: width - 1] + "…"


def visible(text: str) -> str:
    """Text that a user decides about: nothing in it is invisible, a carriage return at the end of a line neither."""
    return text.translate(_ASKED).replace("\t", TAB)


def visible_line(text: str) -> str:
    """The same as one line, with its head and its tail where it is longer than `LINE_WIDTH`."""
    return shortened(visible(text.strip()).replace("\n", " ⏎ "))


def shortened(line: str) -> str:
    """A line without its middle, where it is longer than `LINE_WIDTH`."""
    if len(line) <= LINE_WIDTH:
        return line
    half = LINE_WIDTH // 2
    return f"{line[:half]} … {len(line) - 2 * half} more characters … {line[-half:]}"
