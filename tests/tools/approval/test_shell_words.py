"""Our own reading of a line: what it accepts, every shell reads the same way."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chatls.tools.approval.shell_words import plain_words
from tests.support.commands import words_in_shell

SHELLS = ["/bin/bash", "/bin/sh"]
BORDER = " \t\n\r'\"\\$`{}[]()*?~!#&|;<>=^%,.-+/:@_abzAZ019éß\u00a0\u202e\x00\x1b"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("ls", ("ls",)),
        (" \tls  -la\t", ("ls", "-la")),
        ("rg 'a $b' \"c d\"e''  ''", ("rg", "a $b", "c de", "")),
        ("git commit -m='x=\"y\"' a=b", ("git", "commit", '-m=x="y"', "a=b")),
        ("echo 'é' a:b %1 x@y 1,2", ("echo", "é", "a:b", "%1", "x@y", "1,2")),
    ],
)
def test_bare_words_and_quoted_literals_are_read(line: str, words: tuple[str, ...]) -> None:
    assert plain_words(line) == words


@pytest.mark.parametrize(
    "line",
    [
        *("", " ", "ls;", "ls\nid", "ls\n", "ls\rid", "ls \\\n", "ls 'a\nb'", "ls # x", "ls &", "l\\s", "$X", '"$X"'),
        *("a=b ls", "'ls' x", "l's'", "if x", "time ls", "{ ls", "! ls", "~/ls", "ls ~", "ls *", "ls a?", "ls [a]"),
        *("ls {a,b}", "ls a!b", 'ls "a!b"', "ls ^a", "ls =x", "ls '", 'ls "a', "ls é", "ls \u200b", "ls (a)", "ls >f"),
        *("[[ a ]]", "ls $'a'", "ls `id`", 'ls "`id`"', "ls <a", "ls |id", "ls 'a\x00'", "ls '\u202e'", 'ls "a\\"'),
    ],
)
def test_everything_else_is_not(line: str) -> None:
    assert plain_words(line) is None


@pytest.mark.parametrize("shell", SHELLS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tails=st.lists(st.text(BORDER, max_size=12), min_size=50, max_size=100))
@example(tails=["'a'\"b\"c", "a=b", "-x --", "''", '""', "a#b", "%1 @ +", "x:y", "é", "'é'", "a,b", "./*"])
def test_near_the_border_no_line_is_read_that_a_shell_would_expand(
    tmp_path: Path, shell: str, tails: list[str]
) -> None:
    for name in ("a", "ab", "b", "-x", "z1"):
        (tmp_path / name).touch()
    lines = [f"echo {tail}" for tail in tails]
    read = {line: words for line in lines if (words := plain_words(line)) is not None}
    assert words_in_shell(list(read), tmp_path, shell=shell) == list(read.values())


def test_a_long_line_is_read_in_linear_time() -> None:
    assert plain_words("echo " + "a 'b' " * 50_000 + ";") is None
    assert plain_words("echo " + "'" * 200_001) is None
