"""A turn's events, told as blocks: the answer, what the model thinks, its tool calls, how it ended.

The same for a turn that streams and for one out of a session's history. Keeps neither rows nor colours: `rows.py`
draws. Called by `conversation.py` and `actions.py`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from chatls.terminal.diffs import change
from chatls.terminal.markdown import MarkdownStream, Piece
from chatls.terminal.rows import Block
from chatls.terminal.rpc import Json, Reply, as_object
from chatls.terminal.sanitize import one_line, visible
from chatls.terminal.session import told

THINKING_SHOWN = 240
"""Characters of the model's thinking that are shown while it thinks; it does not stay on the screen."""
OUTPUT_LINES = 4
"""Lines of a running tool's output that are shown; they do not stay on the screen either."""
FAILED_LINES = 10
"""Those that stay, of a command that failed."""
OUTPUT_WIDTH = 300
OUTPUT_KEPT = 4096
"""Characters of it that are looked at."""
SOON = 0.05
"""Seconds below which a duration says nothing."""
STAYING = ("edit", "delete", "move", "execute")
"""Kinds of a subtask's calls that stay on the screen; the others are seen while they run."""

_COMMAND_ENDED = re.compile(r"\[(?P<how>(?:exit code (?P<code>\d+)|ended )[^\n]*)\]")


@dataclass(slots=True)
class _Call:
    title: str
    task: str = ""
    """The id of the call whose subtask this one belongs to."""
    indent: str = ""
    kind: str = ""
    status: str = ""
    doing: str = ""
    """What its subtask does just now, if it has one."""
    output: str = ""
    """The end of what the tool has put out."""

    def blocks(self) -> Iterator[Block]:
        """The call while it runs, what its subtask does, and its last lines of output."""
        yield Block("tool", f"{self.indent}🔧 {self.title} … {self.status}")
        if self.doing:
            yield Block("output", f"{self.indent}   ↳ {self.doing}")
        if lines := _tail(self.output):
            yield Block("output", "\n".join(f"{self.indent}   │ {line}" for line in lines))


@dataclass(frozen=True, slots=True)
class Change:
    """What a call has changed; `title` is safe to show."""

    title: str
    diff: str


