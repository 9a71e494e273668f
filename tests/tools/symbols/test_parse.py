import pytest

from chatls.tools.symbols.parse import MAX_NAMES, MAX_SIGNATURE, Definition, definitions, language_of


def found(source: str | bytes, language: str = "python") -> list[Definition]:
    raw = source if isinstance(source, bytes) else source.encode()
    return definitions(raw, language)


def signatures(source: str, language: str = "python") -> list[str]:
    return [it.signature for it in found(source, language)]


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("a.py", "python"),
        ("a.PYI", "python"),
        ("src/a.test.ts", "typescript"),
        ("a.tsx", "tsx"),
        ("a.mjs", "tsx"),
        ("a.go", "go"),
        ("a.rs", "rust"),
        ("a.lua", "lua"),
        ("a.h", "c"),
        ("a.cpp", None),
        ("py", None),
        (".py", None),
    ],
)
def test_a_language_is_known_by_the_end_of_a_name(name: str, language: str | None) -> None:
    assert language_of(name) == language


def test_a_signature_over_several_lines_becomes_one() -> None:
    source = "async def fetch(\n    url: str,\n    *,\n    retries: int = 3,\n) -> bytes:\n    return b''\n"
    assert signatures(source) == ["async def fetch( url: str, *, retries: int = 3, ) -> bytes:"]


def test_a_signature_has_no_decorators_and_keeps_what_exports_it() -> None:
    source = """\
@logged
class Row {}
@logged
export class Panel {
  @bound
  draw(): void {}
}
export const run = (n: number) => { };
"""
    assert signatures(source, "typescript") == [
        "class Row",
        "export class Panel",
        "draw(): void",
        "export const run = (n: number) =>",
    ]


def test_a_definition_behind_another_on_its_line_does_not_show_it() -> None:
    assert signatures("int first(void) { return 1; } int second(void) { return 2; }\n", "c") == [
        "int first(void)",
        "int second(void)",
    ]


def test_a_long_value_is_cut() -> None:
    (text,) = signatures("table = [" + "1, " * 1000 + "]\n")
    assert text.startswith("table = [1, 1,")
    assert len(text) == MAX_SIGNATURE
    assert text.endswith("…")


def test_a_type_that_is_named_behind_its_body_begins_where_the_body_does() -> None:
    (pair, _) = found("typedef struct {\n  int left;\n} pair_t;\n", "c")
    assert (pair.line, pair.signature) == (1, "typedef struct")


def test_a_decorated_function_stands_where_its_name_does() -> None:
    assert [it.line for it in found("@one\n@two(\n  3)\ndef run(): ...\n")] == [4]


@pytest.mark.parametrize(
    ("language", "source", "whole"),
    [
        ("python", "class A:\n    def good(self): pass\n    def bad(self:\n\ndef after(): pass\n", {"good", "after"}),
        ("typescript", "class A { good() {} bad( {} }\nfunction after() {}\n", {"A", "after"}),
        ("go", "package p\nfunc good() {}\nfunc bad( {\nfunc after() {}\n", {"good"}),
        ("rust", "fn good() {}\nfn bad( {}\nstruct After;\n", {"good", "After"}),
        ("lua", "function good() end\nfunction bad( end\nfunction after() end\n", {"good", "after"}),
        ("c", "int good(void) { return 1; }\nint bad( {\nint after(void) { return 2; }\n", {"good"}),
    ],
)
def test_an_error_in_a_source_costs_only_what_it_touches(language: str, source: str, whole: set[str]) -> None:
    assert whole <= {it.own[-1] for it in found(source, language)}


def test_names_and_lines_are_right_behind_characters_of_several_bytes() -> None:
    assert [(it.line, it.label) for it in found('süß = "€ 𝄞"\ndef größe(): ...\n')] == [(1, "süß"), (2, "größe")]


def test_bytes_that_are_no_text_are_survived() -> None:
    assert found(b"def a(): pass\n\xff\xfe\x00\ndef b(): pass\n")[0].label == "a"


def test_nesting_as_deep_as_one_likes_needs_no_recursion_and_little_room() -> None:
    deepest = found("mod a{" * 20_000 + "fn run() {}" + "}" * 20_000, "rust")[-1]
    assert (deepest.kind, deepest.depth, len(deepest.names)) == ("function", 20_000, MAX_NAMES)
