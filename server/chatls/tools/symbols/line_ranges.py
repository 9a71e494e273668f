"""The parts of a source file by their lines: what `@path:` is completed with. Used by `tools/reading/path_index.py`.

A definition ends where the next one begins that is no part of it; blank lines between them belong to neither.
"""

from collections.abc import Iterator, Sequence

from chatls.chat.workspace import LineRange
from chatls.tools.reading.view import View
from chatls.tools.symbols.parse import Definition, language_of
from chatls.tools.symbols.process import Interrupted, ParserProcess
from chatls.tools.symbols.rules import VALUES
from chatls.tools.symbols.search import MAX_FILE, definitions_in
from chatls.tools.text import lines_of
from chatls.tools.work import Deadline

MOST = 200


def line_ranges(view: View, path: str, deadline: Deadline) -> list[LineRange]:
    """The definitions of a file, in order; none where its language is not known, or it is too large to be parsed.

    Raises:
        ToolError: it cannot be read.
    """
    place = view.roots.resolve(path)
    if language_of(place.parts[-1] if place.parts else "") is None:
        return []
    text = view.text(place, MAX_FILE)
    try:
        with ParserProcess(deadline) as parser:
            found = definitions_in(place, text, parser)
    except Interrupted:
        return []
    return list(_ranges(found, lines_of(text)))[:MOST]


def _ranges(found: Sequence[Definition], lines: Sequence[str]) -> Iterator[LineRange]:
    for index, each in enumerate(found):
        after = (next_.line for next_ in found[index + 1 :] if next_.depth <= each.depth and next_.line > each.line)
        last = next(after, len(lines) + 1) - 1
        while last > each.line and not lines[last - 1].strip():
            last -= 1
        if each.kind not in VALUES:
            yield LineRange(each.line, last, f"{each.kind} {each.qualified}")
