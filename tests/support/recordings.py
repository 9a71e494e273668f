"""Recorded answers of real model servers, ways to cut them, and records made by hand in the same wire format.

Used by whoever feeds a parser or a fake server with Ollama's `/api/chat` stream. The recordings themselves, and what
they show, are in `tests/recordings/`.
"""

import itertools
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "recordings"


def recordings(pattern: str = "chat_*.ndjson") -> list[Path]:
    """All recorded streams, sorted, of every server version."""
    return sorted(FOLDER.glob(f"*/{pattern}"))


def name_of(recording: Path) -> str:
    """How a recording is called in a test's id ("ollama-0.24.0/chat_tool")."""
    return f"{recording.parent.name}/{recording.stem}"


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    """`data` in pieces of `size` bytes, the last one shorter."""
    return (data[start : start + size] for start in range(0, len(data), size))


def cut(data: bytes, places: Sequence[int]) -> list[bytes]:
    """`data` cut at these offsets, in any order; the same offset twice makes an empty piece."""
    edges = [0, *sorted(places), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(edges)]


def line(record: object) -> bytes:
    """One record as Ollama writes it: compact JSON, raw UTF-8, a newline."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def message(content: str = "", **fields: Any) -> bytes:
    """A record with a piece of the answer; `thinking=…` and `tool_calls=…` go into its message."""
    return line({"model": "m", "message": {"role": "assistant", "content": content, **fields}, "done": False})


def tool_call(name: str, arguments: object, **fields: Any) -> dict[str, Any]:
    """An entry of `tool_calls`; `id=…` and `index=…` are left out unless given."""
    function: dict[str, Any] = {"name": name, "arguments": arguments}
    if "index" in fields:
        function["index"] = fields.pop("index")
    return {**fields, "function": function}


def done(reason: str | None = "stop", content: str = "", **fields: Any) -> bytes:
    """The terminal record; `tool_calls=…` goes into its message, everything else (metrics) beside it."""
    body: dict[str, Any] = {"role": "assistant", "content": content}
    if "tool_calls" in fields:
        body["tool_calls"] = fields.pop("tool_calls")
    ended = {} if reason is None else {"done_reason": reason}
    return line({"model": "m", "message": body, "done": True, **ended, **fields})


def answer(*texts: str, **metrics: Any) -> list[bytes]:
    """A whole answer: one record for each text, and the terminal one."""
    return [*(message(text) for text in texts), done(**metrics)]
