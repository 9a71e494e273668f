import pytest

from chatls.tools.base import ToolError
from chatls.tools.reading.globs import matching, named


@pytest.mark.parametrize(
    ("glob", "matched", "other"),
    [
        ("*.py", ["a.py", "x/y/a.PY", ".py"], ["a.pyc", "a.py/b"]),
        ("src/*.py", ["src/a.py"], ["src/x/a.py", "x/src/a.py"]),
        ("./src/*.py", ["src/a.py"], ["a.py"]),
        ("/src/*.py", ["src/a.py"], ["a.py"]),
        ("**/*.py", ["a.py", "x/y/a.py"], ["a.js"]),
        ("src/**/a.py", ["src/a.py", "src/x/y/a.py"], ["a.py", "src/xa.py"]),
        ("src/**", ["src/a", "src/x/y"], ["a", "src"]),
        ("a**b", ["ab", "axb"], ["a"]),
        ("?.py", ["a.py", "é.py"], ["ab.py", "/.py"]),
        ("[ab].py", ["a.py"], ["c.py"]),
        ("[!ab].py", ["c.py", "^.py"], ["a.py"]),
        ("[a-c]x", ["bx"], ["dx"]),
        ("[]]x", ["]x"], ["x"]),
        (r"[\d]x", ["dx", "\\x"], ["1x"]),
        ("*.{ts,tsx}", ["a.ts", "a.tsx"], ["a.js", "a.{ts,tsx}"]),
        ("{a,b{c,d}}.x", ["a.x", "bc.x", "bd.x"], ["b.x"]),
        ("{src,lib}/**/*.c", ["src/a.c", "lib/x/a.c"], ["a.c"]),
        ("a{b", ["a{b"], ["ab"]),
        ("a}b,c", ["a}b,c"], ["ab"]),
        (r"\*.py", ["*.py"], ["a.py"]),
        ("a+(b).$", ["a+(b).$"], ["aab"]),
        ("*", ["a", "x/\ny"], []),
    ],
)
def test_a_glob_matches_what_people_mean(glob: str, matched: list[str], other: list[str]) -> None:
    wanted = matching(glob)
    assert [name for name in [*matched, *other] if wanted([name])] == matched


def test_one_name_of_several_is_enough() -> None:
    assert matching("src/*")(["a", "src/a"])


@pytest.mark.parametrize(
    ("pattern", "name", "found"),
    [("VIEW", "src/view.py", True), ("src", "src/view.py", False), ("rc/vi", "src/view.py", True), (" ü", "Ü", True)],
)
def test_what_is_no_glob_is_a_part_of_the_name(pattern: str, name: str, found: bool) -> None:
    assert named(pattern)([name]) == found


def test_a_pattern_that_is_too_long_is_refused() -> None:
    with pytest.raises(ToolError) as caught:
        matching("*" + "a" * 10_000)
    assert caught.value.code == "unsupported_pattern"
