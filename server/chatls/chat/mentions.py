"""`@path`, `@path:10-20`, `@"path with spaces"` and `@folder/` in a text, and `@agent` at its beginning.

Pure. Whether a mention names anything is found out in `lsp/mentions.py`, and what may follow an `@` in
`lsp/completion.py`. What stands in code (between backticks) mentions nothing.
"""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass

_STOPS = r"\s@\"'`*|,;:!?()\[\]{}<>，。；：！？（）"
_CODE = r"(?P<fence>`{3,}).*?(?:(?P=fence)|\Z)|(?P<tick>`{1,2})(?!`)[^`]+(?P=tick)"
_BEFORE = r"(?<![\w@/.\\-])@"
_MENTION = re.compile(
    rf'(?P<code>{_CODE})|{_BEFORE}(?:"(?P<quoted>[^"\n]+)"|(?P<plain>[^{_STOPS}]+))'
    r"(?P<lines>:(?P<first>\d{1,9})(?:-(?P<last>\d{1,9}))?)?",
    re.S,
)
_UNFINISHED = re.compile(
    rf'{_BEFORE}(?:"(?P<quoted>[^"\n]*)(?P<closed>")?|(?P<plain>[^{_STOPS}]*))(?P<lines>:(?P<part>[\w.-]*))?\Z'
)
_ADDRESS = re.compile(r"\s*@(?P<agent>[\w-]+)\s+(?P<rest>\S.*)", re.S)
_LAST_STOP = re.compile(r"(?<![/.])\.+\Z")


@dataclass(frozen=True, slots=True)
class Mention:
    """One mention. `lines` are 1-based and inclusive; `written` is all of it, from the `@` on."""

    path: str
    lines: tuple[int, int] | None
    written: str

    @property
    def is_path(self) -> bool:
        """Whether it was surely meant as one: `@property` and `@anna` are only words."""
        return any(sign in self.written for sign in '/.:"')


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A mention whose end is the end of the text: it begins at `start`, with its `@`.

    `lines` is what is typed of its range, behind the colon; None without one.
    """

    start: int
    path: str
    lines: str | None


def mentions(text: str) -> list[Mention]:
    """What a text mentions, in order, each once."""
    return list(dict.fromkeys(_mentions(text)))


def unfinished(before: str) -> Unfinished | None:
    """The mention in which a text ends; None if it does not end in one."""
    found = _UNFINISHED.search(before)
    if found is None or (found["quoted"] is not None and bool(found["lines"]) != bool(found["closed"])):
        return None
    return Unfinished(found.start(), found["quoted"] or found["plain"] or "", found["part"])


def addressed(content: str, agents: Container[str]) -> tuple[str | None, str]:
    """The agent that a message is for, where it begins with `@agent` and says more, and what it says."""
    found = _ADDRESS.match(content)
    return (found["agent"], found["rest"]) if found and found["agent"] in agents else (None, content)


def spelled(path: str) -> str:
    """How a path is mentioned: in quotes where it would not end with the word."""
    plain = f"@{path}"
    return plain if [mention.path for mention in mentions(plain)] == [path] else f'@"{path}"'


def _mentions(text: str) -> Iterator[Mention]:
    for found in _MENTION.finditer(text):
        if found["code"]:
            continue
        # The full stop that ends a sentence is not part of the path before it.
        path = found["quoted"] or (found["plain"] if found["lines"] else _LAST_STOP.sub("", found["plain"]))
        if path:
            shown = f'"{path}"' if found["quoted"] else path
            yield Mention(path, _lines(found), f"@{shown}{found['lines'] or ''}")


def _lines(found: re.Match[str]) -> tuple[int, int] | None:
    if not found["lines"]:
        return None
    first = max(int(found["first"]), 1)
    return first, max(int(found["last"] or first), first)
