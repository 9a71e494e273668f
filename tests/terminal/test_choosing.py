"""The user decides, and nothing decides by accident."""

import asyncio
from collections.abc import Callable, Iterator

import pytest
from prompt_toolkit.application import Application
from prompt_toolkit.formatted_text import fragment_list_to_text
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.layout import FormattedTextControl, HSplit, Layout
from prompt_toolkit.output import DummyOutput

from chatls.terminal.approval import Approval, Choice, Decision, Part
from chatls.terminal.choosing import MOMENT, Chooser

ENTER, UP, DOWN, LEFT, ESCAPE, BACKSPACE = "\r", "\x1b[A", "\x1b[B", "\x1b[D", "\x1b", "\x7f"
PASTE = "\x1b[200~1\r\x1b[201~"
ALLOW = Choice("y", "Allow", "allow_once")
NEVER = Choice("x", "Never", "reject_always")
REFUSE = Choice("n", "Refuse", "reject_once")
Answers = list[tuple[str, str | None, tuple[str, ...] | None]]


def approval(id_: str, *choices: Choice, parts: int = 0) -> Approval:
    hunks = tuple(Part(f"h{number}", (f"+{number}",)) for number in range(parts))
    return Approval(1, id_, f"Question {id_}", ("line one",), choices or (ALLOW, REFUSE, NEVER), parts=hunks)


class Asked:
    """A chooser with a clock that the test moves, and what was answered."""

    def __init__(self, keyboard: PipeInput) -> None:
        self.time = 0.0
        self.keyboard = keyboard
        self.answers: Answers = []
        self.shown_all: list[str] = []
        self.is_typing = True
        self.draft = ""
        self.chooser = Chooser(self, lambda: self.time, lambda: (80, 20))
        layout = Layout(HSplit([self.chooser.container]), self.chooser.window)
        self._application = Application[None](layout, input=keyboard, output=DummyOutput())
        self._application.ttimeoutlen = 0.01

    def decided(self, question: Approval, decision: Decision | None) -> None:
        taken = decision.parts if decision else None
        self.answers.append((question.approval_id, decision.choice.id if decision else None, taken))
        self._leave()

    def show_all(self, question: Approval) -> None:
        self.shown_all.append(question.approval_id)

    def typed(self, text: str) -> None:
        self.draft += text

    def erased(self) -> None:
        self.draft = self.draft[:-1]

    def withdraw(self, id_: str) -> None:
        self.chooser.withdraw(id_)
        self._leave()

    def _leave(self) -> None:
        if not self.chooser.is_open():
            self._application.exit()

    async def press(self, *keys: str) -> Answers:
        """Press keys, after a moment, until all questions are closed."""
        self.time += MOMENT
        for key in keys:
            self.keyboard.send_text(key)
        async with asyncio.timeout(10):
            await self._application.run_async()
        return self.answers

    def after_key(self, number: int, act: Callable[[], None]) -> None:
        """Do something once so many keys were handled."""
        left = [number]

        def pressed(_: object) -> None:
            left[0] -= 1
            if left[0] == 0:
                act()

        self._application.key_processor.after_key_press += pressed

    @property
    def text(self) -> str:
        control = self.chooser.window.content
        assert isinstance(control, FormattedTextControl)
        assert callable(control.text)
        return fragment_list_to_text(control.text())  # pyright: ignore[reportArgumentType]


@pytest.fixture
def asked() -> Iterator[Asked]:
    with create_pipe_input() as pipe:
        yield Asked(pipe)


async def test_a_stray_enter_answers_nothing(asked: Asked) -> None:
    asked.chooser.ask(approval("a"))
    assert "❯" not in asked.text
    asked.after_key(2, lambda: asked.withdraw("a"))
    assert await asked.press(ENTER, ENTER) == []


@pytest.mark.parametrize(
    ("keys", "id_"),
    [
        ("1\r", "y"),
        (f"{DOWN}{ENTER}", "y"),
        (f"{UP}{ENTER}", "x"),
        (f"{UP * 9}{ENTER}", "y"),
        (f"{DOWN * 9}{ENTER}", "x"),
        ("29\r", "n"),
    ],
)
async def test_digits_and_arrows_choose_and_enter_answers(asked: Asked, keys: str, id_: str) -> None:
    asked.chooser.ask(approval("a"))
    assert await asked.press(keys) == [("a", id_, None)]


async def test_escape_refuses(asked: Asked) -> None:
    asked.chooser.ask(approval("a"))
    assert await asked.press(ESCAPE) == [("a", None, None)]


async def test_keys_of_somebody_who_is_typing_go_where_they_were_meant_for(asked: Asked) -> None:
    asked.chooser.ask(approval("a"))
    asked.time = -MOMENT
    asked.after_key(4, lambda: asked.withdraw("a"))
    assert await asked.press("1", "y", " ", "\r") == []
    assert asked.draft == "1y "


