import tree_sitter
import tree_sitter_go

from chatls.tools.symbols.rules import FUNCTIONS, TYPES, VALUES, named, type_of


def node(source: str, *path: int) -> tree_sitter.Node:
    """The node that a path of named children leads to in a Go source."""
    found = tree_sitter.Parser(tree_sitter.Language(tree_sitter_go.language())).parse(source.encode()).root_node
    for index in path:
        found = found.named_children[index]
    return found


def test_a_field_that_is_repeated_gives_as_many_definitions() -> None:
    found = list(named("variable")(node("package p\nvar first, second int\n", 1, 0)))
    assert [(each.kind, each.name.text, each.owner) for each in found] == [
        ("variable", b"first", None),
        ("variable", b"second", None),
    ]


def test_a_node_without_the_field_defines_nothing() -> None:
    assert list(named("function", "no_such_field")(node("package p\nfunc run() {}\n", 1))) == []


def test_the_type_of_a_field_is_empty_where_there_is_none() -> None:
    spec = node("package p\nvar first = func() {}\nvar second int\n", 1, 0)
    assert type_of(spec, "value") == "expression_list"
    assert type_of(spec, "type") == ""


def test_no_kind_is_of_two_sorts() -> None:
    assert len(FUNCTIONS | TYPES | VALUES) == len(FUNCTIONS) + len(TYPES) + len(VALUES)
