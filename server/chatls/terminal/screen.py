"""The terminal while a conversation runs: what is finished scrolls up, what is open is redrawn above the input line.

The only user of prompt_toolkit's application. It shows blocks and hands on what the user types; what they mean is
`conversation.py`'s business. Changes within one frame are drawn together.
"""

import asyncio
import time
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from prompt_toolkit.application import Application
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import ANSI, StyleAndTextTuples
from prompt_toolkit.input import create_input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import ConditionalContainer, FormattedTextControl, HSplit, Layout, Window
from prompt_toolkit.styles import Style

from chatls.terminal import exits
from chatls.terminal.approval import Approval, Decision
from chatls.terminal.choosing import Chooser
from chatls.terminal.flow import Flow
from chatls.terminal.line import InputLine
from chatls.terminal.output import hold, release, terminal_output
from chatls.terminal.rows import Block, Painter

FRAME = 0.05
"""Seconds between two drawings at least."""
SHARE = 8
"""Drawing may take one part in so many of the time: a long open block is redrawn less often."""
SPIN = 0.12
"""Seconds between two pictures of the spinner."""
SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
BESIDE_QUESTION = 4
"""Rows that a question leaves: for what is open above it, what is going on, and the empty rows between."""
STYLE = Style.from_dict({"status": "fg:ansibrightblack", "prompt": "bold fg:ansicyan"})


class User(Protocol):
    """Who hears of what the user does, and knows what is going on."""

    def interrupt(self) -> None:
        """Ctrl-C."""
        ...

    def decided(self, question: Approval, decision: Decision | None) -> None:
        """A question was answered; None refuses."""
        ...

    def withdrawn(self, question: Approval) -> None:
        """A question was closed without an answer of the user's; whoever asked it wants any."""
        ...

    def status(self) -> str:
        """What is waited for; "" when nothing is."""
        ...

    def hint(self) -> str:
        """What may be done when nothing is waited for."""
        ...


