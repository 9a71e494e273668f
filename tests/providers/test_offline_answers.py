import re

import pytest

from chatls.providers import offline_answers as answers
from chatls.providers.offline_intents import Connect, Defined, Greeting, Help, Missing, Unclear, Words
from chatls.providers.offline_questions import understand
from chatls.providers.offline_results import Definition, Hit, Result


def examples(text: str) -> list[str]:
    return re.findall(r"^- (.*)$", text, re.M)


@pytest.mark.parametrize(
    "said",
    [
        Help(),
        Greeting(),
        Unclear(),
        Unclear(("Turn",)),
        Unclear((), ("a.py",)),
        Unclear(("Turn",), ("a.py",), for_model=True),
    ],
)
def test_every_example_is_understood(said: Words) -> None:
    shown = examples(answers.at_once(said))
    assert len(shown) == 4
    assert [it for it in shown if isinstance(understand([it]), Unclear | Help | Missing)] == []


def test_examples_fit_what_was_mentioned() -> None:
    assert all("`Turn`" in it for it in examples(answers.unclear(Unclear(("Turn",)))))
    assert "- outline `a.py`" in answers.unclear(Unclear((), ("a.py",)))


def test_how_to_get_a_model_is_told_in_steps() -> None:
    text = answers.at_once(Connect())
    assert "ollama serve" in text
    assert "`ollama pull " in text
    assert "ollama.address" in text


@pytest.mark.parametrize("what", [Missing("name"), Missing("file")])
def test_what_is_missing_is_asked_for_with_an_example(what: Missing) -> None:
    example = answers.at_once(what).partition("for example: ")[2]
    assert not isinstance(understand([example]), Unclear | Missing)


def test_a_failure_is_told_in_the_tools_words_without_its_arguments() -> None:
    failed = Result("Error (invalid_arguments): a.py has 3 lines; start_line must not be greater.")
    assert answers.failed(failed) == "I could not look that up: a.py has 3 lines."


def test_a_definition_in_another_case_is_not_passed_off_as_the_one_asked_for() -> None:
    found = [Definition("a.py", 1, "class", "Turn", "class Turn:")]
    text = answers.defined(Defined(("turn",)), found, Result("[nothing is spelled exactly turn; these differ]"))
    assert text.startswith("Nothing is spelled exactly `turn`, but in another case:")


@pytest.mark.parametrize(("whole", "more"), [(False, "“show it”"), (True, "“show `a.py:3-102`”")])
def test_a_definition_that_goes_on_says_how_to_see_more(whole: bool, more: str) -> None:
    found = [Definition("a.py", 1, "class", "Turn", "class Turn:")]
    source = [(1, "class Turn:"), (2, "    x = 1")]
    asked = Defined(("Turn",), whole=whole)
    assert more in answers.defined(asked, found, Result(""), source, cut=True)
    assert "goes on" not in answers.defined(asked, found, Result(""), source, cut=False)


def test_long_lists_are_cut_and_counted() -> None:
    found = [Hit("a.py", number, "x") for number in range(1, 100)]
    text = answers.mentions("x", [Hit(f"{hit.line}.py", 1, "x") for hit in found], Result(""))
    assert text.count("\n- ") == answers.MAX_PATHS + 1
    assert text.endswith("- … and 49 more")


def test_what_a_tool_says_of_its_result_is_passed_on() -> None:
    result = Result("a.py\n[more are not shown: narrow the pattern]\n[lines 1-2 of 9 shown; go on with start_line 3]")
    text = answers.files("a", ["a.py"], result)
    assert "_More are not shown: narrow the pattern._" in text
    assert "_Lines 1-2 of 9 shown._" in text


def test_one_and_many_are_told_apart() -> None:
    one = answers.mentions("x", [Hit("a.py", 1, "x"), Hit("a.py", 2, "x")], Result(""))
    assert one.startswith("1 file mentions `x`:\n\n- `a.py:1` `x` (and 1 more line)")
    assert answers.files("a", ["a.py", "ba.py"], Result("")).startswith("2 files match `a`:")
