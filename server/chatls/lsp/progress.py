"""A turn on the wire: one `begin`, reports, one `end`, on the client's own work-done token.

Numbers and remembers every event on its way out, also for a client that gave no token. What the events mean is not
known here, only how they are drawn (`lsp/event_json.py`) and when there is room for them (`lsp/pipe.py`).
"""

from collections.abc import Sequence
from typing import Literal

from chatls.chat.events import Done, Fault, Start, StreamEvent, Token
from chatls.chat.journal import Journal
from chatls.chat.task import Execution
from chatls.lsp.event_json import Json, event_json, message_for_people
from chatls.lsp.framing import encode
from chatls.lsp.pipe import BackpressureHandler, Lane
from chatls.lsp.running import ProgressToken

Kind = Literal["begin", "report", "end"]


class ProgressStream:
    """The events of one turn, to the pipe and into the turn's journal."""

    def __init__(self, pipe: BackpressureHandler, token: ProgressToken | None, journal: Journal) -> None:
        self._pipe = pipe
        self._token = token
        self._journal = journal
        self._lane = Lane()
        self.last: StreamEvent | None = None

    async def pump(self, execution: Execution) -> None:
        """Carry all events of an execution out; what gathers while there is no room goes out in larger pieces."""
        while await execution.buffer.ready():
            await self.room()
            self._send(execution.buffer.drain())

    async def room(self) -> None:
        """Wait until there is room for another event on the wire."""
        if self._token is not None:
            await self._pipe.room(self._lane)

    def send(self, event: StreamEvent, kind: Kind | None = None) -> None:
        """Number, remember and send one event; `kind` where the event alone does not tell (`chat/callTool`)."""
        self._send((event,), kind)

    def _send(self, events: Sequence[StreamEvent], kind: Kind | None = None) -> None:
        """All of them in one go: one write, most of the time."""
        frames: list[bytes] = []
        for event in events:
            self.last = event
            seq = self._journal.append(event)
            if self._token is not None:
                params = {"token": self._token, "value": _value(event, seq, kind or _kind(event))}
                frames.append(encode({"jsonrpc": "2.0", "method": "$/progress", "params": params}))
        if frames:
            self._pipe.send_on(self._lane, *frames)

    def hurry(self) -> None:
        """The turn was cancelled: what it still has to say goes before other turns' text."""
        self._pipe.hurry(self._lane)

    def flush(self) -> None:
        """Let what follows on the wire (the response, a request to the client) come after all of this."""
        self._pipe.flush(self._lane)


def _value(event: StreamEvent, seq: int, kind: Kind) -> Json:
    if isinstance(event, Token) and event.task is None:
        data = event.data
        return {"kind": kind, "message": data, "event": {"type": "token", "seq": seq, "data": data}}
    value: Json = {"kind": kind}
    if kind == "begin":
        value |= {"title": event.model if isinstance(event, Start) else message_for_people(event), "cancellable": True}
    elif (message := message_for_people(event)) is not None:
        value["message"] = message
    return value | {"event": event_json(event, seq)}


def _kind(event: StreamEvent) -> Kind:
    match event:
        case Start():
            return "begin"
        case Done() | Fault(retry_in_ms=None):
            return "end"
        case _:
            return "report"
