"""From a source file's bytes to its definitions, by tree-sitter.

Pure: no file is opened here. It cannot be interrupted, and a source made to be slow takes minutes and gigabytes; so it
runs in a process of its own (`tools/symbols/worker.py`), and imports little. A walk over the whole tree, not
tree-sitter's queries: those need quadratic time wherever a source is mostly error.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from chatls.tools.grammars import parser
from chatls.tools.symbols.rules import FUNCTIONS, TYPES, VALUES, Found, Kind, Language
from chatls.tools.symbols.scripts import LUA, PYTHON, TYPESCRIPT
from chatls.tools.symbols.systems import GO, RUST, C

if TYPE_CHECKING:
    import tree_sitter
    from tree_sitter import Node

LANGUAGES = "Python, TypeScript, JavaScript, Go, Rust, Lua and C"
"""What can be read, in words."""
MAX_SIGNATURE = 200
"""Characters of a definition's own line that are shown."""
MAX_NAMES = 32
"""Names that a qualified name has at most; of one that lies deeper, the last."""
_SPAN = 8 * MAX_SIGNATURE  # bytes of source that are made into a signature: there is more space in it than text

_LANGUAGES: Mapping[str, Language] = {
    "python": PYTHON,
    "typescript": TYPESCRIPT,
    "tsx": TYPESCRIPT,
    "go": GO,
    "rust": RUST,
    "lua": LUA,
    "c": C,
}
_SUFFIXES: Mapping[str, str] = {
    suffix: language
    for language, suffixes in {
        "python": ".py .pyi .pyw",
        "typescript": ".ts .mts .cts",
        "tsx": ".tsx .js .jsx .mjs .cjs",
        "go": ".go",
        "rust": ".rs",
        "lua": ".lua",
        "c": ".c .h",
    }.items()
    for suffix in suffixes.split()
}


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition: the names it lies in and its own, with `separator` between them where they are written out;
    `line` counts from 1; `depth` is how many definitions it lies in; `signature` its text up to its body, on one line.

    `own` is more than one name where the definition itself says where it belongs (`function M.f()` in Lua).
    """

    kind: Kind
    within: tuple[str, ...]
    own: tuple[str, ...]
    separator: str
    line: int
    depth: int
    signature: str

    @property
    def names(self) -> tuple[str, ...]:
        return self.within + self.own

    @property
    def label(self) -> str:
        return self.separator.join(self.own)

    @property
    def qualified(self) -> str:
        return self.separator.join(self.names)


class _Frame(NamedTuple):
    """A definition, or a function without a name (`names` as outside), that the walk is in."""

    end: int
    kind: Kind
    names: tuple[str, ...]
    depth: int


def language_of(path: str) -> str | None:
    """The language of a file by its name's end; None for one that cannot be read here."""
    return _SUFFIXES.get(PurePosixPath(path).suffix.lower())


def definitions(source: bytes, language: str) -> list[Definition]:
    """All definitions of a source (UTF-8) in the order in which they stand. Errors in it cost what they touch."""
    rules = _LANGUAGES[language]
    found: list[Definition] = []
    frames = [_Frame(len(source) + 1, "module", (), 0)]
    for node in _nodes(parser(language).parse(source)):
        while node.start_byte >= frames[-1].end:
            frames.pop()
        if rule := rules.rules.get(node.type):
            made = [_definition(source, node, each, frames, rules.separator) for each in rule(node)]
            found += filter(None, made)
            # What lies in `a, b = …` lies in neither.
            if len(made) == 1 and (only := made[0]) is not None and only.kind not in ("field", "member"):
                frames.append(_Frame(node.end_byte, only.kind, only.names, only.depth + 1))
        elif node.type in rules.scopes:
            frames.append(_Frame(node.end_byte, "function", frames[-1].names, frames[-1].depth))
    return found


def _definition(source: bytes, node: "Node", found: Found, frames: list[_Frame], separator: str) -> Definition | None:
    name = _text(source, found.name).strip("\"'`")
    kind = _kind(found, name, frames)
    if kind is None or not name:
        return None
    body = _body(node)
    row = found.name.start_point.row if body is None else min(found.name.start_point.row, body.start_point.row)
    text = _signature(source, node, found.name, body)
    own = (*_owner(source, found.owner), name)
    within = frames[-1].names[-MAX_NAMES + len(own) :]
    return Definition(kind, within, own, separator, row + 1, frames[-1].depth, text)


def _owner(source: bytes, owner: "Node | None") -> Iterator[str]:
    """The names in an owner such as `M.parts` or `Type.prototype`; what a module exports belongs to nobody."""
    parts = _text(source, owner).removeprefix("module.").split(".") if owner else ()
    return (part for part in parts if part not in ("", "exports", "this", "prototype"))


def _kind(found: Found, name: str, frames: list[_Frame]) -> Kind | None:
    """What it is, seen from where it stands; None for a value inside a function, which is local."""
    around = next((frame.kind for frame in reversed(frames) if frame.kind not in VALUES), "module")
    if found.kind in VALUES and around in FUNCTIONS:
        return None
    if around in TYPES and found.kind == "variable":
        return "field"
    if around in TYPES and found.kind == "function":
        return "method"
    return "constant" if found.kind == "variable" and len(name) > 1 and name.isupper() else found.kind


def _body(node: "Node") -> "Node | None":
    """The body of a definition: its own, or that of the function or type it names."""
    if body := node.child_by_field_name("body"):
        return body
    for field in ("value", "right", "type"):
        inner = node.child_by_field_name(field)
        if body := inner.child_by_field_name("body") if inner else None:
            return body
    return None


def _signature(source: bytes, node: "Node", name: "Node", body: "Node | None") -> str:
    """The definition's text from the beginning of its line (or of itself, where other code stands before it) up to
    its body, or to the end of its name's line; decorators left out.

    Never looks further than what may be shown: a file may be a single line of many definitions.
    """
    first = next((child for child in node.children if child.type != "decorator"), node)
    begin = _line_begin(source, first.start_byte)
    line_end = source.find(b"\n", name.end_byte, name.end_byte + _SPAN)
    end = body.start_byte if body else node.end_byte if line_end < 0 else min(node.end_byte, line_end)
    text = " ".join(source[begin : min(end, begin + _SPAN)].decode("utf-8", "replace").split())
    text = text.rstrip("{ ")
    return text if len(text) <= MAX_SIGNATURE else text[: MAX_SIGNATURE - 1] + "…"


def _line_begin(source: bytes, start: int) -> int:
    """Where the line of a definition begins; `start` itself where that is far, or other code stands between."""
    farthest = max(0, start - MAX_SIGNATURE)
    begin = source.rfind(b"\n", farthest, start) + 1
    before = source[begin:start]
    far = not begin and farthest
    return start if far or b"{" in before or b";" in before else begin


def _nodes(tree: "tree_sitter.Tree") -> Iterator["Node"]:
    """All nodes in the order in which they begin, without recursion: sources may nest as deep as they like."""
    cursor = tree.walk()
    while True:
        if cursor.node is not None:
            yield cursor.node
        if cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


def _text(source: bytes, node: "Node") -> str:
    """A node's text, as much of it as is shown anywhere."""
    return source[node.start_byte : min(node.end_byte, node.start_byte + MAX_SIGNATURE)].decode("utf-8", "replace")
