"""What definitions look like in Python, TypeScript (and JavaScript, read by the same grammar) and Lua.

Only rules: from a syntax node to the definitions it makes. Node and field names are those of the tree-sitter grammars.
Read by `tools/symbols/parse.py`.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from chatls.tools.symbols.rules import Found, Kind, Language, named, type_of

if TYPE_CHECKING:
    from tree_sitter import Node

_FUNCTION_VALUES = frozenset({"arrow_function", "function_expression", "generator_function", "function_definition"})


def _python_targets(node: "Node") -> Iterable[Found]:
    """The names in `a = b, c = …`. A statement as a whole, so that none of them lies in another."""
    assignment = node.named_children[0] if node.named_child_count else None
    names: list[Node] = []
    while assignment and assignment.type == "assignment":
        left = assignment.child_by_field_name("left")
        several = left is not None and left.type in ("pattern_list", "tuple_pattern")
        names += left.named_children if left and several else [left] if left else []
        assignment = assignment.child_by_field_name("right")
    return [Found("variable", name) for name in names if name.type == "identifier"]


def _python_alias(node: "Node") -> Iterable[Found]:
    """`type Name[T] = …`: the name is the first leaf on the left."""
    left = node.child_by_field_name("left")
    while left and left.type != "identifier":
        left = left.named_children[0] if left.named_child_count else None
    return [Found("type", left)] if left else []


def _kind_by_value(node: "Node", otherwise: Kind, function: Kind = "function") -> Kind:
    value = type_of(node, "value")
    if value in _FUNCTION_VALUES:
        return function
    return "class" if value == "class" else otherwise


def _script_variable(node: "Node") -> Iterable[Found]:
    name = node.child_by_field_name("name")
    if name is None or name.type == "identifier":
        return [Found(_kind_by_value(node, "variable"), name)] if name else []
    parts = (part.child_by_field_name("value") or part for part in name.named_children)
    return [Found("variable", part) for part in parts if part.type.endswith(("identifier", "identifier_pattern"))]


def _script_field(node: "Node") -> Iterable[Found]:
    name = node.child_by_field_name("name")
    return [Found(_kind_by_value(node, "field", "method"), name)] if name else []


def _script_pair(node: "Node") -> Iterable[Found]:
    """A function in an object literal; other values there are data."""
    key = node.child_by_field_name("key")
    return [Found("method", key)] if key and _kind_by_value(node, "field") == "function" else []


def _script_assignment(node: "Node") -> Iterable[Found]:
    """`exports.name = function …` and `Type.prototype.name = function …`; other values there are data."""
    left = node.child_by_field_name("left")
    if left is None or left.type != "member_expression" or type_of(node, "right") not in _FUNCTION_VALUES:
        return []
    name = left.child_by_field_name("property")
    return [Found("function", name, left.child_by_field_name("object"))] if name else []


def _script_members(node: "Node") -> Iterable[Found]:
    return [Found("member", child) for child in node.named_children if child.type == "property_identifier"]


def _lua_name(kind: Kind, name: "Node") -> Iterable[Found]:
    """A plain name, or the last part of `a.b.c` and `a.b:c` with the table before it as owner."""
    if name.type == "identifier":
        return [Found(kind, name)]
    last, table = name.child_by_field_name("field") or name.child_by_field_name("method"), type_of(name, "table")
    if last is None or last.type != "identifier":
        return []
    # A value deeper in a foreign table (`vim.opt.number = true`) is a setting, not a definition.
    deep = kind != "function" and table != "identifier"
    return [] if deep else [Found(kind, last, name.child_by_field_name("table"))]


def _lua_function(node: "Node") -> Iterable[Found]:
    name = node.child_by_field_name("name")
    return _lua_name("function", name) if name else []


def _lua_assignment(node: "Node") -> Iterable[Found]:
    lists = {child.type: child.named_children for child in node.named_children}
    names, values = lists.get("variable_list", []), lists.get("expression_list", [])
    found: list[Found] = []
    for number, name in enumerate(names):
        function = number < len(values) and values[number].type == "function_definition"
        found += _lua_name("function" if function else "variable", name)
    return found


def _lua_field(node: "Node") -> Iterable[Found]:
    name = node.child_by_field_name("name")
    function = type_of(node, "value") == "function_definition"
    return [Found("function", name)] if name and name.type == "identifier" and function else []


PYTHON = Language(
    {
        "function_definition": named("function"),
        "class_definition": named("class"),
        "expression_statement": _python_targets,
        "type_alias_statement": _python_alias,
    },
)
TYPESCRIPT = Language(
    {
        "function_declaration": named("function"),
        "generator_function_declaration": named("function"),
        "function_signature": named("function"),
        "class_declaration": named("class"),
        "abstract_class_declaration": named("class"),
        "interface_declaration": named("interface"),
        "type_alias_declaration": named("type"),
        "enum_declaration": named("enum"),
        "enum_body": _script_members,
        "enum_assignment": named("member"),
        "internal_module": named("module"),
        "module": named("module"),
        "method_definition": named("method"),
        "method_signature": named("method"),
        "abstract_method_signature": named("method"),
        "public_field_definition": _script_field,
        "property_signature": named("field"),
        "variable_declarator": _script_variable,
        "pair": _script_pair,
        "assignment_expression": _script_assignment,
    },
    frozenset({"arrow_function", "function_expression", "generator_function", "class_static_block"}),
)
LUA = Language(
    {
        "function_declaration": _lua_function,
        "assignment_statement": _lua_assignment,
        "field": _lua_field,
    },
    frozenset({"function_definition"}),
)
