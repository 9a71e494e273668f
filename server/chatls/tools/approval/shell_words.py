"""Our own reading of a shell line: one simple command of plain words, or nothing.

What is read here every POSIX shell reads the same way, and expands nothing in it. It knows less than
`tools/approval/shell_syntax.py` on purpose: where nobody is asked, both must agree. Pure, linear. Used by that module
alone.
"""

import re

from chatls.tools.approval.prompts import escaped

# No `~`, glob, brace, `$`, backslash, `!`, `^` or `#`; a word that begins with `=` is a program's path to zsh.
_BARE = r"[A-Za-z0-9_./:@%+,-]"
_WORD = re.compile(rf"""(?!=)(?:{_BARE}|=|'[^'\n]*'|"[^"$`\\!\n]*")++""")
_LINE = re.compile(rf"[ \t]*{_WORD.pattern}(?:[ \t]+{_WORD.pattern})*[ \t]*")
# An unquoted word without `=`: no assignment, and nothing that quotes could hide.
_PROGRAM = re.compile(r"[A-Za-z0-9_./+][A-Za-z0-9_./+-]*")
_PIECE = re.compile(r"""'([^']*)'|"([^"]*)"|([^'"]+)""")
_RESERVED = "case coproc do done elif else esac fi for function if in select then time until while"


def plain_words(line: str) -> tuple[str, ...] | None:
    """The words of one simple command of bare words and quoted literals; None for everything else."""
    if escaped(line)[1] or not _LINE.fullmatch(line):
        return None
    found = [match[0] for match in _WORD.finditer(line)]
    if not _PROGRAM.fullmatch(found[0]) or found[0] in _RESERVED.split():
        return None
    return tuple("".join("".join(piece.groups("")) for piece in _PIECE.finditer(word)) for word in found)
