"""Plans step by step, with results that are written down here."""

from collections.abc import Sequence

import pytest

from chatls.providers.offline_intents import (
    Defined,
    Files,
    Help,
    Intent,
    Listing,
    Mentions,
    Outline,
    Project,
    Show,
    Used,
)
from chatls.providers.offline_plans import plan
from chatls.providers.offline_results import Call, Result
from chatls.providers.offline_words import Place

NONE = "No definition of it found."
INTENTS: Sequence[Intent] = (
    Defined(("Turn",)),
    Defined(("Turn", "turn"), "src", whole=True),
    Defined(("what::ever",), explain=True),
    Used(("Turn",), "src", calls=True),
    Mentions("low tide"),
    Files("*.py"),
    Listing("src"),
    Show(Place("a.py", 20, 10)),
    Outline("a.py"),
    Project(),
)


def run(intent: Intent, *results: str, otherwise: str = "") -> tuple[list[Call], str]:
    """The calls that a plan makes when it gets these results (and then `otherwise`), and its answer."""
    steps = plan(intent)
    assert not isinstance(steps, str)
    calls: list[Call] = []
    left = list(results)
    try:
        calls.append(next(steps))
        while True:
            calls.append(steps.send(Result(left.pop(0) if left else otherwise)))
    except StopIteration as end:
        return calls, end.value


def made(calls: Sequence[Call]) -> list[tuple[str, ...]]:
    return [(call.tool, *(f"{name}={value}" for name, value in call.arguments.items())) for call in calls]


def test_the_spellings_of_a_name_are_tried_in_turn() -> None:
    found = "a.py:3: class turn_table | class turn_table:"
    calls, answer = run(Defined(("TurnTable", "turn_table")), NONE, found, "3\tclass turn_table:\n4\t    pass")
    assert made(calls) == [
        ("find_symbol", "name=TurnTable"),
        ("find_symbol", "name=turn_table"),
        ("read_file", "path=a.py", "start_line=3", "line_count=10"),
    ]
    assert "`a.py:3`" in answer


def test_a_qualified_name_that_is_nowhere_is_looked_for_without_its_front() -> None:
    calls, answer = run(Defined(("Turn.go",)), NONE, "a.py:3: method Table.go | def go(self):", "3\t    def go(self):")
    assert made(calls)[1] == ("find_symbol", "name=go")
    assert answer.startswith("I found no `Turn.go`, but this:")
    assert "`Table.go` is a method, defined at `a.py:3`" in answer


def test_a_path_to_look_in_that_is_not_there_is_left_out() -> None:
    calls, _ = run(Defined(("Turn",), "nowhere"), "Error (not_found): nowhere does not exist", NONE)
    assert made(calls)[:2] == [("find_symbol", "name=Turn", "path=nowhere"), ("find_symbol", "name=Turn")]


def test_several_definitions_are_listed_without_reading_them() -> None:
    calls, answer = run(Defined(("run",)), "a.py:1: function run | def run():\nb.c:2: prototype run | int run(void);")
    assert len(calls) == 1
    assert "`run` is defined in 2 places:" in answer
    assert "- `b.c:2` prototype `run`: `int run(void);`" in answer


def test_a_name_without_definition_may_be_a_files_or_stand_in_text() -> None:
    calls, answer = run(Defined(("chat.buffer",)), NONE, NONE, "chat/buffer.py", "a.md:1: the Buffer")
    assert made(calls)[2:] == [
        ("find_files", "pattern=**/{chat/buffer,chat/buffer.*,chat/buffer/**}"),
        ("search_text", "pattern=\\bbuffer\\b", "ignore_case=True"),
    ]
    assert "- `chat/buffer.py`" in answer
    assert "- `a.md:1` `the Buffer`" in answer


def test_uses_leave_out_the_definition_and_follow_its_spelling() -> None:
    lines = "a.py:3: def Run(): ...\nb.py:1: Run()\nb.py:2: print(Run)"
    calls, answer = run(Used(("run",)), "a.py:3: function Run | def Run():", lines)
    assert made(calls)[1] == ("search_text", "pattern=\\bRun\\b")
    assert "`Run` is used in 2 lines of 1 file:" in answer
    assert "`a.py:3`." in answer
    assert "- `a.py:3`" not in answer


