"""The base protocol's frames (LSP 3.17, "Base Protocol"): bytes in, message bodies out, and back.

Pure: no I/O, no JSON but in `encode`, nothing of pygls. It is tolerant in what it reads (header names in any case, any
spaces, bare line feeds, junk before a frame) and bounded: a header of more than `MAX_HEADER` bytes and a body of more
than `MAX_BODY` are passed over, never kept. Used by `lsp/pipe.py` and by the terminal client.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MAX_HEADER = 8 * 1024
MAX_BODY = 64 * 1024 * 1024

_HEADER_END = re.compile(rb"\r?\n\r?\n")
_HEADER_LINE = re.compile(rb"[!#-'*+.^_`|~0-9A-Za-z-]+[ \t]*:[^\r\n]*")
_LENGTH = re.compile(rb"content-length[ \t]*:[ \t]*(\d{1,18})[ \t]*(?=\r?\n|\r?$)", re.IGNORECASE)
_CHARSET = re.compile(rb"^content-type[ \t]*:[^\r\n]*charset[ \t]*=[ \t]*\"?([\w-]+)", re.IGNORECASE | re.MULTILINE)
_MARKER = b"content-length"
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class FrameError:
    """Bytes that are no frame. `body` is there where only its charset was wrong."""

    problem: str
    body: bytes | None = None
    charset: str = ""


class FrameDecoder:
    """Cuts a byte stream into message bodies; how the stream is cut into reads makes no difference."""

    def __init__(self, *, max_header: int = MAX_HEADER, max_body: int = MAX_BODY) -> None:
        self._max_header = max_header
        self._max_body = max_body
        self._buffer = bytearray()
        self._body_length: int | None = None
        self._charset = ""
        self._to_skip = 0

    @property
    def partial(self) -> bool:
        """Whether a frame has begun that has not ended."""
        return bool(self._buffer) or self._body_length is not None or self._to_skip > 0

    def feed(self, data: bytes) -> list[bytes | FrameError]:
        """All frames that are complete with these bytes, in order."""
        if self._to_skip:
            data = self._skip(data)
        self._buffer += data
        found: list[bytes | FrameError] = []
        while self._step(found):
            pass
        return found

    def _step(self, found: list[bytes | FrameError]) -> bool:
        return self._read_header(found) if self._body_length is None else self._read_body(found)

    def _skip(self, data: bytes) -> bytes:
        skipped = min(self._to_skip, len(data))
        self._to_skip -= skipped
        return data[skipped:]

    def _read_header(self, found: list[bytes | FrameError]) -> bool:
        start = len(self._buffer) - len(self._buffer.lstrip(b"\r\n"))
        del self._buffer[:start]
        end = _HEADER_END.search(self._buffer, 0, self._max_header + 4)
        if end is None:
            return self._shorten_header(found)
        block = bytes(self._buffer[: end.start()])
        del self._buffer[: end.end()]
        self._take_header(block, found)
        return True

    def _shorten_header(self, found: list[bytes | FrameError]) -> bool:
        """Too long to be a header: forget it, but for what may be the beginning of the next one."""
        if len(self._buffer) <= self._max_header:
            return False
        marker = bytes(self._buffer[1:]).lower().find(_MARKER)
        del self._buffer[: marker + 1 if marker >= 0 else -len(_MARKER)]
        found.append(FrameError(f"a header of more than {self._max_header} bytes"))
        return len(self._buffer) > self._max_header

    def _take_header(self, block: bytes, found: list[bytes | FrameError]) -> None:
        lengths = [int(length) for length in _LENGTH.findall(block)]
        clean = all(_HEADER_LINE.fullmatch(line.rstrip(b"\r")) for line in block.split(b"\n"))
        if not lengths or (clean and len(set(lengths)) > 1):
            problem = "Content-Length headers that differ" if lengths else "a header without a Content-Length"
            found.append(FrameError(problem))
            return
        self._begin_body(lengths[-1], found)
        charset = _CHARSET.search(block)
        self._charset = charset[1].decode().lower() if charset else ""

    def _begin_body(self, length: int, found: list[bytes | FrameError]) -> None:
        if length <= self._max_body:
            self._body_length = length
            return
        found.append(FrameError(f"a body of {length} bytes, more than {self._max_body}"))
        here = min(length, len(self._buffer))
        del self._buffer[:here]
        self._to_skip = length - here

    def _read_body(self, found: list[bytes | FrameError]) -> bool:
        length = self._body_length or 0
        if len(self._buffer) < length:
            return False
        body = bytes(self._buffer[:length])
        del self._buffer[:length]
        self._body_length = None
        if self._charset in ("", "utf-8", "utf8"):
            found.append(body)
        else:
            found.append(FrameError(f"charset {self._charset}: only utf-8 is understood", body, self._charset))
        return True


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def encode(message: Mapping[str, Any]) -> bytes:
    """A message as one frame. What JSON or UTF-8 cannot hold is replaced: NaN by null, a lone surrogate by U+FFFD."""
    body = _utf8(_json(message))
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def _json(message: Mapping[str, Any]) -> str:
    try:
        return _ENCODER.encode(message)
    except ValueError:
        return _ENCODER.encode(_without_nan(message))


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text).encode()


def _without_nan(value: Any) -> Any:
    match value:
        case float() if not math.isfinite(value):
            return None
        case dict():
            return {key: _without_nan(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
        case list() | tuple():
            return [_without_nan(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
        case _:
            return value
