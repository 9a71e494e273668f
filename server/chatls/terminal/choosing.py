"""The user decides: questions of the server, one at a time, in place of the input line.

What was being typed is not lost, and cannot answer by accident: keys count only after a moment, and what is chosen at
first is to refuse. Called by `screen.py`.
"""

from collections import deque
from collections.abc import Callable

from prompt_toolkit.filters import Condition, Filter
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import ConditionalKeyBindings, KeyBindings, KeyPressEvent
from prompt_toolkit.layout import ConditionalContainer, FormattedTextControl, Window

from chatls.terminal.approval import Approval, Choice

MOMENT = 0.4
"""Seconds after which keys count: whoever was typing a message has stopped."""

Answered = Callable[[Approval, Choice | None], None]


class Chooser:
    """The open questions. `now` is monotonic time in seconds."""

    def __init__(self, answered: Answered, now: Callable[[], float]) -> None:
        self._answered = answered
        self._now = now
        self._waiting: deque[Approval] = deque()
        self._selected = 0
        self._since = 0.0
        self.window = Window(
            FormattedTextControl(self._text, focusable=True, key_bindings=self._keys(), show_cursor=False),
            dont_extend_height=True,
            wrap_lines=True,
        )
        self.container = ConditionalContainer(self.window, self.is_open)

    @property
    def is_open(self) -> Filter:
        """Whether a question waits."""
        return Condition(lambda: bool(self._waiting))

    def ask(self, question: Approval) -> None:
        self._waiting.append(question)
        if len(self._waiting) == 1:
            self._begin()

    def withdraw(self, approval_id: str) -> None:
        """Close the question without an answer of the user's; the server wants any answer."""
        for question in [question for question in self._waiting if question.approval_id == approval_id]:
            self._close(question, None)

    def clear(self) -> None:
        """Close all questions: whoever asked them is gone."""
        self._waiting.clear()

    def _begin(self) -> None:
        self._since = self._now()
        if self._waiting:
            question = self._waiting[0]
            self._selected = question.choices.index(question.refusal) if question.refusal else len(question.choices)

    def _close(self, question: Approval, choice: Choice | None) -> None:
        was_shown = self._waiting[0] is question
        self._waiting.remove(question)
        if was_shown:
            self._begin()
        self._answered(question, choice)

    def _choose(self, index: int) -> None:
        question = self._waiting[0]
        self._close(question, question.choices[index] if index < len(question.choices) else None)

    def _keys(self) -> ConditionalKeyBindings:
        keys = KeyBindings()
        counts = Condition(lambda: self._now() - self._since >= MOMENT)

        @keys.add("up")
        @keys.add("s-tab")
        def _(_event: KeyPressEvent) -> None:
            self._selected = max(self._selected - 1, 0)

        @keys.add("down")
        @keys.add("tab")
        def _(_event: KeyPressEvent) -> None:
            self._selected = min(self._selected + 1, len(self._labels()) - 1)

        @keys.add("enter")
        def _(_event: KeyPressEvent) -> None:
            self._choose(self._selected)

        @keys.add("escape")
        def _(_event: KeyPressEvent) -> None:
            self._choose(len(self._waiting[0].choices))

        for digit in "123456789":

            @keys.add(digit)
            def _(event: KeyPressEvent) -> None:
                self._selected = min(int(event.data) - 1, len(self._labels()) - 1)

        return ConditionalKeyBindings(keys, counts)

    def _labels(self) -> list[str]:
        """The answers that can be chosen: those of the question, and a no where it offers none."""
        question = self._waiting[0]
        return [choice.label for choice in question.choices] + ([] if question.refusal else ["Refuse"])

    def _text(self) -> StyleAndTextTuples:
        question = self._waiting[0]
        shown: StyleAndTextTuples = [("bold fg:ansiyellow", f"? {question.title}\n")]
        shown += [("", f"  {line}\n") for line in question.lines]
        for index, label in enumerate(self._labels()):
            style, sign = ("reverse", "❯") if index == self._selected else ("", " ")
            shown.append((style, f"{sign} {index + 1}. {label}\n"))
        shown.append(("fg:ansibrightblack", "↑↓ or a digit chooses, Enter answers, Esc refuses"))
        return shown