async def test_every_key_of_somebody_who_is_typing_makes_the_pause_begin_anew(asked: Asked) -> None:
    asked.chooser.ask(approval("a"))
    asked.time = -MOMENT / 2

    def later() -> None:
        asked.time += MOMENT * 0.7

    asked.after_key(1, later)
    asked.after_key(2, lambda: asked.withdraw("a"))
    assert await asked.press("o", "1") == []
    assert asked.draft == "o1"


async def test_a_message_that_is_gone_on_with_after_a_pause_is_no_answer(asked: Asked) -> None:
    asked.chooser.ask(approval("a"))
    asked.after_key(4, lambda: asked.withdraw("a"))
    assert await asked.press("1", "o", "1", ENTER) == []
    assert asked.draft == "1o1"


async def test_an_answer_that_comes_too_early_is_nowhere(asked: Asked) -> None:
    asked.is_typing = False
    asked.chooser.ask(approval("a"))
    asked.time = -MOMENT
    asked.after_key(1, lambda: asked.withdraw("a"))
    assert await asked.press("1") == []
    assert asked.draft == ""


async def test_a_message_that_is_begun_as_a_question_comes_is_whole(asked: Asked) -> None:
    asked.is_typing = False
    asked.chooser.ask(approval("a"))
    asked.time = -MOMENT
    asked.after_key(4, lambda: asked.withdraw("a"))
    assert await asked.press("1", "2", BACKSPACE, "x") == []
    assert asked.draft == "1x"


async def test_what_was_typed_beside_a_question_can_be_erased(asked: Asked) -> None:
    asked.chooser.ask(approval("a"))
    asked.after_key(3, lambda: asked.withdraw("a"))
    assert await asked.press("x", "y", BACKSPACE) == []
    assert asked.draft == "x"


async def test_a_paste_is_no_answer(asked: Asked) -> None:
    asked.chooser.ask(approval("a"))
    asked.after_key(1, lambda: asked.withdraw("a"))
    assert await asked.press(PASTE) == []
    assert asked.draft == "1\n"


async def test_a_question_that_offers_no_refusal_gets_one(asked: Asked) -> None:
    asked.chooser.ask(approval("a", ALLOW))
    assert await asked.press("2", ENTER) == [("a", None, None)]


async def test_all_of_it_is_shown_when_wanted(asked: Asked) -> None:
    asked.chooser.ask(approval("a"))
    await asked.press("v", ESCAPE)
    assert asked.shown_all == ["a"]


async def test_parts_are_taken_and_left_out(asked: Asked) -> None:
    asked.chooser.ask(approval("a", parts=3))
    assert await asked.press("p", "y", "n", "y", ENTER) == [("a", "y", ("h0", "h2"))]


async def test_a_part_can_be_judged_again_before_it_counts(asked: Asked) -> None:
    asked.chooser.ask(approval("a", parts=2))
    assert await asked.press("p", ENTER, "n", ENTER, "n", LEFT, "y", ENTER) == [("a", "y", ("h1",))]


async def test_taking_no_part_refuses(asked: Asked) -> None:
    asked.chooser.ask(approval("a", parts=2))
    assert await asked.press("p", "n", "n", ENTER) == [("a", None, None)]


async def test_from_the_parts_the_way_leads_back_to_the_answers(asked: Asked) -> None:
    asked.chooser.ask(approval("a", parts=2))
    asked.after_key(2, lambda: asked.keyboard.send_text("1\r"))
    assert await asked.press("p", ESCAPE) == [("a", "y", None)]


async def test_where_there_are_no_parts_none_are_chosen(asked: Asked) -> None:
    asked.chooser.ask(approval("a"))
    assert await asked.press("p", "1", ENTER) == [("a", "y", None)]


async def test_questions_wait_for_each_other(asked: Asked) -> None:
    asked.chooser.ask(approval("a"))
    asked.chooser.ask(approval("b"))
    assert "(1 of 2) Question a" in asked.text
    assert "Question b" not in asked.text
    asked.time += MOMENT
    assert [question.approval_id for question in asked.chooser.withdraw("a")] == ["a"]
    assert "(2 of 2) Question b" in asked.text
    assert await asked.press("1\r") == [("b", "y", None)]
    asked.chooser.ask(approval("c"))
    assert "? Question c" in asked.text


async def test_the_next_question_counts_no_keys_that_were_meant_for_the_one_before(asked: Asked) -> None:
    asked.chooser.ask(approval("a"))
    asked.chooser.ask(approval("b"))
    asked.after_key(4, lambda: asked.withdraw("b"))
    assert await asked.press("1", ENTER, "1", ENTER) == [("a", "y", None)]


async def test_a_question_that_waits_can_be_withdrawn(asked: Asked) -> None:
    asked.chooser.ask(approval("a"))
    asked.chooser.ask(approval("b"))
    asked.chooser.withdraw("b")
    assert asked.chooser.withdraw("unknown") == []
    assert "Question a" in asked.text
    assert await asked.press(ESCAPE) == [("a", None, None)]


async def test_all_questions_are_closed_at_once(asked: Asked) -> None:
    asked.chooser.ask(approval("a"))
    asked.chooser.ask(approval("b"))
    assert len(asked.chooser.clear()) == 2
    assert asked.text == ""
