"""A text with every line end as `\\n`, as models are shown it, and the way back to the text as it is.

Pure. Edits are worked out on the plain text and done on the text as it is, so that the line ends of a file, mixed
ones too, stay what they are wherever an edit does not touch them. Used by `tools/editing/plan.py`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chatls.chat.ports import TextChange

_ALONE = re.compile("\r(?!\n)")


@dataclass(frozen=True, slots=True)
class PlainText:
    """`text` has plain line ends; `end` is the line end that is the most frequent in the text as it is."""

    text: str
    end: str
    _pairs: str
    """As long as `text`, with `\\r` for every `\\r\\n` of the text as it is."""

    def raw(self, changes: Sequence[TextChange]) -> list[TextChange]:
        """The same changes (sorted, not overlapping) of the text as it is. None begins or ends inside a `\\r\\n`,
        for which LSP has no position; new lines get the file's line end."""
        found: list[TextChange] = []
        extra = seen = 0
        for change in changes:
            before = extra + self._pairs.count("\r", seen, change.start)
            extra = before + self._pairs.count("\r", change.start, change.end)
            seen = change.end
            text = change.text.replace("\n", self.end)
            found.append(TextChange(change.start + before, change.end + extra, text))
        return found


def plain(text: str) -> PlainText:
    """The plain text of a text."""
    if "\r" not in text:
        return PlainText(text, "\n", text)
    pairs = _ALONE.sub("\n", text).replace("\r\n", "\r")
    both = pairs.count("\r")
    counts = {"\n": text.count("\n") - both, "\r\n": both, "\r": text.count("\r") - both}
    return PlainText(pairs.replace("\r", "\n"), max(counts, key=lambda end: counts[end]), pairs)


def applied(text: str, changes: Sequence[TextChange]) -> str:
    """The text after these changes (sorted, not overlapping)."""
    kept: list[str] = []
    at = 0
    for change in changes:
        kept += (text[at : change.start], change.text)
        at = change.end
    return "".join((*kept, text[at:]))
