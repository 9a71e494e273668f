"""From a file's bytes to its text and back without loss: its encoding and its byte order mark stay what they are.

Pure. What cannot be written back byte for byte is refused rather than guessed at. Used by `tools/editing/targets.py`.
"""

import codecs
from dataclasses import dataclass

from chatls.tools.base import ToolError
from chatls.tools.text import encoding_of

_HEAD = 64 * 1024
"""Bytes that decide about the encoding: as many as for reading, so that both see the same text."""
_MARKED = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)


@dataclass(frozen=True, slots=True)
class Coding:
    """How a file's text becomes bytes: a codec of Python, its name for people, and the mark the file begins with."""

    codec: str
    name: str
    mark: bytes = b""


UTF_8 = Coding("utf-8", "UTF-8")


def decoded(data: bytes, name: str) -> tuple[str, Coding]:
    """The text of a file that is called `name`, and how to write it.

    Raises:
        ToolError: `binary_file`, or `not_text`: it is not wholly in the encoding it begins with.
    """
    coding = _coding(data, name)
    try:
        return data[len(coding.mark) :].decode(coding.codec), coding
    except UnicodeDecodeError as error:
        raise ToolError(
            "not_text",
            f"{name} is {coding.name} but for the bytes at offset {error.start + len(coding.mark):,}: "
            "it cannot be edited without loss.",
        ) from None


def encoded(text: str, coding: Coding, name: str) -> bytes:
    """The bytes of a text.

    Raises:
        ToolError: `not_encodable`.
    """
    try:
        return coding.mark + text.encode(coding.codec)
    except UnicodeEncodeError as error:
        code = ord(text[error.start])
        raise ToolError(
            "not_encodable", f"{name} is a file in {coding.name}, which has no character U+{code:04X}: leave it out."
        ) from None


def _coding(data: bytes, name: str) -> Coding:
    found = encoding_of(data[:_HEAD], whole=len(data) <= _HEAD)
    if found is None:
        raise ToolError("binary_file", f"{name} is a binary file, {len(data):,} bytes: only text can be edited.")
    for mark, codec, called in _MARKED:
        if data.startswith(mark):
            return Coding(codec, called, mark)
    return UTF_8 if found.codec == "utf-8" else Coding(found.codec, "Latin-1")
