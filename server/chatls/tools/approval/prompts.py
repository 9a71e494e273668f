"""Text of models, files and tools, made fit to be shown in a question to the user.

Nothing in it is invisible, turns the direction of writing, moves a cursor, or pushes the rest out of sight. Pure, and
linear in the length of the text. Called by `tools/approval/decision.py` on every text of a question, and by whatever
shows such text elsewhere.
"""

import re
from collections import Counter

MAX_LINES = 12
"""Lines of a detail: the answers below it must stay in sight."""
MAX_WIDTH = 400
"""Characters of a line; of a longer one the middle is left out."""

_UNSURE = re.compile(r"[^\n\t -~]")
# What Python calls printable although nothing, or nothing but a blank, is drawn: joiners and fillers, variation
# selectors (with which whole messages were hidden), the empty Braille pattern. See Default_Ignorable_Code_Point in
# the Unicode character database.
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
# Spaces are not printable to Python, but seen as what they are; those of the line separators are not among them.
_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_TAB = "⇥"
_NEWLINE = "⏎"


def escaped(text: str) -> tuple[str, int]:
    """Text with every character that is not seen as itself spelled out (`\\u{202e}`), and how many there were.

    Those are controls but `\\n` and `\\t`, marks of direction, characters of no width or no shape, tags, private and
    unassigned ones, lone surrogates and the separators of lines and paragraphs.
    """
    hidden = {char: count for char, count in Counter(_UNSURE.findall(text)).items() if _hides(char)}
    return text.translate({ord(char): f"\\u{{{ord(char):x}}}" for char in hidden}), sum(hidden.values())


def one_line(text: str, limit: int = MAX_WIDTH) -> str:
    """Text on one line, its line breaks shown as `⏎`; of a long one the beginning and the end, and what is missing."""
    line = escaped(text)[0].replace("\n", _NEWLINE).replace("\t", _TAB)
    return _cut(line, limit)


def shown(text: str, lines: int = MAX_LINES) -> str:
    """Text in at most `lines` lines: the first and the last ones, and how many are missing between them."""
    every = escaped(text)[0].split("\n")
    if len(every) > lines:
        tail = lines // 3
        head = lines - tail - 1
        every[head : len(every) - tail] = [f"… {len(every) - head - tail:,} more lines …"]
    return "\n".join(_cut(line, MAX_WIDTH) for line in every)


def _hides(char: str) -> bool:
    return _BLANK.match(char) is not None or not (char.isprintable() or _SPACE.match(char))


def _cut(line: str, limit: int) -> str:
    """A line of at most about `limit` characters, with its length where its middle is left out."""
    if len(line) <= limit:
        return line
    note = f" … {len(line):,} characters in all … "
    rest = max(2, limit - len(note))
    tail = rest // 3
    return line[: rest - tail] + note + line[-tail:]
