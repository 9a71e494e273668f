"""The stream of Ollama's `/api/chat`: bytes in, `ModelEvent`s out.

Pure: no socket, no clock. Tolerant of what Ollama and the proxies before it are known to send, and bounded. Its
outcome depends on the bytes alone, never on how they were cut: a failure is raised exactly where it stands in the
stream, after everything before it was handed out. Called by `providers/ollama.py`.
"""

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn, cast
from uuid import uuid4

from chatls.chat.events import Finish, JsonObject, ModelEvent, StopReason, Thinking, Timings, Token, ToolCall, Usage
from chatls.errors import ContextOverflow, ProviderError
from chatls.providers.ndjson import LineSplitter
from chatls.providers.ollama_errors import in_stream

MAX_MALFORMED = 3
"""Malformed lines in a row that are skipped; one more is taken for a stream of something else."""

SHORTEST_GENERATION = 1e6
"""Nanoseconds of generation from which on a rate means something."""

Record = dict[str, Any]

_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(digits: str) -> float:
    """A number that can be written as JSON again: `1e400` is infinite as a float."""
    if math.isinf(number := float(digits)):
        _no_constant(digits)
    return number


_DECODER = json.JSONDecoder(parse_constant=_no_constant, parse_float=_finite)


def _new_id() -> str:
    return f"call_{uuid4().hex[:12]}"


class OllamaStreamParser:
    """Reads one answer. `done` says that its terminal record was there; what follows is ignored.

    Args:
        model: named in errors.
        num_ctx: the context window that was asked for, in tokens.
        new_id: makes ids for tool calls that come without one.
    """

    def __init__(self, model: str, num_ctx: int | None = None, *, new_id: Callable[[], str] = _new_id) -> None:
        self.done = False
        self.malformed = 0
        """Lines that were skipped."""
        self._model = model
        self._num_ctx = num_ctx
        self._new_id = new_id
        self._lines = LineSplitter()
        self._malformed_in_a_row = 0
        self._ids: set[str] = set()
        self._said = False

    def feed(self, data: bytes) -> Iterator[ModelEvent]:
        """The events in what is complete with `data`.

        Raises:
            ProviderError: the stream carries an error, or is none of Ollama's.
        """
        if self.done:
            return
        for line in self._lines.feed(data):
            for record in self._records(line):
                yield from self._events(record)
            if self.done:
                return

    def finish(self) -> Iterator[ModelEvent]:
        """The events in what is left at the end of the stream.

        Raises:
            ProviderError: `stream_interrupted`, there was no terminal record.
        """
        if not self.done:
            for record in self._records(self._lines.flush(), unfinished=True):
                yield from self._events(record)
        if not self.done:
            raise ProviderError(
                "stream_interrupted",
                "Ollama ended the answer before it was complete.",
                hint="Send the message again; if it happens often, look into Ollama's log.",
                retryable=True,
            )

    def _records(self, line: bytes, *, unfinished: bool = False) -> list[Record]:
        """A line is one record, but an error may be glued to its end without a newline."""
        text = line.decode("utf-8", "replace").strip()
        records: list[Record] = []
        position = 0
        while position < len(text):
            try:
                value, position = _DECODER.raw_decode(text, position)
            except (ValueError, RecursionError):
                value = None
            if not isinstance(value, dict):
                if not unfinished:
                    self._skip()
                break
            self._malformed_in_a_row = 0
            records.append(cast("Record", value))
            if position < len(text):
                position = len(text) - len(text[position:].lstrip())
        if _ESCAPED_SURROGATE.search(text):
            return [_well_formed(record) for record in records]
        return records

    def _skip(self) -> None:
        self.malformed += 1
        self._malformed_in_a_row += 1
        if self._malformed_in_a_row > MAX_MALFORMED:
            raise ProviderError(
                "provider_protocol",
                f"Ollama sent {self._malformed_in_a_row} lines in a row that are not JSON records.",
                hint="Check that the address is that of Ollama, and that nothing between changes its answers.",
            )

    def _events(self, record: Record) -> list[ModelEvent]:
        events: list[ModelEvent] = []
        if self.done:
            return events
        if record.get("error") is not None:
            raise in_stream(record, self._model)
        message = record.get("message")
        if isinstance(message, dict):
            self._read_message(cast("Record", message), events)
        self._said = self._said or bool(events)
        if record.get("done") is True:
            self.done = True
            events.append(self._finished(_finish(record, self._num_ctx)))
        return events

    def _finished(self, finish: Finish) -> Finish:
        """An answer that ended at the window's end before it began was a request that did not fit."""
        usage = finish.usage
        full = usage is not None and (usage.context_tokens or 0) >= (usage.context_limit or math.inf)
        if usage is not None and full and finish.stop_reason == "max_tokens" and not self._said:
            said = "The conversation leaves no room for an answer."
            raise ContextOverflow(said, tokens=usage.prompt_tokens, limit=usage.context_limit)
        return finish

    def _read_message(self, message: Record, events: list[ModelEvent]) -> None:
        thinking = message.get("thinking")
        if thinking and isinstance(thinking, str):
            events.append(Thinking(thinking))
        content = message.get("content")
        if content and isinstance(content, str):
            events.append(Token(content))
        calls = message.get("tool_calls")
        if isinstance(calls, list):
            events.extend(map(self._tool_call, cast("list[object]", calls)))

    def _tool_call(self, value: object) -> ToolCall:
        """Calls are never taken for the same by name and arguments; an id that was there before is replaced."""
        call = _object(value)
        fields = _object(call.get("function"))
        given = call.get("id")
        identity = given if isinstance(given, str) and given and given not in self._ids else self._new_id()
        self._ids.add(identity)
        name = fields.get("name")
        return ToolCall(identity, name if isinstance(name, str) else "", _arguments(fields.get("arguments")))


