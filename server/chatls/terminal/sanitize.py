"""Text of models and tools, made harmless before a terminal sees it.

Nothing a model or a tool says may move the cursor, ring, write to the clipboard or hide what it is. Every character is
judged by itself, so an escape sequence that is cut across two tokens is as harmless as a whole one. Called by
everything here that shows text; `markdown.py` calls it a second time on what it drew, as markdown can spell a control
character (`&#27;`).
"""

from collections.abc import Iterable

PROMPT_LINES = 12
"""So many lines of a question are shown at most: the answers below must stay in sight."""
PROMPT_WIDTH = 400
"""Characters of one line of a question; the middle of a longer one is left out."""

_BIDI = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_LINE_BREAKS = (0x2028, 0x2029)
_INVISIBLE = (0x00AD, 0x180E, *range(0x200B, 0x200E), *range(0x2060, 0x2066), 0xFEFF, *range(0xE0000, 0xE0080))


def _spelled(codes: Iterable[int]) -> dict[int, str]:
    return {code: f"\\u{{{code:x}}}" for code in codes}


def _controls() -> dict[int, str]:
    codes = (*range(0x20), *range(0x7F, 0xA0))
    table = {code: f"\\x{code:02x}" for code in codes if chr(code) not in "\n\t"}
    # A carriage return would let the text after it be written over the text before it; before "\n" it says nothing.
    return {**table, 0x0D: ""}


_SHOWN = {**_controls(), **_spelled((*_BIDI, *_LINE_BREAKS))}
_ASKED = {**_SHOWN, **_spelled(_INVISIBLE), 0x09: " "}


def clean(text: str) -> str:
    """Text with its control and direction characters spelled out (`\\x1b`, `\\u{202e}`); `\\n` and `\\t` stay."""
    return text.translate(_SHOWN)


def one_line(text: str, width: int = 160) -> str:
    """Text as one line of at most `width` characters: line breaks are shown as `⏎`, the end of a long one is cut."""
    line = text.strip().translate(_ASKED).replace("\n", " ⏎ ")
    return line if len(line) <= width else line[: width - 1] + "…"


def question_lines(text: str) -> list[str]:
    """Text of a question to the user: nothing in it is invisible, and it cannot push the answers off the screen."""
    lines = [_shortened(line) for line in text.translate(_ASKED).strip("\n").split("\n")]
    if len(lines) <= PROMPT_LINES:
        return lines
    return [*lines[: PROMPT_LINES - 1], f"… {len(lines) - PROMPT_LINES + 1} more lines"]


def _shortened(line: str) -> str:
    if len(line) <= PROMPT_WIDTH:
        return line
    half = PROMPT_WIDTH // 2
    return f"{line[:half]} … {len(line) - 2 * half} more characters … {line[-half:]}"