def test_calls_are_told_from_other_uses() -> None:
    lines = "b.py:1: from a import run\nb.py:2: run (1)\nb.py:3: prune()"
    _, answer = run(Used(("run",), calls=True), NONE, lines)
    assert "`run` is called in 1 line:\n\n- `b.py:2`" in answer
    assert "b.py:1" not in answer
    _, answer = run(Used(("run",), calls=True), NONE, "b.py:1: from a import run")
    assert "no call of `run`, but lines that mention it" in answer


def test_a_module_is_searched_for_by_its_whole_name_first() -> None:
    calls, answer = run(Used(("chatls.errors",)), "b.py:1: from chatls.errors import ChatError")
    assert made(calls) == [("search_text", "pattern=chatls.errors", "literal=True")]
    assert answer.startswith("`chatls.errors` is used in 1 line:")
    calls, _ = run(
        Used(("stack.push",)), "No matches.", "a.py:1: method Stack.push | def push(self):", "b.py:1: s.push()"
    )
    assert [call.tool for call in calls] == ["search_text", "find_symbol", "search_text"]


def test_a_name_that_is_no_word_is_searched_for_as_it_stands() -> None:
    calls, _ = run(Used(("größe",)), NONE, "No matches.")
    assert made(calls)[1] == ("search_text", "pattern=größe", "literal=True", "ignore_case=True")


def test_a_file_that_lies_elsewhere_is_found_by_its_name() -> None:
    missing = "Error (not_found): a.py does not exist"
    calls, answer = run(Show(Place("a.py", 20, 10)), missing, "src/a.py\nsrc/a.pyi", "10\tx = 1")
    assert made(calls) == [
        ("read_file", "path=a.py", "start_line=10", "line_count=11"),
        ("find_files", "pattern=a.py"),
        ("read_file", "path=src/a.py", "start_line=10", "line_count=11"),
    ]
    assert answer == "`src/a.py:10-10`:\n\n```python\nx = 1\n```"
    _, answer = run(Outline("a.py"), missing, "src/a.py\nlib/a.py")
    assert "Do you mean one of these?\n\n- `src/a.py`\n- `lib/a.py`" in answer


def test_a_folder_that_lies_elsewhere_is_found_by_what_is_in_it() -> None:
    missing = "Error (not_found): chat does not exist"
    calls, answer = run(Listing("chat"), missing, "server/chat/a.py\nserver/chat/deep/b.py", "a.py  (1 bytes)\ndeep/")
    assert made(calls)[1:] == [("find_files", "pattern=**/chat/**"), ("list_directory", "path=server/chat")]
    assert answer.startswith("`server/chat/` holds:")


@pytest.mark.parametrize(
    ("intent", "failure", "following"),
    [
        (Listing("a.py"), "not_a_folder", "outline_file"),
        (Outline("a.md"), "unsupported_language", "read_file"),
        (Show(Place("src")), "is_a_folder", "list_directory"),
    ],
)
def test_what_turns_out_to_be_something_else_is_shown_as_that(intent: Intent, failure: str, following: str) -> None:
    calls, _ = run(intent, f"Error ({failure}): it is not")
    assert calls[1].tool == following


def test_the_readme_nearest_to_the_top_tells_what_the_project_is() -> None:
    calls, answer = run(Project(), "docs/deep/README.md\nREADME.md\nlib/readme.txt", "1\t# Harbor\n2\t\n3\tBoats.")
    assert made(calls)[1] == ("read_file", "path=README.md", "line_count=40")
    assert "> # Harbor\n>\n> Boats." in answer
    calls, answer = run(Project(), "No files found.", "src/")
    assert calls[1].tool == "list_directory"
    assert answer.startswith("There is no README.")


@pytest.mark.parametrize("intent", INTENTS, ids=lambda intent: type(intent).__name__)
@pytest.mark.parametrize(
    "failure", ["Error (timeout): it was ended.", "Error (not_found): no.", "", "nonsense: 1: |", "[]"]
)
def test_a_plan_ends_whatever_its_tools_say(intent: Intent, failure: str) -> None:
    calls, answer = run(intent, otherwise=failure)
    assert len(calls) <= 6
    assert answer


def test_what_needs_no_looking_up_is_answered_at_once() -> None:
    assert isinstance(plan(Help()), str)
