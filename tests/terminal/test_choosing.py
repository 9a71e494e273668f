"""The user decides, and nothing decides by accident."""

import asyncio
from collections.abc import Callable, Iterator

import pytest
from prompt_toolkit.application import Application
from prompt_toolkit.formatted_text import fragment_list_to_text
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.layout import FormattedTextControl, HSplit, Layout
from prompt_toolkit.output import DummyOutput

from chatls.terminal.approval import Approval, Choice
from chatls.terminal.choosing import MOMENT, Chooser

ENTER, UP, DOWN, ESCAPE = "\r", "\x1b[A", "\x1b[B", "\x1b"
ALLOW, NEVER, REFUSE = Choice("y", "Allow", False), Choice("x", "Never", True), Choice("n", "Refuse", True)


def approval(id_: str, *choices: Choice) -> Approval:
    return Approval(1, id_, f"Question {id_}", ("line one", "line two"), choices or (ALLOW, NEVER, REFUSE))


class Asked:
    """A chooser with a clock that the test moves, and what was answered."""

    def __init__(self, keyboard: PipeInput) -> None:
        self.time = 0.0
        self.keyboard = keyboard
        self.answers: list[tuple[str, str | None]] = []
        self.chooser = Chooser(self._answered, lambda: self.time)
        layout = Layout(HSplit([self.chooser.container]), self.chooser.window)
        self._application = Application[None](layout, input=keyboard, output=DummyOutput())
        self._application.ttimeoutlen = 0.01

    def _answered(self, question: Approval, choice: Choice | None) -> None:
        self.answers.append((question.approval_id, choice.id if choice else None))
        if not self.chooser.is_open():
            self._application.exit()

    async def press(self, *keys: str) -> list[tuple[str, str | None]]:
        """Press keys until all questions are answered."""
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


async def test_what_is_chosen_at_first_refuses(asked: Asked) -> None:
    asked.chooser.ask(approval("a"))
    assert "❯ 3. Refuse" in asked.text
    assert await asked.press(ENTER) == [("a", "n")]


@pytest.mark.parametrize(
    ("keys", "id_"), [("1\r", "y"), (f"{UP}{ENTER}", "x"), (f"{UP * 9}{ENTER}", "y"), ("9\r", "n")]
)
async def test_digits_and_arrows_choose_and_enter_answers(asked: Asked, keys: str, id_: str) -> None:
    asked.chooser.ask(approval("a"))
    assert await asked.press(keys) == [("a", id_)]


async def test_escape_refuses(asked: Asked) -> None:
    asked.chooser.ask(approval("a"))
    assert await asked.press(ESCAPE) == [("a", None)]


async def test_keys_of_somebody_who_was_typing_do_not_count(asked: Asked) -> None:
    asked.chooser.ask(approval("a"))
    asked.time = -MOMENT
    asked.after_key(2, lambda: asked.chooser.withdraw("a"))
    assert await asked.press("1\r") == [("a", None)]


async def test_a_question_that_offers_no_refusal_gets_one(asked: Asked) -> None:
    asked.chooser.ask(approval("a", ALLOW))
    assert "❯ 2. Refuse" in asked.text
    assert await asked.press(ENTER) == [("a", None)]


async def test_questions_wait_for_each_other(asked: Asked) -> None:
    asked.chooser.ask(approval("a"))
    asked.chooser.ask(approval("b"))
    assert "Question a" in asked.text
    assert "Question b" not in asked.text
    asked.time += MOMENT
    asked.chooser.withdraw("a")
    assert asked.answers == [("a", None)]
    assert "Question b" in asked.text
    assert await asked.press("1\r") == [("a", None), ("b", "y")]


async def test_a_question_that_waits_can_be_withdrawn(asked: Asked) -> None:
    asked.chooser.ask(approval("a"))
    asked.chooser.ask(approval("b"))
    asked.chooser.withdraw("b")
    asked.chooser.withdraw("unknown")
    assert "Question a" in asked.text
    assert await asked.press(ENTER) == [("b", None), ("a", "n")]