class Screen:
    """The user's terminal; without `line` it only shows."""

    def __init__(self, line: InputLine | None, user: User) -> None:
        self._line = line
        self._user = user
        self._open: Sequence[Block] = ()
        self._shown = ANSI("")
        self._to_print: list[str] = []
        self._changed = asyncio.Event()
        self._chooser = Chooser(self, time.monotonic, self._question_size)
        self._output = terminal_output()
        self._size = self._output.get_size()
        self._saved_shell = False
        self._flow = Flow(Painter(), self._size.columns)
        self._status_window = Window(
            FormattedTextControl(self._status_text, focusable=True, show_cursor=False), height=1
        )
        self._lower = self._lower_part()
        self._app = self._application()

    def finish(self, blocks: Iterable[Block]) -> None:
        """Print blocks for good; the first is the first of the open ones, if there are any."""
        for block in blocks:
            self._to_print += self._flow.finish(block)
        self._changed.set()

    def interject(self, block: Block) -> None:
        """Print a block that has nothing to do with the open ones."""
        self._to_print += self._flow.interject(block)
        self._changed.set()

    def show(self, blocks: Sequence[Block]) -> None:
        """Show what is not finished yet."""
        self._open = blocks
        self._changed.set()

    def refresh(self) -> None:
        """What is going on has changed."""
        self._changed.set()

    def ask(self, question: Approval) -> None:
        """Have the user decide."""
        self._chooser.ask(question)
        self._focus()

    def withdraw(self, approval_id: str) -> None:
        """The question need not be answered any more."""
        self._close(self._chooser.withdraw(approval_id))

    def withdraw_all(self) -> bool:
        """No question need be answered any more; False if none is open."""
        questions = self._chooser.clear()
        self._close(questions)
        return bool(questions)

    def decided(self, question: Approval, decision: Decision | None) -> None:
        """The user has answered a question."""
        self._focus()
        self._user.decided(question, decision)

    def show_all(self, question: Approval) -> None:
        """Print all of what a question is about: the terminal can scroll back to it."""
        self.interject(Block("plain", "\n".join((f"? {question.title}", *question.lines))))
        if question.diff:
            self.interject(Block("diff", "\n".join(question.diff)))

    @property
    def is_typing(self) -> bool:
        """Whether a message was begun."""
        return self._line is not None and bool(self._line.buffer.text)

    def typed(self, text: str) -> None:
        """Somebody goes on typing a message while a question is there."""
        if self._line:
            self._line.buffer.insert_text(text)

    def erased(self) -> None:
        """The last character of it was a slip."""
        if self._line:
            self._line.buffer.delete_before_cursor()

    def clear_input(self) -> bool:
        """Forget what is being typed, but for the history; False if nothing is."""
        if not self._line or not self.is_typing:
            return False
        self._line.buffer.reset(append_to_history=True)
        return True

    def leave(self, code: int) -> None:
        """End `run`, which returns `code`."""
        if self._app.is_running and not self._app.is_done:
            self._paint()
            self._app.exit(result=code)

    async def run(self) -> int:
        """Show, and read keys, until `leave`."""
        # Not above what is redrawn yet: some terminals keep a copy of rows that are erased from the screen's top.
        self._write_to_print()
        async with asyncio.TaskGroup() as tasks:
            painting = tasks.create_task(self._keep_painted())
            asyncio.get_running_loop().set_exception_handler(self._fail)
            try:
                return await self._app.run_async(set_exception_handler=False)
            except EOFError:  # the terminal was closed
                return exits.CANCELLED
            finally:
                painting.cancel()
                release(self._output)

    def _fail(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """A callback failed: a fault of ours. It ends the program, instead of being written over the screen."""
        if not self._app.is_done:
            self._app.exit(exception=context.get("exception") or RuntimeError(context["message"]))

    def _lower_part(self) -> HSplit:
        """What stands below the open blocks: what is going on, the input line, and a question, which takes the place
        of an input line that is empty."""
        is_shown = ~self._chooser.is_open | Condition(lambda: self.is_typing)
        typing = [ConditionalContainer(self._line.container, is_shown)] if self._line else []
        return HSplit([Window(height=1), self._status_window, *typing, self._chooser.container])

    def _application(self) -> Application[int]:
        keys = KeyBindings()

        @keys.add("c-c", eager=True)
        @keys.add("<sigint>")
        def _(_event: KeyPressEvent) -> None:
            self._user.interrupt()

        upper = Window(FormattedTextControl(lambda: self._shown), dont_extend_height=True)
        is_shown = Condition(lambda: bool(self._shown.value))
        application = Application[int](
            Layout(HSplit([ConditionalContainer(upper, is_shown), self._lower]), self._home),
            key_bindings=keys,
            style=STYLE,
            erase_when_done=True,
            # Text may be piped in: the keys come from the terminal all the same.
            input=create_input(always_prefer_tty=True),
            output=self._output,
            before_render=lambda _: self._notice_size(),
            after_render=lambda _: release(self._output),
        )
        application.ttimeoutlen = 0.1
        # So long Esc may be the beginning of Alt and a key: whoever answers a question by it goes on typing.
        application.timeoutlen = 0.2
        return application

    @property
    def _home(self) -> Window:
        return self._line.window if self._line else self._status_window

    def _close(self, questions: Iterable[Approval]) -> None:
        for question in questions:
            self._user.withdrawn(question)
        self._focus()

    def _focus(self) -> None:
        """Keys go to the question that is open, else to the input line."""
        self._app.layout.focus(self._chooser.window if self._chooser.is_open() else self._home)
        self._changed.set()

    def _question_size(self) -> tuple[int, int]:
        columns, rows = self._size.columns, self._size.rows - BESIDE_QUESTION
        if self._line and self.is_typing:
            rows -= self._line.container.preferred_height(columns, rows).preferred
        return columns, rows

    def _status_text(self) -> StyleAndTextTuples:
        picture = SPINNER[int(time.monotonic() / SPIN) % len(SPINNER)]
        status = self._user.status()
        return [("class:status", f"{picture} {status}" if status else self._user.hint())]

    def _notice_size(self) -> None:
        if self._output.get_size() != self._size:
            self._changed.set()

    async def _keep_painted(self) -> None:
        while True:
            try:
                async with asyncio.timeout(SPIN if self._user.status() else None):
                    await self._changed.wait()
            except TimeoutError:
                self._app.invalidate()
                continue
            self._changed.clear()
            before = time.monotonic()
            self._paint()
            await asyncio.sleep(max(FRAME, SHARE * (time.monotonic() - before)))

    def _paint(self) -> None:
        if (size := self._output.get_size()) != self._size:
            old, self._size = self._size, size
            if old.columns != size.columns:
                self._begin_anew()
                self._to_print = self._flow.redraw(self._open, size.columns, size.rows)
        room = self._size.rows - self._lower.preferred_height(self._size.columns, self._size.rows).preferred - 1
        rows, shown = self._flow.draw_open(self._open, max(room, 1))
        self._shown = ANSI("\n".join(shown))
        self._to_print += rows
        if self._to_print:
            # Both the rows and what is redrawn below them reach the terminal at once, when that is drawn next.
            hold(self._output)
            self._app.renderer.erase()
            self._write_to_print()
        self._app.invalidate()

    def _write_to_print(self) -> None:
        self._output.write_raw("".join(f"{row}\x1b[K\r\n" for row in self._to_print))
        self._to_print = []

    def _begin_anew(self) -> None:
        """Write over the screen from its top: what the terminal made of rows of another width, nobody knows."""
        hold(self._output)
        self._app.renderer.reset()
        if not self._saved_shell:
            # What stood there before the conversation goes to the scrollback, instead of being written over.
            self._saved_shell = True
            self._output.cursor_goto(self._size.rows, 1)
            self._output.write_raw("\n" * self._size.rows)
        self._output.cursor_goto(1, 1)
