"""A turn as plain text: the answer on stdout and nothing else there, all the rest in short lines on stderr.

For pipes, files and programs; nothing heavy is imported. `oneshot.py` drives it. `JsonView` shows the same turn for
programs: every event as a line of JSON.
"""

import json
from collections.abc import Callable
from typing import TextIO

from chatls.terminal.approval import Approval
from chatls.terminal.rpc import Json, Reply, as_object
from chatls.terminal.sanitize import clean, one_line
from chatls.terminal.session import told

PATIENCE = 1.0
"""Seconds after which it is said what is waited for."""

_QUIET_PHASES = ("generating", "tool")
"""The answer itself, or the line of the tool, shows these."""


class PlainView:
    """Shows one turn. `now` is monotonic time in seconds.

    Raises:
        BrokenPipeError: from every method that shows something, when nobody reads stdout any more.
    """

    def __init__(self, out: TextIO, err: TextIO, now: Callable[[], float]) -> None:
        self._out = out
        self._err = err
        self._now = now
        self._phase = "starting"
        self._phase_since = now()
        self._column_zero = True
        self._titles: dict[str, str] = {}
        self._tasks: dict[str, str] = {}
        """For each call, the id of the call whose subtask it belongs to."""
        self._marks: dict[str, str] = {}
        """What the lines of a subtask begin with, by the id of its call: whose they are, and how deep."""

    def on_event(self, event: Json) -> None:
        """Show one event of the turn; unknown ones are passed over."""
        match event.get("type"):
            case "token" if "task" not in event:
                self._answer(str(event.get("data", "")))
            case "phase":
                self._enter(str(event.get("phase", "")))
                if word := told(event):
                    self.note(word)
            case "tool_call":
                self._end_line()
                self._titles[str(event.get("id"))] = str(event.get("title") or event.get("tool"))
                self._tasks[str(event.get("id"))] = str(event.get("task") or "")
            case "agent" if "parent" in event:
                self._mark(event)
            case "tool_result":
                self._tool_line(event)
            case "error":
                self._retry_line(as_object(event.get("error")))
            case _:
                pass

    def tick(self) -> None:
        """To be called now and then: says what is waited for, once it takes long."""
        if self._phase not in _QUIET_PHASES and self._now() - self._phase_since >= PATIENCE:
            self.note(f"{self._phase} …")
            self._phase_since = float("inf")

    def on_end(self, reply: Reply) -> None:
        """Show how the turn ended."""
        self._end_line()
        if reply.error:
            self.note(f"error: {reply.error.message}")
            if reply.error.hint not in reply.error.message:
                self.note(f"hint: {reply.error.hint}")
        elif reply.values.get("stopMessage"):
            self.note(str(reply.values["stopMessage"]))

    def refuse(self, question: Approval) -> None:
        """Say that a question was answered with no, as there is nobody to ask."""
        self.note(f"refused, as there is no terminal to ask in: {question.title}")

    def note(self, text: str) -> None:
        """One line on stderr."""
        # What comes from the server begins with its name already: in an editor many servers speak.
        self._err.write(f"chatls: {one_line(text.removeprefix('chatls: '), 1000)}\n")
        self._err.flush()

    def _answer(self, data: str) -> None:
        self._phase = "generating"
        if text := clean(data):
            self._column_zero = text.endswith("\n")
            self._out.write(text)
            self._out.flush()

    def _end_line(self) -> None:
        if not self._column_zero:
            self._answer("\n")

    def _enter(self, phase: str) -> None:
        if phase != self._phase:
            self._phase, self._phase_since = phase, self._now()

    def _mark(self, change: Json) -> None:
        """A subtask begins: its lines say how deep it lies, and whose they are."""
        task = str(change.get("task"))
        above = self._marks.get(self._tasks.get(task, ""), "")
        self._marks[task] = f"{'↳ ' * (above.count('↳') + 1)}{change.get('agent')}: "

    def _tool_line(self, event: Json) -> None:
        title = self._titles.pop(str(event.get("id")), str(event.get("tool")))
        mark = self._marks.get(str(event.get("task")), "")
        if "error" in event:
            self.note(f"{mark}❌ {title}: {as_object(event['error']).get('message', 'failed')}")
        else:
            self.note(f"{mark}✅ {title} ({event.get('durationMs', 0)} ms)")

    def _retry_line(self, fault: Json) -> None:
        # A fault that ends the turn is told by the reply.
        if isinstance(wait := fault.get("retryInMs"), int):
            self.note(f"{fault.get('message', 'The model server failed.')} Trying again in {wait / 1000:.1f} s.")


class JsonView(PlainView):
    """Every event as it came, a line each; faults still go to stderr."""

    def on_event(self, event: Json) -> None:
        # Escaped to ASCII: a control character of the model's must not reach a terminal this way either.
        self._out.write(json.dumps(event) + "\n")
        self._out.flush()

    def tick(self) -> None:
        """Programs read the phases from the events."""
