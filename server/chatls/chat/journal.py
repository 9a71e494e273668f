"""The events of one turn as they went out: what a client can ask for again.

Each event has its number (`seq`); a run of text keeps its pieces apart, so that a client gets exactly what it missed,
and joins them for one that draws history. Pure. Written by `lsp/progress.py`, read by `lsp/history.py`.
"""

from dataclasses import dataclass, replace

from chatls.chat.events import Start, StreamEvent, Thinking, Token


@dataclass(slots=True)
class _Run:
    """Neighbouring text of one kind and task: piece `i` has the number `first + i`."""

    first: int
    event: Token | Thinking
    pieces: list[str]

    def since(self, seq: int) -> Token | Thinking:
        return replace(self.event, data="".join(self.pieces[max(0, seq - self.first) :]))


class Journal:
    """Numbers events from 0 without gaps, and remembers them with neighbouring text merged."""

    def __init__(self) -> None:
        self._entries: list[tuple[int, StreamEvent] | _Run] = []
        self._next = 0
        self.model = ""
        """The model that the turn began with."""

    @property
    def last_seq(self) -> int:
        """The number of the newest event; -1 while there is none."""
        return self._next - 1

    def append(self, event: StreamEvent) -> int:
        """Remember an event; returns its number."""
        seq = self._next
        self._next += 1
        if isinstance(event, Start):
            self.model = event.model
        if not isinstance(event, Token | Thinking):
            self._entries.append((seq, event))
            return seq
        last = self._entries[-1] if self._entries else None
        if isinstance(last, _Run) and type(last.event) is type(event) and last.event.task == event.task:
            last.pieces.append(event.data)
        else:
            self._entries.append(_Run(seq, replace(event, data=""), [event.data]))
        return seq

    def text(self) -> str:
        """The answer as far as it went out."""
        runs = (entry for entry in self._entries if isinstance(entry, _Run))
        return "".join("".join(run.pieces) for run in runs if isinstance(run.event, Token) and run.event.task is None)

    def since(self, after_seq: int = -1) -> list[tuple[int, StreamEvent]]:
        """The events after that number, neighbouring text merged; merged text has the number of its last piece."""
        found: list[tuple[int, StreamEvent]] = []
        for entry in self._entries:
            if isinstance(entry, _Run):
                last = entry.first + len(entry.pieces) - 1
                if last > after_seq:
                    found.append((last, entry.since(after_seq + 1)))
            elif entry[0] > after_seq:
                found.append(entry)
        return found
