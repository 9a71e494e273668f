"""The user decides: questions of the server, one at a time, in place of the input line.

What is being typed is not taken from whoever types it, and cannot answer by accident: keys count only after a pause,
and until one that answers nothing; then they go into the input line, those before it included, and that is in sight as
soon as it holds something. No answer is chosen at first. Drawn by `panel.py`. Called by `screen.py`.
"""

from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

from prompt_toolkit.filters import Condition, Filter
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import ConditionalKeyBindings, KeyBindings, KeyPressEvent, merge_key_bindings
from prompt_toolkit.key_binding.key_bindings import KeyBindingsBase
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import ConditionalContainer, FormattedTextControl, Window

from chatls.terminal.approval import Approval, Decision
from chatls.terminal.panel import STYLES, Row, Size, accepting, draw_part, draw_question, labels
from chatls.terminal.picking import Picking

MOMENT = 0.4
"""Seconds without a key after which keys count: whoever was typing a message has stopped."""


ANSWERS = frozenset("123456789vp")
"""Keys that could be meant for a question: alone they are no message."""


class Decider(Protocol):
    """Who wants to know what the user decides."""

    @property
    def is_typing(self) -> bool:
        """Whether a message was begun in the input line."""
        ...

    def decided(self, question: Approval, decision: Decision | None) -> None:
        """A question was answered; None refuses."""
        ...

    def show_all(self, question: Approval) -> None:
        """The user wants to see all of what is asked about."""
        ...

    def typed(self, text: str) -> None:
        """Something was typed that was not meant for a question."""
        ...

    def erased(self) -> None:
        """The last character of what was typed was not meant at all."""
        ...