class TurnView:
    """One turn. `now` is monotonic time in seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._answer = MarkdownStream()
        self._thinking = ""
        self._thinking_since = now()
        self._calls: dict[str, _Call] = {}
        self._end_told = False
        self.started: Json = {}
        """The `start` event, once it is there."""
        self.changes: list[Change] = []
        """What calls have changed so far."""
        self.phase: str = "sending"
        self.phase_since = now()

    def feed(self, event: Json) -> list[Block]:
        """What is finished with this event; unknown ones change nothing."""
        if "task" in event:
            return self._subtask_event(event, self._calls.get(str(event["task"]), _Call("")))
        match event.get("type"):
            case "token":
                self._enter("generating")
                return [*self._thought(), *_answers(self._answer.feed(str(event.get("data", ""))))]
            case "thinking":
                return self._think(str(event.get("data", "")))
            case "tool_call":
                self._call(event, "")
                return self._flush()
            case "tool_progress" if call := self._calls.get(str(event.get("id"))):
                call.status = one_line(str(event.get("status", "")), 60)
                call.output = (call.output + str(event.get("data") or ""))[-OUTPUT_KEPT:]
            case "tool_result":
                return [*self._flush(), self._result(event)]
            case _:
                return self._turn_event(event)
        return []

    def open(self) -> list[Block]:
        """What is not finished yet; the answer, where there is one, comes first."""
        blocks = _answers([self._answer.open])
        if self._thinking:
            blocks.append(Block("thinking", one_line(self._thinking[-THINKING_SHOWN:], THINKING_SHOWN)))
        return blocks + list(self._running(""))

    def end(self, reply: Reply | None = None) -> list[Block]:
        """What is left to show now that the turn is over. Events told most of it, where there were any."""
        blocks = self._flush()
        open_calls = (call for call in self._calls.values() if not call.task)
        blocks += [Block("tool", f"🔧 {call.title} … ❌ not finished") for call in open_calls]
        self._calls.clear()
        if reply and reply.error and not self._end_told:
            blocks += fault(reply.error.message, reply.error.hint)
        return blocks

    def _turn_event(self, event: Json) -> list[Block]:
        match event.get("type"):
            case "start":
                self.started = event
            case "phase":
                self._enter(str(event.get("phase", "")))
                return [Block("note", one_line(word, 1000))] if (word := told(event)) else []
            case "error":
                return self._fault(as_object(event.get("error")))
            case "done":
                self._end_told = True
                return [*self._flush(), *summary(event, str(self.started.get("model", "")))]
            case _:
                pass
        return []

    def _subtask_event(self, event: Json, delegate: _Call) -> list[Block]:
        """A subtask is seen in one line below its `delegate` call; what it changes and runs, and its failures, stay."""
        match event.get("type"):
            case "tool_call":
                delegate.doing = self._call(event, f"{delegate.indent}  ").title
            case "tool_result":
                kept = "error" in event or self._calls.get(str(event.get("id")), delegate).kind in STAYING
                block = self._result(event)
                return [block] if kept else []
            case "token":
                delegate.doing = "writing"
            case "thinking":
                delegate.doing = "thinking"
            case "phase":
                delegate.doing = one_line(str(event.get("phase")), 40)
            case "error":
                delegate.doing = one_line(str(as_object(event.get("error")).get("message")), 120)
            case "agent" if "parent" in event:
                return [*self._flush(), Block("note", f"{delegate.indent}→ {delegate.title}")]
            case _:
                pass
        return []

    def _running(self, task: str) -> Iterator[Block]:
        """The calls of a task that run; of a subtask, only those that have subtasks of their own."""
        for call_id, call in self._calls.items():
            if call.task == task and (not task or call.doing):
                yield from call.blocks()
                yield from self._running(call_id)

    def _think(self, data: str) -> list[Block]:
        self._enter("thinking")
        if not self._thinking:
            self._thinking_since = self._now()
        self._thinking += data
        return _answers(self._answer.flush())

    def _thought(self) -> list[Block]:
        """The model has stopped thinking."""
        if not self._thinking:
            return []
        self._thinking = ""
        seconds = self._now() - self._thinking_since
        # Out of a session's history it comes at once, however long it took.
        return [Block("note", f"Thought for {seconds:.1f} s" if seconds >= SOON else "Thought first")]

    def _flush(self) -> list[Block]:
        return [*_answers(self._answer.flush()), *self._thought()]

    def _call(self, event: Json, indent: str) -> _Call:
        title = one_line(str(event.get("title") or event.get("tool")), 120)
        call = _Call(title, str(event.get("task") or ""), indent, str(event.get("kind")))
        self._calls[str(event.get("id"))] = call
        return call

    def _result(self, event: Json) -> Block:
        name = one_line(str(event.get("tool")), 120)
        call = self._calls.pop(str(event.get("id")), _Call(name))
        if "error" in event:
            outcome = f"❌ {_why(call.title, as_object(event['error']))}"
        else:
            outcome = self._success(call, as_object(event.get("result")), milliseconds(event.get("durationMs")))
        return Block("tool", f"{call.indent}🔧 {call.title} … {outcome}")

    def _success(self, call: _Call, result: Json, duration: str) -> str:
        """What a call came to. One that ran a command says that itself in its first line: `[exit code 1, 2.0 s]`."""
        text = str(result.get("text", ""))
        ended = _COMMAND_ENDED.match(text) if call.kind == "execute" else None
        if ended and ended["code"] == "0":
            return f"✅ {one_line(ended['how'])}"
        if ended:  # why it failed is what its last lines say
            output = _tail(text[ended.end() :].removesuffix("[no output]"), FAILED_LINES)
            return "\n".join((f"❌ {one_line(ended['how'])}", *(f"{call.indent}   │ {line}" for line in output)))
        changed = self._changed(call, str(result.get("diff") or ""))
        return f"✅ {' · '.join(filter(None, (changed, duration)))}"

    def _changed(self, call: _Call, diff: str) -> str:
        """How much a call has changed; its diff is kept for whoever wants to see it."""
        if not diff:
            return ""
        self.changes.append(Change(call.title, diff))
        return change(diff)

    def _fault(self, error: Json) -> list[Block]:
        message = str(error.get("message") or "The model server failed.")
        if isinstance(wait := error.get("retryInMs"), int):
            return [*self._flush(), Block("note", f"{message} Trying again in {milliseconds(wait)}.")]
        self._end_told = True
        return [*self._flush(), *fault(message, str(error.get("hint") or ""))]

    def _enter(self, phase: str) -> None:
        if phase != self.phase:
            self.phase, self.phase_since = phase, self._now()


def fault(message: str, hint: str = "") -> list[Block]:
    """What went wrong, and what to do about it."""
    return [Block("error", message), *([Block("note", hint)] if hint and hint not in message else [])]


def summary(done: Json, model: str) -> list[Block]:
    """How a turn ended, in one line: why if that is not plain, tokens, speed, time, model."""
    cancelled = "Cancelled" if done.get("stopReason") == "cancelled" else ""
    usage, timings = as_object(done.get("usage")), as_object(done.get("timings"))
    tokens, speed = usage.get("completionTokens"), timings.get("tokensPerSecond")
    figures = [
        cancelled,
        f"{tokens} tokens" if tokens else "",
        f"{speed:.0f} tok/s" if isinstance(speed, int | float) and speed else "",
        milliseconds(timings.get("totalMs")),
        model,
    ]
    why = [Block("note", str(done["stopMessage"]))] if done.get("stopMessage") else []
    return [*why, Block("note", one_line(" · ".join(filter(None, figures)), 200))]


def milliseconds(duration: object) -> str:
    """A duration as people say it: "4 ms", "1.2 s", "3 min 5 s"; nothing for what is none."""
    if not isinstance(duration, int | float):
        return ""
    if duration < 1000:
        return f"{duration:.0f} ms"
    if duration < 60_000:
        return f"{duration / 1000:.1f} s"
    return f"{duration // 60_000:.0f} min {duration % 60_000 / 1000:.0f} s"


def _why(title: str, error: Json) -> str:
    """Why a call failed, without its title where that is told again: it stands on the same line."""
    return one_line(str(error.get("message", "failed")).replace(f": {title}.", "."), 300)


def _answers(pieces: Iterable[Piece]) -> list[Block]:
    return [Block("answer", piece.text, piece.continues) for piece in pieces if piece.text.strip()]


def _tail(output: str, most: int = OUTPUT_LINES) -> list[str]:
    """The last lines of a program's output that are not blank."""
    lines = [line.rstrip() for line in output.split("\n") if line.strip()][-most:]
    return [visible(line)[:OUTPUT_WIDTH] for line in lines]
