import pytest

from chatls.tools.grammars import parser


@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("bash", "ls -l"),
        ("c", "int x;"),
        ("go", "package x\n"),
        ("lua", "x = 1"),
        ("python", "x = 1"),
        ("rust", "fn f() {}"),
        ("tsx", "<a />"),
        ("typescript", "let x: number"),
    ],
)
def test_every_language_has_a_parser(language: str, source: str) -> None:
    assert not parser(language).parse(source.encode()).root_node.has_error


def test_a_parser_keeps_to_its_language() -> None:
    assert parser("typescript").parse(b"<a />").root_node.has_error
