"""What a call's edits come to: the hunks that the user is shown, and the changes of the text as it is.

Pure. Worked out before the user is asked, and once more before it is done, for the text may have changed meanwhile.
Used by `tools/editing/edit.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chatls.chat.ports import TextChange
from chatls.tools.base import ToolError
from chatls.tools.editing.diffs import Block, blocks, grouped, growth, hunk
from chatls.tools.editing.edits import Edit, located
from chatls.tools.editing.plain import PlainText, plain

MAX_DIFF = 1024 * 1024
"""Characters of a diff: what is more than anybody would read is not asked about."""

Group = tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The lines that are replaced, in `groups` that the user may accept one by one; `parts` are these as hunks of a
    diff, under its `head`. What the diff holds is not fit to be shown as it is (`tools/approval/prompts.py`)."""

    plain: PlainText
    head: str
    groups: tuple[Group, ...]
    parts: tuple[str, ...]

    @property
    def diff(self) -> str:
        return self.head + "".join(self.parts)

    @property
    def changes(self) -> list[TextChange]:
        """The changes of the text as it is: sorted, and no larger than they must be."""
        return self.plain.raw([block.change for group in self.groups for block in group])

    @property
    def counts(self) -> str:
        """How many lines come and go: "+3 -1 lines"."""
        sizes = [growth(group) for group in self.groups]
        added, removed = (sum(size[index] for size in sizes) for index in (0, 1))
        said = " ".join(f"{sign}{count:,}" for sign, count in (("+", added), ("-", removed)) if count)
        return f"{said} line{'' if added + removed == 1 else 's'}" if said else "empty"

    @property
    def replaced(self) -> list[list[tuple[tuple[str, ...], tuple[str, ...]]]]:
        """What is replaced by what, wherever it stands: the same for plans that do the same."""
        return [[(block.old, block.new) for block in group] for group in self.groups]

    def only(self, numbers: Sequence[int]) -> "Plan":
        """The same with these of its groups alone, counted from 0."""
        if len(numbers) == len(self.groups):
            return self
        return _plan(self.plain, self.head, tuple(self.groups[number] for number in numbers))


def planned(text: str, edits: Sequence[Edit], name: str, *, quote: bool) -> Plan:
    """The plan to edit a text. `quote=False`: no line of the text is told in an error.

    Raises:
        ToolError: as `located`, or `too_large`.
    """
    source = plain(text)
    found = located(source.text, edits, name, quote=quote)
    return _plan(source, _head(name, name), _groups(source.text, found))


def created(content: str, name: str, *, new: bool) -> Plan:
    """The plan to write a text where there is none: `new`, where there is no file either.

    Raises:
        ToolError: `too_large`.
    """
    return _plan(plain(""), _head(None if new else name, name), _groups("", [TextChange(0, 0, content)]))


def _groups(text: str, changes: Sequence[TextChange]) -> tuple[Group, ...]:
    return tuple(grouped(blocks(text, changes)))


def _plan(source: PlainText, head: str, groups: tuple[Group, ...]) -> Plan:
    parts: list[str] = []
    shift = 0
    for group in groups:
        parts.append(hunk(source.text, group, shift).replace("\r\n", "\n"))
        added, removed = growth(group)
        shift += added - removed
    if (size := sum(map(len, parts))) > MAX_DIFF:
        raise ToolError(
            "too_large", f"The diff would have {size:,} characters, more than {MAX_DIFF:,}: make smaller changes."
        )
    return Plan(source, head, groups, tuple(parts))


def _head(old: str | None, new: str) -> str:
    return f"--- {f'a/{old}' if old else '/dev/null'}\n+++ b/{new}\n"
