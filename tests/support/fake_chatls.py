"""A stand-in for the chatls server, for tests of the terminal client: a script that speaks the wire contract on stdio.

What it does with a message is said by the message's first word; `--protocol N` makes it speak another version, with
`--offline` it has no model, and with `--broken` it does not start. It is run as a process of its own and imports
nothing of chatls.
"""

import json
import os
import sys
from typing import Any, BinaryIO, cast

Json = dict[str, Any]

LONG_ANSWER = "\n\n".join(
    ["# Long", "Some *words*.", *(f"{n}. item {n}" for n in range(1, 40)), "```python\nprint('end')\n```", "The end."]
)


DIFF_HEAD = "--- a/a.py\n+++ b/a.py\n"
HUNKS = [
    "@@ -1,2 +1,3 @@\n one = 1\n-two = 2\n+two = 3\n+three = 4\n",
    "@@ -20 +21 @@\n-twenty = 20\x1b[2J\n+twenty = \u202e02\n",
    "@@ -40 +41,0 @@\n-forty = 40\n",
]
LONG_DIFF = "--- /dev/null\n+++ b/new.txt\n@@ -0,0 +1,200 @@\n" + "".join(f"+line {n}\n" for n in range(1, 201))
SESSION_LABEL = "Allow edits of ordinary files in this workspace, in this session"
OPTIONS = [
    {"id": "allow", "label": "Allow once", "kind": "allow_once"},
    {"id": "allow_session:0", "label": SESSION_LABEL, "kind": "allow_session"},
    {"id": "reject", "label": "Reject", "kind": "reject_once"},
    {"id": "reject_always", "label": "Always reject: Edit a.py", "kind": "reject_always"},
]
GRANTS = [
    {
        "grantId": "g1",
        "tool": "edit_file",
        "scope": "session",
        "label": SESSION_LABEL,
        "createdAt": "2020-01-01T00:00:00Z",
    },
    {
        "grantId": "g2",
        "tool": "run_command",
        "scope": "always",
        "label": "Run make",
        "createdAt": "2020-01-01T00:00:00Z",
    },
]
DEFAULT = "offline/assistant" if "--offline" in sys.argv else "fake/model"
LISTED = {
    "models": [{"id": "fake/model", "provider": "fake", "contextLength": 8192, "capabilities": ["tools"]}],
    "providers": [
        {"id": "fake", "reachable": True},
        {"id": "other", "reachable": False, "reason": "It is away.", "hint": "Start it."},
        {"id": "ollama", "reachable": False, "reason": "Ollama is away.", "hint": "Start Ollama."},
    ],
    "default": DEFAULT,
}


