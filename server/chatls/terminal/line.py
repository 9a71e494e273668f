"""The line the user types in: several lines if wanted, history, completion.

Enter sends; Alt-Enter, Ctrl-J or a backslash at the end begin a new line, and a paste keeps its lines. Called by
`screen.py`, which puts it below the conversation.
"""

from collections.abc import Callable
from pathlib import Path

from prompt_toolkit.application import get_app
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.completion import Completer
from prompt_toolkit.filters import Condition, has_completions
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import FileHistory, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import BufferControl, Dimension, Float, FloatContainer, HSplit, Window
from prompt_toolkit.layout.menus import CompletionsMenu
from prompt_toolkit.layout.processors import AfterInput, ConditionalProcessor
from prompt_toolkit.utils import suspend_to_background_supported
from prompt_toolkit.widgets import SearchToolbar

ROWS = 10
"""A longer text is scrolled."""
MENU_ROWS = 8
HINT = "Ask something (@ file, / command)"


class InputLine:
    """The input line. `submit` gets what was typed and says whether it was taken; if not, it stays to be changed."""

    def __init__(
        self, submit: Callable[[str], bool], leave: Callable[[], None], completer: Completer, history: Path | None
    ) -> None:
        self.buffer = Buffer(
            multiline=True,
            completer=completer,
            complete_while_typing=True,
            history=FileHistory(history) if history else InMemoryHistory(),
            accept_handler=lambda buffer: not submit(buffer.text),
        )
        self._leave = leave
        search = SearchToolbar()
        is_empty = Condition(lambda: not self.buffer.text)
        control = BufferControl(
            self.buffer,
            input_processors=[ConditionalProcessor(AfterInput(HINT, style="class:status"), is_empty)],
            search_buffer_control=search.control,
            key_bindings=self._keys(),
        )
        completing = Condition(lambda: self.buffer.complete_state is not None)
        self.window = Window(
            control,
            height=lambda: Dimension(min=MENU_ROWS) if completing() else Dimension(min=1, max=ROWS),
            dont_extend_height=~completing,
            wrap_lines=True,
            get_line_prefix=_prefix,
        )
        menu = Float(CompletionsMenu(max_height=MENU_ROWS - 1), xcursor=True, ycursor=True)
        self.container = HSplit([FloatContainer(self.window, [menu]), search])

    def _keys(self) -> KeyBindings:
        keys = KeyBindings()

        @keys.add("enter")
        def _(_event: KeyPressEvent) -> None:
            self._enter()

        @keys.add("escape", "enter")
        @keys.add("c-j")
        def _(_event: KeyPressEvent) -> None:
            self.buffer.insert_text("\n")

        @keys.add("escape", filter=has_completions, eager=True)
        def _(_event: KeyPressEvent) -> None:
            self.buffer.cancel_completion()

        @keys.add("c-d", filter=Condition(lambda: not self.buffer.text))
        def _(_event: KeyPressEvent) -> None:
            self._leave()

        @keys.add("c-z", filter=Condition(suspend_to_background_supported))
        def _(_event: KeyPressEvent) -> None:
            get_app().suspend_to_background()

        return keys

    def _enter(self) -> None:
        chosen = self.buffer.complete_state and self.buffer.complete_state.current_completion
        if chosen:
            self.buffer.complete_state = None
        elif self.buffer.document.text_before_cursor.endswith("\\"):
            self.buffer.delete_before_cursor()
            self.buffer.insert_text("\n")
        elif self.buffer.text.strip():
            self.buffer.validate_and_handle()


def _prefix(line: int, wrapped: int) -> StyleAndTextTuples:
    return [("class:prompt", "› " if line == wrapped == 0 else "  ")]
