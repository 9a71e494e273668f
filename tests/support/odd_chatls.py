"""A server that ends its turns as none should, for tests of a client that must bear it: `python odd_chatls.py`.

The message's first word says what is odd; all else is `fake_chatls.py`'s.
"""

import sys
from pathlib import Path
from typing import Any, cast

sys.path.insert(0, str(Path(__file__).parent))  # it is run as a file, from anywhere

from fake_chatls import Fake, Json

RESULT: Json = {"sessionId": "s1", "turnId": "t1", "stopReason": "end_turn", "timings": {"totalMs": 5}}


class Odd(Fake):
    """Each method is one oddity."""

    def _look_up(self, message: Json) -> None:
        if message.get("method") == "chat/getTurn":
            texts = ["one ", "two ", "three"]
            events = [{"type": "token", "seq": seq, "data": text} for seq, text in enumerate(texts, 1)]
            after = message["params"].get("afterSeq", -1)
            self._answer(message, {"events": [event for event in events if event["seq"] > after], "lastSeq": 3})
        else:
            super()._look_up(message)

    def _result(self, last: int, final: str) -> None:
        self._answer(cast("Json", self._turn), {**RESULT, "final": final, "lastSeq": last})

    def _token_at(self, seq: int, data: str) -> None:
        self._seq = seq
        self._token_event(data)

    def _end_event(self) -> None:
        done = {"final": self._text, "stopReason": "end_turn", "timings": {"totalMs": 5}}
        self._event("done", kind="end", message="done", event_fields=done)

    def _on_resultfirst(self, _params: Json) -> None:
        self._token_event("one ")
        self._result(1, "one ")
        self._end_event()

    def _on_noend(self, _params: Json) -> None:
        self._token_event("one ")
        self._result(1, "one ")

    def _on_late(self, _params: Json) -> None:
        self._token_event("one ")
        self._end_event()
        self._result(2, "one ")
        self._event("phase", event_fields={"phase": "loading"}, message="Late")
        self._token_event("late")
        self._end_event()

    def _on_twice(self, _params: Json) -> None:
        self._token_event("one ")
        self._token_at(1, "one ")
        self._end_event()
        self._end_event()
        self._result(2, "one ")

    def _on_gap(self, _params: Json) -> None:
        self._token_at(1, "one ")
        self._token_at(3, "three")
        self._seq = 4
        self._end_event()
        self._result(4, "one two three")

    def _on_unseen(self, _params: Json) -> None:
        """A turn of which only the result says that there was more."""
        self._result(3, "one two three")

    def _on_error(self, _params: Json) -> None:
        """A refusal before anything, with data that is not ours."""
        error: dict[str, Any] = {"code": -32602, "message": "No.", "data": None}
        self._write({"id": cast("Json", self._turn)["id"], "error": error})


class Unbegun(Odd):
    """Nothing is begun, and what comes is reported all the same."""

    def _event(self, name: str, *, kind: str = "report", event_fields: Json, **value: object) -> None:
        if kind == "begin":
            self._seq += 1
        else:
            super()._event(name, kind=kind, event_fields=event_fields, **value)


class Silent(Fake):
    """Reads and says nothing."""

    def _handle(self, message: Json) -> None:
        pass


class Other(Fake):
    """A language server, but not ours."""

    def _handle(self, message: Json) -> None:
        if message.get("method") == "initialize":
            self._answer(message, {"capabilities": {}})
        else:
            super()._handle(message)


if __name__ == "__main__":
    {"odd": Odd, "unbegun": Unbegun, "silent": Silent, "other": Other}[sys.argv[1]](1).run()
