import pytest

from chatls.chat.events import Usage
from chatls.errors import ProviderError
from chatls.providers.script import Answer, Call, Echo, Enter, Fail, Say, Script, Step, Wait, parse


def steps(text: str) -> tuple[Step, ...]:
    """The steps of a script with one answer, written as the inside of its list."""
    return parse(f"[[answer]]\nsteps = [{text}]", "x.toml").answers[0].steps


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ('{ text = "a b" }', Say("a b")),
        ('{ thinking = "hm" }', Say("hm", thinking=True)),
        ('{ tool = "f", args = { a = 1 } }', Call("f", {"a": 1})),
        ('{ tool = "f" }', Call("f", {})),
        ('{ tool = "f", args = "{broken" }', Call("f", "{broken")),
        ("{ echo = true }", Echo()),
        ("{ wait = 2 }", Wait(2.0)),
        ('{ phase = "loading" }', Enter("loading")),
        ('{ error = "no" }', Fail("provider_error", "no")),
        ('{ error = "no", status = 503, times = 2 }', Fail("provider_error", "no", 503, retryable=True, times=2)),
        ('{ error = "no", reason = "rate_limited", status = 429, retry_after = 7 }',
         Fail("rate_limited", "no", 429, 7.0, retryable=True)),
        ("{ cut = true }", Fail("stream_interrupted", "The script breaks off here.", retryable=True)),
        ("{ malformed = true }", Fail("provider_protocol", "The script sends lines here that cannot be read.")),
    ],
)  # fmt: skip
def test_a_step_is_read(text: str, step: Step) -> None:
    assert steps(text) == (step,)


def test_a_whole_script_is_read() -> None:
    text = """
        rate = 40
        loop = false
        [[answer]]
        steps = [{ text = "a" }]
        finish = "max_tokens"
        prompt_tokens = 10
        completion_tokens = 2
        [[answer]]
    """
    first = Answer((Say("a"),), "max_tokens", Usage(10, 2, context_tokens=12))
    assert parse(text, "x.toml") == Script((first, Answer(())), 40.0, loop=False)


@pytest.mark.parametrize(("loop", "expected"), [(True, "abab"), (False, "abbb")])
def test_after_the_last_answer_the_first_comes_again_or_the_last_stays(loop: bool, expected: str) -> None:
    script = Script((Answer((Say("a"),)), Answer((Say("b"),))), loop=loop)
    texts = [script.answer(call).steps[0] for call in range(4)]
    assert texts == [Say(letter) for letter in expected]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "expected at least one [[answer]]"),
        ("answer = 1", "answer: expected a list"),
        ("answer = [1]", "answer 1: expected a table"),
        ("rate = 'fast'\n[[answer]]", "rate: expected a number"),
        ("[[answer]]\nsteps = 1", "steps: expected a list"),
        ("[[answer]]\nsteps = ['a']", "answer 1, step 1: expected one of text, thinking, tool"),
        ("[[answer]]\n[[answer]]\nsteps = [{ text = '' }, { txet = '' }]", "answer 2, step 2: expected one of"),
        ("[[answer]]\nsteps = [{ text = 1 }]", "answer 1, step 1: text: expected a text"),
        ("[[answer]]\nsteps = [{ tool = 'f', args = 1 }]", "args: expected a table or a text"),
        ("[[answer]]\nsteps = [{ wait = 'long' }]", "wait: expected a number"),
        ("[[answer]]\nsteps = [{ phase = 'lunch' }]", "phase is one of connecting, loading"),
        ("[[answer]]\nsteps = [{ error = 'no', reason = 'mood' }]", "reason is one of"),
        ("[[answer]]\nsteps = [{ error = 'no', times = 'often' }]", "times: expected a whole number"),
        ("[[answer]]\nfinish = 'soon'", "answer 1: finish is one of end_turn"),
        ("answer = [", "Invalid value"),
    ],
)  # fmt: skip
def test_a_script_that_is_none_says_where_and_what_was_expected(text: str, complaint: str) -> None:
    with pytest.raises(ProviderError) as caught:
        parse(text, "x.toml")
    assert caught.value.message.startswith("The script x.toml cannot be read: ")
    assert complaint in caught.value.message
