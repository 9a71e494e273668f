"""The words in which a language says what its definitions look like: a rule for each kind of syntax node.

Pure, and free of any one language: `tools/symbols/scripts.py` and `tools/symbols/systems.py` hold the rules themselves,
`tools/symbols/parse.py` applies them while it walks a tree.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from tree_sitter import Node

Kind = Literal[
    "class", "constant", "enum", "field", "function", "impl", "interface", "macro", "member", "method", "module",
    "prototype", "struct", "trait", "type", "union", "variable",
]  # fmt: skip

FUNCTIONS = frozenset[Kind]({"function", "method"})
"""What is defined inside them as a value is local: nobody asks where it is defined."""
TYPES = frozenset[Kind]({"class", "enum", "impl", "interface", "struct", "trait", "type", "union"})
"""A function right inside one is a method, a value is a field."""
VALUES = frozenset[Kind]({"constant", "field", "member", "variable"})


class Found(NamedTuple):
    """A definition that a rule found: the nodes of its name, and of what it says itself that it belongs to (the
    receiver's type in Go, the table in Lua)."""

    kind: Kind
    name: "Node"
    owner: "Node | None" = None


Rule = Callable[["Node"], Iterable[Found]]


@dataclass(frozen=True, slots=True)
class Language:
    """How to find the definitions of one language: a rule by node type; `scopes` are functions without a name."""

    rules: Mapping[str, Rule]
    scopes: frozenset[str] = frozenset()
    separator: str = "."


def named(kind: Kind, field: str = "name") -> Rule:
    """The rule for a node that holds its name in a field. A field that is repeated gives as many definitions."""

    def rule(node: "Node") -> Iterable[Found]:
        return [Found(kind, name) for name in node.children_by_field_name(field) if name.is_named]

    return rule


def type_of(node: "Node", field: str) -> str:
    """The type of a field's node; "" where it has none."""
    child = node.child_by_field_name(field)
    return child.type if child else ""
