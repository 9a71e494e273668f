"""Between offsets in a text and positions as the client counts them (LSP 3.17, "Position").

Pure. Lines end where the specification says, characters count in the encoding agreed on with the client. Used by
`lsp/documents.py` for what the client changed, by `lsp/edits.py` for what it is to change, and by `lsp/attachments.py`.
"""

import re
from bisect import bisect_right

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
_LINE_END = re.compile(r"\r\n|\n|\r")


def split_lines(text: str) -> tuple[str, ...]:
    """Lines with their endings: `\\n`, `\\r\\n` and `\\r` alone (LSP 3.17, "Text Documents")."""
    return tuple(_LINE.findall(text))


class Positions:
    """Where the lines of one text begin and end. `encoding` is LSP's name of one: "utf-8", "utf-16" or "utf-32"."""

    def __init__(self, text: str, encoding: str) -> None:
        self._text = text
        self._encoding = encoding
        ends = [found.span() for found in _LINE_END.finditer(text)]
        self._starts = [0, *(after for _, after in ends)]
        self._ends = [*(before for before, _ in ends), len(text)]

    def of(self, offset: int) -> tuple[int, int]:
        """Line and character of an offset in code points, which does not lie inside a line end."""
        line = bisect_right(self._starts, offset) - 1
        return line, self._units(self._text[self._starts[line] : offset])

    def offset(self, line: int, character: int) -> int:
        """The offset of a position in code points. Beyond the end of a line, or of the text, is that end."""
        if line >= len(self._starts):
            return len(self._text)
        start, end = self._starts[line], self._ends[line]
        counted = self._text[start : min(end, start + character)]
        if self._encoding == "utf-32" or counted.isascii():
            return start + len(counted)
        return start + self._code_points(counted, character)

    def _code_points(self, text: str, units: int) -> int:
        """How many characters of `text` these units are; a position inside a character is its beginning."""
        for index, char in enumerate(text):
            units -= self._units(char)
            if units < 0:
                return index
        return len(text)

    def _units(self, text: str) -> int:
        if self._encoding == "utf-32" or text.isascii():
            return len(text)
        if self._encoding == "utf-8":
            return len(text.encode(errors="surrogatepass"))
        return len(text.encode("utf-16-le", errors="surrogatepass")) // 2
