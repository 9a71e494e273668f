"""Which commands are worth a question each time: they name a place outside of the workspace, or exist to destroy.

Nothing is kept from running by this, and no security rests on it: what may run is the user's answer, and what it can
do is the sandbox's. It only decides whether "always" is among the answers. Reads the words as they are written, so it
is on the careful side. Used by `tools/approval/shell_approval.py`.
"""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from chatls.tools.approval.programs import Place
from chatls.tools.approval.shell_syntax import Words

DESTROYERS = frozenset({"dd", "doas", "mkfs", "rm", "rmdir", "shred", "sudo", "truncate", "unlink", "wipefs"})
"""Programs that remove or overwrite, or run as somebody who may: also behind another program (`xargs rm`)."""
DESTROYING = frozenset({("git", "clean"), ("git", "push"), ("git", "reset"), ("find", "-delete")})
"""Programs that do so with this word among their arguments."""

_PIECES = re.compile(r"""[^\s'"`;&|<>(){}=,:]+""")
_SINK = "/dev/null"


def is_far_reaching(text: str, commands: Sequence[Words], place: Place) -> bool:
    """Whether a command line, understood as these commands, reaches outside, destroys, or hides what it names."""
    if any(word is None for words in commands for word in words):
        return True  # a variable, a glob, `~`: it may be anything by the time it runs
    names = {words[0] for words in commands if words}
    pieces = [piece for piece in _PIECES.findall(text) if piece not in names]
    return any(map(_destroys, commands)) or any(_is_outside(piece, place) for piece in pieces)


def _destroys(words: Words) -> bool:
    plain = list(_plain(words))
    return not DESTROYERS.isdisjoint(plain) or any((plain[0], word) in DESTROYING for word in plain[1:])


def _plain(words: Words) -> Iterator[str]:
    """All that may be the name of a program, without its folder; of a quoted line each piece."""
    for word in words:
        yield from (piece.rpartition("/")[2] for piece in _PIECES.findall(word or "") or [""])


def _is_outside(piece: str, place: Place) -> bool:
    if piece.startswith(("~", "$")):
        return True
    if piece == _SINK or not (piece.startswith("/") or ".." in piece.split("/")):
        return False
    return not place.holds(os.path.normpath(Path(place.cwd, piece)))