class Fake:
    """One connection: reads requests, answers them, and keeps what the turn that waits for something needs."""

    def __init__(self, protocol: int) -> None:
        self._protocol = protocol
        self._stdin = cast("BinaryIO", sys.stdin.buffer)
        self._seq = 0
        self._token: object = None
        self._turn: object = None
        self._text = ""
        self._sessions: list[str] = []
        self._is_deaf = False
        self._asked: set[int] = set()
        self._grants = list(GRANTS)

    def run(self) -> None:
        while (message := self._read()) is not None:
            self._handle(message)

    def _read(self) -> Json | None:
        length = 0
        while line := self._stdin.readline().strip():
            length = int(line.split(b":")[1])
        return json.loads(self._stdin.read(length)) if length else None

    def _write(self, message: Json) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        sys.stdout.buffer.flush()

    def _answer(self, request: Json, result: object) -> None:
        self._write({"id": request["id"], "result": result})

    def _handle(self, message: Json) -> None:
        match message.get("method"):
            case "initialize":
                experimental = {"chatls": {"protocol": self._protocol}}
                self._answer(message, {"capabilities": {"experimental": experimental}})
            case "chat/stream":
                self._begin(message)
            case "$/cancelRequest":
                self._cancel()
            case "shutdown":
                self._answer(message, None)
            case "exit":
                sys.exit(0)
            case None if message.get("id") in self._asked:
                self._hear(message)
            case _:
                self._look_up(message)

    def _hear(self, answer: Json) -> None:
        """The turn ends with the answer to its last question."""
        self._asked.remove(answer["id"])
        self._token_event(f"answered {json.dumps(answer.get('result'))}" + ("\n\n" if self._asked else ""))
        if not self._asked:
            self._end("end_turn")

    def _look_up(self, message: Json) -> None:
        match message.get("method"):
            case "chat/listModels":
                self._write({"method": "window/showMessage", "params": {"type": 2, "message": "Mind the gap."}})
                self._answer(message, LISTED)
            case "chat/listSessions":
                self._answer(message, {"sessions": [{"sessionId": session} for session in reversed(self._sessions)]})
            case "chat/complete":
                self._answer(message, {"isIncomplete": False, "items": []})
                if "@" in message["params"]["text"]:
                    self._on_approve({})
            case "chat/listGrants":
                self._answer(message, {"grants": self._grants})
            case "chat/revokeGrant":
                self._grants = [grant for grant in self._grants if grant["grantId"] != message["params"]["grantId"]]
                self._answer(message, {})
            case _:
                pass

    def _cancel(self) -> None:
        if self._is_deaf:
            self._token_event(".")
        else:
            self._end("cancelled")

    def _begin(self, request: Json) -> None:
        params = request["params"]
        self._seq, self._token, self._turn, self._text = 0, params["workDoneToken"], request, ""
        session = params.get("sessionId") or f"s{len(self._sessions) + 1}"
        self._sessions.append(session)
        start = {"sessionId": session, "turnId": "t1", "agent": "chat", "model": "fake/model"}
        self._event("start", kind="begin", title="fake/model", cancellable=True, event_fields=start)
        word = params["message"]["content"].split()[0]
        getattr(self, f"_on_{word}", self._on_echo)(params)

    def _event(self, name: str, *, kind: str = "report", event_fields: Json, **value: object) -> None:
        event = {"type": name, "seq": self._seq, **event_fields}
        self._seq += 1
        self._write(
            {"method": "$/progress", "params": {"token": self._token, "value": {**value, "kind": kind, "event": event}}}
        )

    def _token_event(self, data: str) -> None:
        self._text += data
        self._event("token", event_fields={"data": data})

    def _end(self, reason: str) -> None:
        request, self._turn = cast("Json | None", self._turn), None
        if request is None:
            return
        outcome = {"final": self._text, "stopReason": reason, "timings": {"totalMs": 5, "tokensPerSecond": 41.0}}
        usage = {"promptTokens": 3, "completionTokens": 128}
        self._event("done", kind="end", event_fields={**outcome, "usage": usage})
        self._answer(request, {**outcome, "usage": usage, "sessionId": "s1", "turnId": "t1", "lastSeq": self._seq - 1})

    def _on_mention(self, params: Json) -> None:
        """A word to the user before the answer."""
        word = {"phase": "connecting", "message": "@no.py is only text."}
        self._event("phase", event_fields=word, message=word["message"])
        self._event("phase", event_fields={"phase": "loading", "message": "It is loading"})
        self._on_echo(params)

    def _on_echo(self, params: Json) -> None:
        self._token_event(json.dumps({key: value for key, value in params.items() if key != "workDoneToken"}))
        self._end("end_turn")

    def _on_hello(self, _params: Json) -> None:
        self._event("unheard_of", event_fields={"data": 1})
        for data in ("Hel", "lo *wor", "ld*"):
            self._token_event(data)
        self._end("end_turn")

    def _on_long(self, _params: Json) -> None:
        for start in range(0, len(LONG_ANSWER), 7):
            self._token_event(LONG_ANSWER[start : start + 7])
        self._end("end_turn")

    def _on_slow(self, _params: Json) -> None:
        self._event("phase", event_fields={"phase": "loading"})
        self._token_event("so far")

    def _on_deaf(self, params: Json) -> None:
        self._is_deaf = True
        self._on_slow(params)

    def _on_die(self, _params: Json) -> None:
        self._token_event("last words")
        sys.stderr.write("Boom: it broke\n")
        sys.stderr.flush()
        os._exit(3)

    def _on_escape(self, _params: Json) -> None:
        for data in "a\x1b]52;c;ZXZpbA==\x07b\x1b[2Jc\x9b2Jd\re":
            self._token_event(data)
        self._end("end_turn")

    def _on_flood(self, _params: Json) -> None:
        for number in range(5000):
            self._token_event(f"line {number}\n")
        self._end("end_turn")

    def _on_tool(self, _params: Json) -> None:
        call = {"id": "c1", "tool": "read_file", "args": {"path": "a.py"}, "kind": "read", "title": "Read a.py"}
        self._event("tool_call", event_fields=call)
        result = {"id": "c1", "tool": "read_file", "durationMs": 4, "result": {"text": "…"}}
        self._event("tool_result", event_fields=result)
        bad: Json = {"id": "c2", "tool": "nope", "args": {}, "kind": "other", "title": "nope"}
        self._event("tool_call", event_fields=bad)
        error = {"code": "not_found", "message": "there is no such tool"}
        self._event("tool_result", event_fields={"id": "c2", "tool": "nope", "durationMs": 1, "error": error})
        self._token_event("Done.")
        self._end("end_turn")

    def _on_fail(self, _params: Json) -> None:
        request = cast("Json", self._turn)
        error = {"code": "provider_unreachable", "message": "Ollama is not running.", "retryable": True}
        self._event("error", event_fields={"error": {**error, "attempt": 1, "retryInMs": 1500}})
        self._token_event("Half")
        self._event("error", kind="end", event_fields={"error": error})
        data = {"reason": "provider_unreachable", "retryable": True, "hint": "Start it with `ollama serve`."}
        self._write({"id": request["id"], "error": {"code": -32803, "message": error["message"], "data": data}})

    def _ask(self, id_: int, method: str = "chat/requestApproval", **params: object) -> None:
        self._asked.add(id_)
        self._event("phase", event_fields={"phase": "approval"})
        self._write({"id": id_, "method": method, "params": {"approvalId": f"a{id_}", "options": OPTIONS, **params}})

    def _on_approve(self, _params: Json) -> None:
        self._ask(77, tool="run_command", kind="execute", title="Run rm\x1b[2J -rf", detail="rm -rf \u202ex")

    def _on_edit(self, _params: Json) -> None:
        call: Json = {"id": "c1", "tool": "edit_file", "args": {}, "kind": "edit", "title": "Edit a.py"}
        self._event("tool_call", event_fields=call)
        hunks = [{"id": f"h{n}", "uri": "file:///ws/a.py", "diff": DIFF_HEAD + diff} for n, diff in enumerate(HUNKS, 1)]
        diff = DIFF_HEAD + "".join(HUNKS)
        self._ask(77, tool="edit_file", kind="edit", title="Edit a.py", detail="", diff=diff, hunks=hunks)

    def _on_create(self, _params: Json) -> None:
        self._ask(77, tool="edit_file", kind="edit", title="Create new.txt", detail="a new file", diff=LONG_DIFF)

    def _on_two(self, _params: Json) -> None:
        self._ask(77, tool="run_command", kind="execute", title="Run one", detail="one")
        self._ask(78, tool="run_command", kind="execute", title="Run two", detail="two")

    def _on_withdraw(self, params: Json) -> None:
        self._on_approve(params)
        self._write({"method": "chat/approvalClosed", "params": {"approvalId": "a77"}})

    def _on_message(self, _params: Json) -> None:
        actions = [{"title": "Allow"}, {"title": "Deny"}]
        self._ask(77, "window/showMessageRequest", type=3, message="May I?", actions=actions)

    def _on_run(self, _params: Json) -> None:
        """A command that goes on until the turn is cancelled."""
        call: Json = {"id": "c1", "tool": "run_command", "args": {}, "kind": "execute", "title": "Run make"}
        self._event("tool_call", event_fields=call)
        for number in range(1, 10):
            data = f"step {number}\n"
            self._event("tool_progress", event_fields={"id": "c1", "status": "running", "data": data})

    def _on_change(self, _params: Json) -> None:
        call: Json = {"id": "c1", "tool": "edit_file", "args": {}, "kind": "edit", "title": "Edit a.py"}
        self._event("tool_call", event_fields=call)
        result = {"text": "…", "diff": DIFF_HEAD + "".join(HUNKS)}
        self._event("tool_result", event_fields={"id": "c1", "tool": "edit_file", "durationMs": 4, "result": result})
        self._end("end_turn")


if __name__ == "__main__":
    if "--broken" in sys.argv:
        sys.exit("cannot start")
    Fake(int(sys.argv[2]) if "--protocol" in sys.argv else 1).run()
