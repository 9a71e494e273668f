"""A user's message as the offline assistant reads it: sentences of words, names and paths, and what was attached.

Pure. No understanding here; that is `offline_questions.py`, which alone calls it.
"""

import re
from dataclasses import dataclass
from typing import Literal

from chatls.providers.offline_vocabulary import FILE_ENDS, FILE_NAMES

MAX_QUESTION = 2_000
"""Characters of a message that are read; a question is shorter."""

NAME_PARTS = re.compile(r"::|->|[.:#]")
"""What stands between the parts of a qualified name."""

# As `chat/context.py` writes them: after the user's own words, or alone.
_ATTACHED = re.compile(
    r'(?:\A|\n\n)<(file|folder|selection|diagnostics|text) (?:path|name)="([^"\n]{1,4096})"(?: lines="(\d+)-(\d+)")?>\n'
)
_ONE_NAME = re.compile(r"([A-Za-z_][\w.:]{0,199})\n</")
_MENTION = re.compile(r'@"([^"\n]+)"((?:[:#]L?\d{1,7}(?:[-–]L?\d{1,7})?)?)')
_TOKEN = re.compile(r"@\"[^\"\n]+\"\S*|`([^`\n]+)`|[\"“]([^\"”\n]+)[\"”]|(?<!\w)'([^'\n]+)'(?!\w)|(\S+)")
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+|\n+")
_PLACE = re.compile(r"(?:[:#]L?(\d{1,7})(?:[-–]L?(\d{1,7}))?)$")
_CONTRACTION = re.compile(r"\b((?:what|where|who|how)(?=['’]?s\b)|(?:which|that|there|it)(?=['’]s\b))['’]?s\b", re.I)
_LINES = re.compile(r"\blines? (\d{1,7})(?: ?(?:-|–|to|through|until|and) ?(\d{1,7}))?", re.I)
_RANGE = re.compile(r"(?<!\S)(\d{1,7})[-–](\d{1,7})(?!\S)")
_FIRST = re.compile(r"\bfirst (\d{1,7}) lines\b", re.I)
_NAME = re.compile(r"[\w$.:#>-]+!?")
_HUMP = re.compile(r"[a-z0-9][A-Z]|[A-Z]{2}|[A-Za-z]\d|\w_\w|^_\w|::|->|\w#\w")
_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+")
_DOTFILE = re.compile(r"\.[A-Za-z][\w-]{0,30}")
_NO_NAMES = frozenset({"e.g", "i.e", "etc", "and/or", "AI", "OK", "LLM", "API", "README"})


@dataclass(frozen=True, slots=True)
class Token:
    """A word as it was written, or what was quoted; never with the marks around it.

    A "name" is certainly one, something "quoted" may be a text just as well, and a "capital" may be a name or just a
    noun.
    """

    text: str
    kind: Literal["word", "capital", "name", "path", "quoted"]

    @property
    def word(self) -> str:
        return self.text.lower()


@dataclass(frozen=True, slots=True)
class Attachment:
    """The first thing attached to a message; `name` is its text where that is a single name."""

    kind: str
    path: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A path with, maybe, the lines that are meant: from 1, both included."""

    path: str
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """What a user wrote, sentence by sentence, without what was attached to it."""

    sentences: tuple[str, ...]
    attached: Attachment | None


def read(content: str) -> Message:
    """A user message, attachments and all. What an attached file says is not read as the user's words."""
    begin = _ATTACHED.search(content)
    own = (content[: begin.start()] if begin else content)[:MAX_QUESTION]
    sentences = tuple(part.strip() for part in _SENTENCE_END.split(own) if part.strip())
    return Message(sentences, _attachment(content, begin) if begin else None)


def _attachment(content: str, begin: re.Match[str]) -> Attachment:
    path = begin[2].replace("&quot;", '"').replace("&amp;", "&")
    name = _ONE_NAME.match(content, begin.end())
    return Attachment(begin[1], path, name[1] if name else "")


def tokens(sentence: str) -> tuple[Token, ...]:
    """The words of a sentence in their order."""
    text = _CONTRACTION.sub(r"\1 is", sentence)
    if text.isupper() and " " in text:
        text = text.lower()  # who shouts has no other way to write names
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        if mention := _MENTION.match(match[0]):
            found.append(Token(mention[1] + mention[2], "path"))
            continue
        marked = match[1] or match[2] or match[3]
        token = _marked(marked.strip(), code=bool(match[1])) if marked else _plain(match[4], first=not found)
        if token.text:
            found.append(token)
    return tuple(found)


def place(text: str) -> Place:
    """A path as people write one: `@src/a.py:10-20`, `a.py#L5`."""
    bare = text.removeprefix("@")
    lines = _PLACE.search(bare)
    if lines is None:
        return Place(bare)
    first = int(lines[1])
    return Place(bare[: lines.start()], first, int(lines[2]) if lines[2] else first)


def lines_in(sentence: str) -> tuple[int, int] | None:
    """The lines that a sentence names: "lines 10 to 20 of", "the first 5 lines", "10-20"."""
    if first := _FIRST.search(sentence):
        return 1, int(first[1])
    found = _LINES.search(sentence) or _RANGE.search(sentence)
    return (int(found[1]), int(found[2] or found[1])) if found else None


def is_file(text: str) -> bool:
    """Whether a word can only be a file's name."""
    name = place(text).path.rpartition("/")[2].lower()
    return name in FILE_NAMES or ("." in name and name.rpartition(".")[2] in FILE_ENDS and not name.startswith("*"))


def is_name(text: str) -> bool:
    """Whether a quoted text can be a name at all."""
    return _NAME.fullmatch(text) is not None


def is_glob(text: str) -> bool:
    return "*" in text and ("." in text or "/" in text)


def _marked(text: str, *, code: bool) -> Token:
    if is_file(text) or (_is_path(text) and (code or text.endswith("/"))):
        return Token(text, "path")
    bare = _without_call(text)
    if not is_name(bare):
        return Token(text, "quoted")
    return Token(bare, "name" if code or _is_code(bare) else "quoted")


def _plain(raw: str, *, first: bool) -> Token:
    text = raw.strip("`\"'“”‘’,;!?[]{}<>").rstrip(".:").removesuffix("'s").removesuffix("’s")
    text = text.strip("()`") if text.startswith("(") else text
    called = "(" in text
    text = _without_call(text)
    if text in _NO_NAMES:
        return Token(text, "word")
    if _is_path(text):
        return Token(text.removeprefix("@"), "path")
    if called or _is_code(text):
        return Token(text, "name")
    return Token(text, "capital" if text[:1].isupper() and not first and text != "I" else "word")


def _without_call(text: str) -> str:
    """`run(a, b)` → `run`."""
    return text.partition("(")[0] or text


def _is_code(text: str) -> bool:
    return bool(_HUMP.search(text) or _DOTTED.fullmatch(text))


def _is_path(text: str) -> bool:
    if " " in text or "(" in text or text in _NO_NAMES:
        return False
    return "/" in text or text.startswith("@") or is_file(text) or bool(_DOTFILE.fullmatch(text)) or is_glob(text)