class Chooser:
    """The open questions. `now` is monotonic time in seconds; `size` what there is room for."""

    def __init__(self, decider: Decider, now: Callable[[], float], size: Callable[[], Size]) -> None:
        self._decider = decider
        self._now = now
        self._size = size
        self._waiting: deque[Approval] = deque()
        self._answered = 0
        """Questions that were answered since there was none."""
        self._selected: int | None = None
        self._picking = Picking(())
        self._by_parts = False
        self._since = 0.0
        self._held = ""
        """Keys that could be meant for the question; with another key behind them they were the beginning of a text."""
        control = FormattedTextControl(self._text, focusable=True, key_bindings=self._keys(), show_cursor=False)
        self.window = Window(control, dont_extend_height=True, wrap_lines=True)
        self.container = ConditionalContainer(self.window, self.is_open)

    @property
    def is_open(self) -> Filter:
        """Whether a question waits."""
        return Condition(lambda: bool(self._waiting))

    def ask(self, question: Approval) -> None:
        self._waiting.append(question)
        if len(self._waiting) == 1:
            self._begin()

    def withdraw(self, approval_id: str) -> list[Approval]:
        """Close the questions with this id; those that were open."""
        return self._remove([question for question in self._waiting if question.approval_id == approval_id])

    def clear(self) -> list[Approval]:
        """Close all questions; those that were open."""
        return self._remove(list(self._waiting))

    def _begin(self) -> None:
        self._since, self._selected, self._by_parts, self._held = self._now(), None, False, ""
        self._picking = Picking(self._waiting[0].parts if self._waiting else ())

    def _remove(self, questions: list[Approval]) -> list[Approval]:
        shown = self._waiting[0] if self._waiting else None
        for question in questions:
            self._waiting.remove(question)
        self._answered = self._answered + len(questions) if self._waiting else 0
        if shown in questions:
            self._begin()
        return questions

    def _decide(self, decision: Decision | None) -> None:
        (question,) = self._remove([self._waiting[0]])
        self._decider.decided(question, decision)

    def _keys(self) -> KeyBindingsBase:
        counts = Condition(lambda: self._now() - self._since >= MOMENT)
        picks = Condition(lambda: self._by_parts)
        return merge_key_bindings(
            [
                self._typing_keys(),
                ConditionalKeyBindings(self._answer_keys(), counts & ~picks),
                ConditionalKeyBindings(self._part_keys(), counts & picks),
            ]
        )

    def _typing_keys(self) -> KeyBindings:
        """All keys that nothing else is bound to: somebody is typing a message. And a paste is never an answer."""
        keys = KeyBindings()

        @keys.add(Keys.Any)
        def _(event: KeyPressEvent) -> None:
            self._since, self._selected = self._now(), None
            if event.data in ANSWERS and not self._decider.is_typing:
                self._held += event.data
            elif event.data.isprintable():
                self._type(event.data)

        @keys.add(Keys.BracketedPaste)
        def _(event: KeyPressEvent) -> None:
            self._type(event.data.replace("\r\n", "\n").replace("\r", "\n"))

        @keys.add("backspace")
        def _(_event: KeyPressEvent) -> None:
            if not self._held:
                self._decider.erased()
            self._held = self._held[:-1]

        return keys

    def _answer_keys(self) -> KeyBindings:
        up, down = partial(self._move, -1), partial(self._move, 1)
        digits = {str(number): partial(self._select, number - 1) for number in range(1, 10)}
        held = {
            key: partial(self._hold, key, act) for key, act in {**digits, "v": self._show, "p": self._switch}.items()
        }
        moves = {"up": up, "s-tab": up, "down": down, "tab": down}
        return _bound({**held, **moves, "enter": self._answer, "escape": partial(self._decide, None)})

    def _part_keys(self) -> KeyBindings:
        back, on = lambda: self._picking.go_back(), lambda: self._picking.go_on()
        judged = {"y": lambda: self._picking.judge(takes=True), "n": lambda: self._picking.judge(takes=False)}
        moves = {"left": back, "up": back, "right": on, "down": on}
        return _bound({**judged, **moves, "enter": self._confirm, "escape": self._switch})

    def _hold(self, key: str, act: Callable[[], None]) -> None:
        """Do what a key says, and remember it in case it was the beginning of a text."""
        self._held += key
        act()

    def _type(self, text: str) -> None:
        held, self._held = self._held, ""
        self._decider.typed(held + text)

    def _move(self, step: int) -> None:
        """Choose the next answer, or the one before; at first the first, or the last."""
        self._held = ""
        if self._selected is None:
            self._selected = min(step, 0) % len(labels(self._waiting[0]))
        else:
            self._select(self._selected + step)

    def _select(self, index: int) -> None:
        """Choose an answer, if there are so many."""
        if 0 <= index < len(labels(self._waiting[0])):
            self._selected = index

    def _answer(self) -> None:
        """Give the answer that is chosen, if one is; the one beyond those of the question refuses."""
        choices = self._waiting[0].choices
        if self._selected is not None:
            self._decide(Decision(choices[self._selected]) if self._selected < len(choices) else None)

    def _show(self) -> None:
        self._decider.show_all(self._waiting[0])

    def _switch(self) -> None:
        """To the parts and back; what was judged stays."""
        self._by_parts = not self._by_parts and bool(self._picking.parts)
        self._held = self._held if not self._picking.parts else ""

    def _confirm(self) -> None:
        if self._picking.is_complete:
            choice = accepting(self._waiting[0], self._picking)
            self._decide(Decision(choice, self._picking.taken) if choice else None)

    def _text(self) -> StyleAndTextTuples:
        if not self._waiting:
            return []
        number, total = self._answered + 1, self._answered + len(self._waiting)
        place = f"{number} of {total}" if total > 1 else ""
        if self._by_parts:
            rows, needed = draw_part(self._waiting[0], place, self._picking, self._size())
        else:
            rows, needed = draw_question(self._waiting[0], place, self._selected, self._size())
        return [fragment for number, row in enumerate(rows) for fragment in _fragments(row, number, needed)]


def _bound(actions: Mapping[str, Callable[[], None]]) -> KeyBindings:
    keys = KeyBindings()
    for name, act in actions.items():
        keys.add(name)(partial(_act, act))
    return keys


def _act(act: Callable[[], None], _event: KeyPressEvent) -> None:
    act()


def _fragments(row: Row, number: int, needed: int) -> StyleAndTextTuples:
    """A row for prompt_toolkit, which scrolls to the one that is needed where there is room for few."""
    kind, text = row
    return [("", "\n" if number else ""), ("[SetCursorPosition]" if number == needed else "", ""), (STYLES[kind], text)]
