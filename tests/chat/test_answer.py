"""One model call's answer, folded from its events."""

from chatls.chat.answer import Answer
from chatls.chat.events import Finish, Phase, Thinking, Token
from chatls.chat.messages import Message
from tests.support.heart import call


def folded(*events: Phase | Token | Thinking | Finish) -> Answer:
    answer = Answer()
    for event in events:
        answer.fold(event)
    return answer


def test_text_and_thinking_are_kept_apart() -> None:
    answer = folded(Thinking("Hm"), Token("Yes"), Thinking("m."), Token("."))
    assert answer.message() == Message("assistant", "Yes.", thinking="Hmm.")


def test_only_the_calls_that_get_a_result_are_in_the_message() -> None:
    answer = Answer()
    answer.fold(call(a=1))
    assert answer.message().tool_calls == ()
    assert answer.message((call(a=1),)).tool_calls == (call(a=1),)


def test_phases_and_calls_can_be_taken_back_and_text_cannot() -> None:
    answer = folded(Phase("loading"))
    answer.fold(call())
    assert not answer.shown
    assert folded(Token("x")).shown
    assert folded(Thinking("x")).shown


def test_an_answer_is_finished_by_the_model_alone() -> None:
    assert folded(Token("x")).finish is None
    assert folded(Token("x"), Finish("max_tokens")).finish == Finish("max_tokens")
