"""What definitions look like in C, Go and Rust.

Only rules: from a syntax node to the definitions it makes. Node and field names are those of the tree-sitter grammars.
Read by `tools/symbols/parse.py`.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from chatls.tools.symbols.rules import Found, Kind, Language, Rule, named, type_of

if TYPE_CHECKING:
    from tree_sitter import Node

_C_KINDS: dict[str, Kind] = {"struct_specifier": "struct", "union_specifier": "union", "enum_specifier": "enum"}
_GO_KINDS: dict[str, Kind] = {"struct_type": "struct", "interface_type": "interface"}


def _c_declared(declarator: "Node | None") -> "tuple[Node, bool] | None":
    """The name in a declarator such as `*(*name)(int)`, and whether it is a function's.

    What stands nearest to the name decides: `*f(int)` is a function, `(*f)(int)` a pointer to one.
    """
    function, node = False, declarator
    while node and not node.type.endswith("identifier"):
        if node.type != "parenthesized_declarator":
            function = node.type == "function_declarator"
        inner = node.child_by_field_name("declarator")
        node = inner or (node.named_children[0] if node.named_child_count else None)
    return (node, function) if node else None


def _c_declarators(kind: Kind, function: Kind) -> Rule:
    """The rule for a node with any number of declarators."""

    def rule(node: "Node") -> Iterable[Found]:
        found = map(_c_declared, node.children_by_field_name("declarator"))
        return [Found(function if is_function else kind, name) for name, is_function in filter(None, found)]

    return rule


def _c_typedef(node: "Node") -> Iterable[Found]:
    made = node.child_by_field_name("type")
    kind = _C_KINDS.get(made.type, "type") if made and made.child_by_field_name("body") else "type"
    return _c_declarators(kind, "type")(node)


def _c_body(node: "Node") -> Iterable[Found]:
    """`struct name {…}`; without a body it is only mentioned."""
    return named(_C_KINDS[node.type])(node) if node.child_by_field_name("body") else []


def _go_type(node: "Node") -> Iterable[Found]:
    return named(_GO_KINDS.get(type_of(node, "type"), "type"))(node)


def _go_method(node: "Node") -> Iterable[Found]:
    """`func (s *Stack[T]) Push()` belongs to Stack."""
    name, owner = node.child_by_field_name("name"), node.child_by_field_name("receiver")
    while owner and owner.type != "type_identifier":
        owner = owner.child_by_field_name("type") or (owner.named_children[0] if owner.named_child_count else None)
    return [Found("method", name, owner)] if name else []


def _rust_impl(node: "Node") -> Iterable[Found]:
    """`impl<T> Trait for module::Type<T>`: named after the type."""
    name = node.child_by_field_name("type")
    while name and name.type != "type_identifier":
        name = name.child_by_field_name("name") or name.child_by_field_name("type")
    return [Found("impl", name)] if name else []


C = Language(
    {
        "function_definition": _c_declarators("function", "function"),
        "declaration": _c_declarators("variable", "prototype"),
        "type_definition": _c_typedef,
        "struct_specifier": _c_body,
        "union_specifier": _c_body,
        "enum_specifier": _c_body,
        "enumerator": named("member"),
        "field_declaration": _c_declarators("field", "field"),
        "preproc_def": named("macro"),
        "preproc_function_def": named("macro"),
    },
)
GO = Language(
    {
        "function_declaration": named("function"),
        "method_declaration": _go_method,
        "type_spec": _go_type,
        "type_alias": named("type"),
        "field_declaration": named("field"),
        "method_elem": named("method"),
        "const_spec": named("constant"),
        "var_spec": named("variable"),
    },
    frozenset({"func_literal"}),
)
RUST = Language(
    {
        "function_item": named("function"),
        "function_signature_item": named("function"),
        "struct_item": named("struct"),
        "enum_item": named("enum"),
        "union_item": named("union"),
        "trait_item": named("trait"),
        "impl_item": _rust_impl,
        "mod_item": named("module"),
        "type_item": named("type"),
        "associated_type": named("type"),
        "const_item": named("constant"),
        "static_item": named("variable"),
        "macro_definition": named("macro"),
        "enum_variant": named("member"),
        "field_declaration": named("field"),
    },
    frozenset({"closure_expression"}),
    separator="::",
)
