"""The script files of the scripted provider: what they may hold, and reading them.

Pure. A script is TOML:

    rate = 40                        # words a second; left out: all at once
    loop = true                      # after the last answer comes the first again (the default), else the last stays
    context_length = 500             # the model's window, in words; left out: there is none

    [[answer]]                       # what the first model call gets
    steps = [
        { thinking = "A question about a file." },
        { text = "Let me look. " },
        { tool = "read_file", args = { path = "README.md" } },
    ]

    [[answer]]                       # what the second gets, with the tool's result in hand
    prompt_tokens = 120              # reported as usage, with completion_tokens
    steps = [{ text = "It says: " }, { echo = true }]
    finish = "max_tokens"            # left out: end_turn

Steps: `text`, `thinking`, `tool` (with `args`, an object, or a string for arguments that are no JSON), `echo` (the text
of the request's last message), `wait` (seconds), `phase` (a phase's name), `error` (a message; with `status`,
`reason`, `retry_after`, and `times`: only so many tries fail), `cut` (the stream breaks off), `malformed` (so many
unreadable lines).
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import NoneType
from typing import Any, cast, get_args

from chatls.chat.events import JsonObject, PhaseName, StopReason, Usage
from chatls.errors import ProviderError, Reason
from chatls.providers.retry import RETRYABLE_STATUS

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Say:
    """Text of the answer, or of the thinking before it."""

    text: str
    thinking: bool = False


@dataclass(frozen=True, slots=True)
class Echo:
    """The text of the last message of the request."""


@dataclass(frozen=True, slots=True)
class Call:
    tool: str
    arguments: JsonObject | str


@dataclass(frozen=True, slots=True)
class Wait:
    seconds: float


@dataclass(frozen=True, slots=True)
class Enter:
    phase: PhaseName


@dataclass(frozen=True, slots=True)
class Fail:
    """A failure; `times`: how many tries meet it, None for all."""

    reason: Reason
    message: str
    status: int | None = None
    retry_after: float | None = None
    retryable: bool = False
    times: int | None = None


Step = Say | Echo | Call | Wait | Enter | Fail


@dataclass(frozen=True, slots=True)
class Answer:
    steps: tuple[Step, ...]
    finish: StopReason = "end_turn"
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class Script:
    answers: tuple[Answer, ...]
    rate: float = 0.0
    """Words a second; 0: all at once."""
    loop: bool = True
    context_length: int | None = None
    """The window, in words."""

    def answer(self, call: int) -> Answer:
        """The answer to the model call with this number, from 0."""
        if call < len(self.answers):
            return self.answers[call]
        return self.answers[call % len(self.answers) if self.loop else -1]


def parse(text: str, name: str) -> Script:
    """Read a script. `name` is its file's, for the error.

    Raises:
        ProviderError: it is none; says where and what was expected.
    """
    try:
        table = tomllib.loads(text)
        answers = _typed(table, "answer", list, cast("list[object]", []))
        if not answers:
            raise ValueError("expected at least one [[answer]]")
        parsed = tuple(_answer(answer, number) for number, answer in enumerate(answers, 1))
        rate, loop = float(_typed(table, "rate", (float, int), 0.0)), _typed(table, "loop", bool, True)
        return Script(parsed, rate, loop, _typed(table, "context_length", (int, NoneType)))
    except ValueError as error:
        raise ProviderError(
            "provider_error", f"The script {name} cannot be read: {error}.", hint="Correct the script."
        ) from error


def _answer(answer: object, number: int) -> Answer:
    where = f"answer {number}"
    if not isinstance(answer, dict):
        raise ValueError(f"{where}: expected a table")
    table = cast("Table", answer)
    steps = _typed(table, "steps", list, cast("list[object]", []))
    finish = table.get("finish", "end_turn")
    if finish not in get_args(StopReason):
        raise ValueError(f"{where}: finish is one of {', '.join(get_args(StopReason))}")
    counts = [_typed(table, f"{kind}_tokens", int, 0) for kind in ("prompt", "completion")]
    usage = Usage(*counts, context_tokens=sum(counts)) if any(counts) else None
    return Answer(tuple(_step(step, f"{where}, step {at}") for at, step in enumerate(steps, 1)), finish, usage)


def _step(step: object, where: str) -> Step:
    if isinstance(step, dict):
        table = cast("Table", step)
        for kind, read in _STEPS.items():
            if kind in table:
                try:
                    return read(table)
                except ValueError as error:
                    raise ValueError(f"{where}: {error}") from error
    raise ValueError(f"{where}: expected one of {', '.join(_STEPS)}")


def _call(table: Table) -> Call:
    return Call(_typed(table, "tool", str), _typed(table, "args", (dict, str), cast("dict[str, Any]", {})))


def _phase(table: Table) -> Enter:
    if table["phase"] not in get_args(PhaseName):
        raise ValueError(f"phase is one of {', '.join(get_args(PhaseName))}")
    return Enter(table["phase"])


def _error(table: Table) -> Fail:
    reason = table.get("reason", "provider_error")
    if reason not in get_args(Reason):
        raise ValueError(f"reason is one of {', '.join(get_args(Reason))}")
    status = _typed(table, "status", (int, NoneType))
    return Fail(
        reason,
        _typed(table, "error", str),
        status,
        _typed(table, "retry_after", (float, int, NoneType)),
        retryable=status in RETRYABLE_STATUS,
        times=_typed(table, "times", (int, NoneType)),
    )


_STEPS: Mapping[str, Callable[[Table], Step]] = {
    "text": lambda table: Say(_typed(table, "text", str)),
    "thinking": lambda table: Say(_typed(table, "thinking", str), thinking=True),
    "tool": _call,
    "echo": lambda _: Echo(),
    "wait": lambda table: Wait(float(_typed(table, "wait", (float, int)))),
    "phase": _phase,
    "error": _error,
    "cut": lambda _: Fail("stream_interrupted", "The script breaks off here.", retryable=True),
    "malformed": lambda _: Fail("provider_protocol", "The script sends lines here that cannot be read."),
}


_WORDS: Mapping[type, str] = {
    bool: "true or false",
    dict: "a table",
    float: "a number",
    int: "a whole number",
    list: "a list",
    str: "a text",
}


def _typed(table: Table, key: str, kind: type | tuple[type, ...], default: Any = None) -> Any:
    value = table.get(key, default)
    if not isinstance(value, kind):
        kinds = kind if isinstance(kind, tuple) else (kind,)
        words = [_WORDS[one] for one in kinds if one in _WORDS and not (one is int and float in kinds)]
        raise ValueError(f"{key}: expected {' or '.join(words)}")
    return value
