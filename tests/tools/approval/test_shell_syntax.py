"""What the grammar of bash says about a line, and that it says nothing where it is not sure."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatls.tools.approval import shell_syntax
from chatls.tools.approval.shell_syntax import MAX_LINE, MAX_SECONDS, ShellLine, simple_words, understood
from chatls.tools.approval.shell_words import plain_words


@pytest.mark.parametrize(
    ("line", "commands"),
    [
        ("cargo test 2>&1 | tail -5", [("cargo", "test"), ("tail", "-5")]),
        ("cd 'a b' && (make; ls) || ! id", [("cd", "a b"), ("make",), ("ls",), ("id",)]),
        ('echo $(id -u) "$HOME" *.py a\\ b', [("echo", None, None, None, None), ("id", "-u")]),
        ('echo "a"\'b\'c 5 ""', [("echo", "abc", "5", "")]),
        ("ls > out < in", [("ls",)]),
    ],
)
def test_the_commands_in_a_line_are_found(line: str, commands: list[tuple[str | None, ...]]) -> None:
    read = understood(line)
    assert read is not None
    assert list(read.commands) == commands


@pytest.mark.parametrize(
    "line",
    [
        *("if ls; then id; fi", "for x in a; do id; done", "f() { id; }", "case x in esac", "while :; do id; done"),
        *("a=b ls", "export X=1", "ls\nid", "ls \\\n;id", "ls #\nid", "cat <<E\nid\nE", "ls &", "ls 'a", "ls $((1+1))"),
        *(
            "ls <(id)",
            "echo ${x:-$(id)}",
            "ls `id`",
            "(ls",
            'ls "a',
            "echo $(ls",
            "{ ls; }",
            "[[ a ]]",
            "ls $'a'",
            "ls &&",
            "\x00ls)",
        ),
        *("ls \ud800", "ls " + "a" * MAX_LINE),
    ],
)
def test_what_is_not_on_the_list_is_not_understood(line: str) -> None:
    assert understood(line) is None


@pytest.mark.parametrize(
    "line", ["ls; id", "ls | id", "ls > f", "! ls", "(ls)", "echo $X", "l\\s", "time ls", "", "ls;"]
)
def test_only_one_command_of_literals_is_simple(line: str) -> None:
    assert simple_words(line) is None


@pytest.mark.parametrize("line", ["ls", " ls  -la ", "rg 'a b' \"c\"d", "git status", "ls a=b", "echo ''"])
def test_both_readings_of_a_simple_command_agree(line: str) -> None:
    assert simple_words(line) == plain_words(line) is not None


@pytest.mark.parametrize("line", ["ls; id", "ls 'a'", "ls $(id)", "id"])
def test_where_the_readings_differ_nothing_is_said(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def lying(_line: str) -> tuple[str, ...]:
        return ("ls",)

    monkeypatch.setattr(shell_syntax, "plain_words", lying)
    assert simple_words(line) is None
    assert simple_words("ls") == ("ls",)


@settings(max_examples=300, deadline=None)
@given(st.text("ab -='\"/.:@%+,{}$;\\\n#~*0159", max_size=20))
def test_what_is_simple_was_read_the_same_way_twice(tail: str) -> None:
    line = f"rg {tail}"
    if (words := simple_words(line)) is not None:
        assert understood(line) == ShellLine((words,), alone=True)


def test_a_line_that_crashes_the_grammar_is_not_given_to_it() -> None:
    """Its scanner looks up characters beyond the end of a table of the C library: that took the process with it."""
    crashing = "\\\U00058904{\U000e10a5`\U000fea84=] ꀝ"
    assert [understood(f"{'x' * number}{crashing}") for number in range(500)] == [None] * 500


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=40))
def test_any_line_leaves_the_process_alive(line: str) -> None:
    read = understood(line)
    assert read is None or all(words for words in read.commands)


def test_letters_that_are_not_ascii_are_letters() -> None:
    read = understood("git commit -m 'für é' && ls ünï")
    assert read is not None
    assert read.commands == (("git", "commit", "-m", "für é"), ("ls", None))


@pytest.mark.parametrize("piece", ["|{", "!|", ")[", "+(>", "x=(@(", "((", "[[", "$(", "<<A\n", "'", "case x in "])
def test_a_line_made_to_be_slow_is_given_up(piece: str) -> None:
    began = time.thread_time()
    understood(piece * (MAX_LINE // len(piece)))
    assert time.thread_time() - began < 5 * MAX_SECONDS
