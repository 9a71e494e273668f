"""What a user may set: every key with its type, its default and what it means.

No reading of anything here; `config/layers.py` puts the values together. `schemas/config.json` is made of these
models, and `lsp/messages.py` takes the ranges of a message's options from here.
"""

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

OLLAMA_PORTS = {"": 11434, "http": 80, "https": 443}
"""The port that is meant where an address has none, by its scheme: as Ollama itself reads OLLAMA_HOST."""


def _ollama_address(text: str) -> str:
    """The URL for an address as Ollama takes it: "gpu-box", ":11435", "https://host/ollama"."""
    scheme, _, rest = text.strip(" \"'").rpartition("://")
    try:
        parts = urlsplit(f"//{rest}")
        port = OLLAMA_PORTS[scheme] if parts.port is None else parts.port
    except (KeyError, ValueError):
        raise ValueError("an address like 127.0.0.1:11434 or http://host:11434") from None
    if parts.query or parts.fragment or "@" in parts.netloc or re.search(r"[^!-~]", rest):
        raise ValueError("an address like 127.0.0.1:11434, without user, password or query")
    # What a server listens on to be reached from everywhere is no address to connect to.
    host = {None: "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(parts.hostname, parts.hostname)
    return f"{scheme or 'http'}://{f'[{host}]' if ':' in str(host) else host}:{port}{parts.path.rstrip('/')}"


def _keep_alive(value: str | int) -> str | int:
    if isinstance(value, int) or re.fullmatch(r"-?(\d+(\.\d+)?(ms|s|m|h))+", value):
        return value
    if re.fullmatch(r"-?\d+", value):
        return int(value)
    raise ValueError('a duration like "5m", or a number of seconds (-1: for ever, 0: not at all)')


def expand(path: str) -> Path:
    """The path with a leading `~` resolved; as it is where that names nobody."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def _folder(value: object) -> object:
    # Turned into a path here, since strict validation takes no text for one.
    return expand(value) if isinstance(value, str) else value


def _agent_name(name: str) -> str:
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,39}", name):
        return name
    raise ValueError("a name of letters, digits, - and _")


Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1)]
Temperature = Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)]
TopP = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Think = bool | Literal["low", "medium", "high", "max"]
Address = Annotated[str, Field(min_length=1), AfterValidator(_ollama_address)]
KeepAlive = Annotated[str | int, AfterValidator(_keep_alive)]
Folder = Annotated[Path, BeforeValidator(_folder)]
NonEmpty = Annotated[str, Field(min_length=1)]
AgentName = Annotated[str, AfterValidator(_agent_name)]


class Section(BaseModel):
    """Base of all sections. Values never change: a running turn keeps those it began with."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True, defer_build=True
    )


class Options(Section):
    """What a `chat/stream` without such options of its own gets; unset leaves the choice to the model server."""

    temperature: Temperature | None = Field(default=None, description="How freely the model chooses its words, 0 to 2.")
    top_p: TopP | None = Field(
        default=None, description="Choose among the likeliest words that make up this share, 0 to 1."
    )
    seed: int | None = Field(default=None, description="The same seed and message give the same answer.")
    max_tokens: Count | None = Field(default=None, description="The longest answer, in tokens.")
    think: Think | None = Field(default=None, description="Whether, or how hard, a model that can think does so.")


class Ollama(Section):
    """The Ollama server."""

    address: Address = Field(default="http://127.0.0.1:11434", description="Where it answers: host:port or a URL.")
    num_ctx: Annotated[int, Field(ge=512)] = Field(
        default=16384,
        description="The longest context window to ask for, in tokens; a model with a shorter one gets its own.",
    )
    keep_alive: KeepAlive = Field(
        default="5m", description='How long a model stays loaded after an answer: "5m", or seconds; -1 is for ever.'
    )
    first_byte_timeout: Seconds = Field(
        default=300.0,
        description="Seconds to wait for the first byte of an answer: loading the model and reading the prompt.",
    )
    gap_timeout: Seconds = Field(default=300.0, description="Seconds an answer may pause.")
    probe_timeout: Seconds = Field(
        default=0.3, description="Seconds to wait at start-up for the server to show that it runs."
    )


class Scripted(Section):
    """The provider that replays script files: for demos, tests and bug reports."""

    folder: Folder | None = Field(
        default=None, description="The folder of the script files; unset: no scripted models."
    )


class Limits(Section):
    """Where a turn that does not come to an end by itself is ended."""

    model_calls: Count = Field(default=50, description="Calls of the model in one turn.")
    tool_calls: Count = Field(default=32, description="Tool calls in one message of the model.")
    identical_calls: Count = Field(default=3, description="The same tool call with the same arguments in a row.")
    seconds: Seconds = Field(default=1800.0, description="Seconds that one turn may take in all.")


class AgentLimits(Section):
    """Where a task of this agent is ended; what is unset is as in `limits`."""

    model_calls: Count | None = Field(default=None, description="Calls of the model in one task.")
    tool_calls: Count | None = Field(default=None, description="Tool calls in one message of the model.")
    identical_calls: Count | None = Field(
        default=None, description="The same tool call with the same arguments in a row."
    )


class AgentSettings(Section):
    """An agent of the user's own, or what is to be different in one that is built in: what is unset stays as it is."""

    description: NonEmpty | None = Field(
        default=None, description="What it is good for, in a sentence: by this it is chosen. A new agent needs one."
    )
    instructions: NonEmpty | None = Field(
        default=None, description="What it is told before every conversation. A new agent needs them."
    )
    model: NonEmpty | None = Field(
        default=None,
        description='The model it answers with, as "provider/name"; unset: the default, or that of whom it works for.',
    )
    tools: list[NonEmpty] | None = Field(
        default=None,
        description='The tools it may use, "delegate" among them if it may hand on parts of its task; unset: all.',
    )
    limits: AgentLimits = Field(default=AgentLimits(), description="Limits of one task of this agent.")


class Settings(Section):
    """All there is to set."""

    model: NonEmpty | None = Field(
        default=None, description='The model that answers, as "provider/name"; unset: the best one that can be reached.'
    )
    agent: NonEmpty = Field(default="chat", description="The agent that answers.")
    instructions: NonEmpty | None = Field(
        default=None, description="What every agent is told beside its own instructions."
    )
    options: Options = Field(default=Options(), description="Defaults of the options of a message.")
    ollama: Ollama = Field(default=Ollama(), description="The Ollama server.")
    scripted: Scripted = Field(default=Scripted(), description="Replaying script files instead of a model.")
    limits: Limits = Field(default=Limits(), description="Limits of one turn.")
    agents: dict[AgentName, AgentSettings] = Field(
        default_factory=dict[str, AgentSettings], description="Agents by name: new ones, and changes of built-in ones."
    )