def _object(value: object) -> Record:
    return cast("Record", value) if isinstance(value, dict) else {}


def _arguments(value: object) -> JsonObject | str:
    """Arguments are an object; some templates send it as a JSON string. Anything else stays text."""
    if value is None or value == "":
        return {}
    if isinstance(value, dict):
        return cast("JsonObject", value)
    if not isinstance(value, str):
        return json.dumps(value)
    try:
        parsed = _DECODER.decode(value)
    except (ValueError, RecursionError):
        return value
    return cast("JsonObject", parsed) if isinstance(parsed, dict) else value


def _well_formed(record: Record) -> Record:
    """The record with lone surrogates replaced by U+FFFD: they cannot be written as UTF-8."""
    text = json.dumps(record, ensure_ascii=False)
    return json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def _finish(record: Record, num_ctx: int | None) -> Finish:
    """The end of an answer. Ollama leaves every metric out that is zero; durations are nanoseconds."""
    usage = _usage(record, num_ctx)
    stop_reason: StopReason = "max_tokens" if record.get("done_reason") == "length" else "end_turn"
    return Finish(stop_reason, usage, _timings(record), _stop_message(stop_reason, usage, record))


def _usage(record: Record, num_ctx: int | None) -> Usage | None:
    prompt, completion = _number(record, "prompt_eval_count"), _number(record, "eval_count")
    if prompt is None and completion is None:
        return None
    used = int(prompt or 0), int(completion or 0)
    return Usage(*used, context_tokens=sum(used), context_limit=num_ctx)


def _timings(record: Record) -> Timings:
    total, load, prompt, generation = (
        _number(record, f"{name}_duration") for name in ("total", "load", "prompt_eval", "eval")
    )
    return Timings(
        total_ms=_ms(total) or 0,
        load_ms=_ms(load),
        prompt_ms=_ms(prompt),
        tokens_per_second=_rate(_number(record, "eval_count"), generation),
    )


def _rate(tokens: float | None, nanoseconds: float | None) -> float | None:
    """Tokens a second. An empty answer is one token in no time: no rate comes of that."""
    if not tokens or nanoseconds is None or nanoseconds < SHORTEST_GENERATION:
        return None
    return round(tokens / nanoseconds * 1e9, 2)


def _stop_message(reason: StopReason, usage: Usage | None, record: Record) -> str | None:
    window = usage.context_limit if usage is not None else None
    if usage is not None and window is not None and (usage.context_tokens or 0) >= window:
        if usage.prompt_tokens >= window:
            return f"The conversation is longer than the model's window of {window} tokens: its beginning was left out."
        if reason == "max_tokens":
            return f"The model's window of {window} tokens is full."
    if reason == "max_tokens":
        return "The answer reached the highest number of tokens it may have."
    if record.get("done_reason") in ("load", "unload"):
        return f"Ollama only did a model {record['done_reason']}: nothing was asked."
    return None


def _number(record: Mapping[str, object], key: str) -> float | None:
    value = record.get(key)
    return value if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 else None


def _ms(nanoseconds: float | None) -> int | None:
    return None if nanoseconds is None else round(nanoseconds / 1e6)
