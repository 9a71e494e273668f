"""Bytes in, complete lines out: the framing of newline-delimited JSON.

Pure and bounded; knows nothing of JSON or of any server. Lines end at `\\n` and nowhere else (`str.splitlines` would
also cut at U+2028, U+0085 and form feeds inside a string), and stay bytes until they are whole, so that no character
is ever decoded in two halves. Called by the stream parsers.
"""

from chatls.errors import ProviderError

MAX_LINE = 8 * 1024 * 1024
"""Bytes of one line: as much as Ollama's own client takes. Tool arguments arrive whole, in one line."""


class LineSplitter:
    """Gathers bytes until lines are whole. Holds at most one unfinished line."""

    def __init__(self, max_line: int = MAX_LINE) -> None:
        self._max_line = max_line
        self._rest = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that `data` completes, without their newlines; empty ones are left out.

        Raises:
            ProviderError: `provider_protocol`, the unfinished line is longer than the limit. What came before it has
                been handed out by then.
        """
        self._check()
        if b"\n" not in data:
            self._rest += data
            return []
        *lines, rest = data.split(b"\n")
        if self._rest:
            lines[0] = bytes(self._rest) + lines[0]
        self._rest = bytearray(rest)
        return [line for line in lines if line and not line.isspace()]

    def flush(self) -> bytes:
        """What is left at the end of the stream: a line that never got its newline, or nothing."""
        self._check()
        rest = bytes(self._rest).strip()
        self._rest.clear()
        return rest

    def _check(self) -> None:
        if len(self._rest) > self._max_line:
            raise ProviderError(
                "provider_protocol",
                f"The model server sent a line of more than {self._max_line // 1024} KiB.",
                hint="Check that the address is that of a model server.",
            )
