"""A hostile model, played by a fake model server, against a real server process, its user and the user's files.

`Scene.attack` plays tool calls in one turn and then holds what must be true after every attack: nothing outside of the
workspace is touched, in it only what the case says, nobody was called over the network, no process is left, and no
secret has got anywhere.
"""

import json
import shutil
import sys
import uuid
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.support.chat_server import chat_server, new_token
from tests.support.commanding import Canary, canary, marked
from tests.support.fake_model_server import FakeModelServer, Reply
from tests.support.hostile_project import write_project
from tests.support.install import program
from tests.support.lookout import HIDDEN, KEY, ROOT, SECRET, Look, changed, look, spilt
from tests.support.lsp_client import LspClient, stream_params
from tests.support.model_editor import ModelEditor
from tests.support.process_facts import until
from tests.support.recordings import answer, done, tool_call
from tests.support.turns import check_turn

Json = dict[str, Any]
Call = tuple[str, object]
"""A tool's name and its arguments, which may be anything."""
User = Callable[[Json], Json]
"""Answers the params of `chat/requestApproval`."""

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="commands are confined on Linux only")
BATCH = 30
"""Calls in one message of the model."""
ORDINARY: Sequence[Call] = (
    ("edit_file", {"path": "a.py", "edits": [{"old_text": "x = 1", "new_text": "x = 3"}]}),
    ("move_file", {"source": "b.py", "target": "sub/e.py"}),
    ("delete_file", {"path": "c.py"}),
)
"""Harmless changes, with which a model gets itself the user's trust: one of each tool."""
CHANGED_BY_ORDINARY = {"a.py", "b.py", "sub/e.py", "c.py"}


_CHANGING = {tool for tool, _ in ORDINARY}


def answering(kind: str, question: Json) -> Json:
    """The first answer of this kind that is offered; a refusal where there is none."""
    offered = [option["id"] for option in question["options"] if option["kind"] == kind]
    return {"optionId": offered[0] if offered else "reject"}


def refuses(_question: Json) -> Json:
    return {"optionId": "reject"}


def trusts_edits(question: Json) -> Json:
    """A user who allows for the session whatever changes files, where that is offered, and nothing else."""
    return answering("allow_session" if question["tool"] in _CHANGING else "reject_once", question)


def allows(question: Json) -> Json:
    """A user who looks at nothing."""
    return answering("allow_once", question)


def allows_one() -> User:
    """A user who allows the first thing that is asked, and no other."""
    answers = ["allow_once"]
    return lambda question: answering(answers.pop() if answers else "reject_once", question)


def failures(calls: Sequence[Call], results: Sequence[Json]) -> list[tuple[Call, str | None]]:
    """Each call with the code of its failure; None where it was done."""
    codes = [result["error"]["code"] if "error" in result else None for result in results]
    return list(zip(calls, codes, strict=True))


@dataclass
class Scene:
    """The server's home folder, with the workspace `ws` in it, and everybody around."""

    client: LspClient
    model: FakeModelServer
    home: Path
    bird: Canary
    mark: str
    template: Path
    user: User = refuses
    asked: list[Json] = field(default_factory=list[Json])
    applied: list[Json] = field(default_factory=list[Json])
    answers: dict[str, Callable[[Json], object]] = field(default_factory=dict[str, Callable[[Json], object]])
    """As `ModelEditor` fills it."""
    began: int = 0
    """How many frames had come when the stage was made ready."""
    _frames: int = 0

    def __post_init__(self) -> None:
        self.editor = ModelEditor(self)
        self.client.handlers["chat/requestApproval"] = self._answer
        self.client.handlers["workspace/applyEdit"] = self._apply
        self.client.handlers["chat/saveDocuments"] = self._save

    @property
    def workspace(self) -> Path:
        return self.home / "ws"

    def notify(self, method: str, params: Json) -> None:
        self.client.notify(method, params)

    def reset(self) -> None:
        """A workspace as it was, and a user who refuses everything."""
        for uri in self.editor.texts:
            self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        self.editor.texts.clear()
        self.asked.clear()
        self.applied.clear()
        self.model.forget()
        self.bird.hits.clear()
        self.user = refuses
        self.began = len(self.client.received)
        (self.home / "PWNED").unlink(missing_ok=True)
        for path in self.workspace.iterdir():
            if path.is_symlink() or not path.is_dir():
                path.unlink()
            else:
                shutil.rmtree(path)
        shutil.copytree(self.template, self.workspace, symlinks=True, dirs_exist_ok=True)

    def open(self, name: str, text: str) -> str:
        """Open a file in the editor; its URI."""
        uri = (self.workspace / name).as_uri()
        self.editor.open(uri, text)
        return uri

    def say(self, *calls: Call) -> None:
        """What the model says next: these calls, `BATCH` in a message, and then a last word."""
        for start in range(0, len(calls), BATCH):
            batch = [tool_call(name, given, id=f"c{start}") for name, given in calls[start : start + BATCH]]
            record = {"model": "m", "message": {"role": "assistant", "content": "", "tool_calls": batch}, "done": False}
            self.model.answer(Reply([json.dumps(record).encode() + b"\n", done()]))
        self.model.answer(Reply(answer("That was it.")))

    async def attack(self, *calls: Call, changes: set[str] | None = None, **params: Any) -> list[Json]:
        """Play calls in one turn, and hold all that must be true then. The result of each, in order.

        `changes` are the paths that differ in the workspace afterwards.
        """
        before, inside = self.around(), look(self.workspace)
        self.say(*calls)
        found = await self.turn(**params)
        self.check(before)
        differs = changed(inside, look(self.workspace))
        assert differs == (changes or set()), differs
        return found

    async def turn(self, **params: Any) -> list[Json]:
        """One turn with what the model was told to say; its tool results."""
        token = new_token()
        request = self.client.begin("chat/stream", {**stream_params("Help me.", token), **params})
        await self.client.response(request)
        check_turn(self.client.received, token, request)
        return [event for event in self.client.events(token) if event["type"] == "tool_result"]

    async def tool(self, name: str, arguments: Json) -> Json:
        """One call without a model: its result or error."""
        found = await self.client.result("chat/callTool", {"tool": name, "args": arguments})
        return {"result": found["result"]} if "result" in found else {"error": found["error"]}

    def check(self, before: Look) -> None:
        """What holds after every attack."""
        differs = changed(before, self.around())
        assert differs == set(), differs
        owned = [str(path) for path in (*self.home.rglob("*PWNED*"), *Path("/tmp").glob("*PWNED*"))]
        assert (owned, self.bird.hits, self.survivors()) == ([], [], []), (owned, self.bird.hits, self.survivors())
        self.check_secrets()

    def check_secrets(self) -> None:
        """No secret is in anything that was sent, to the client or to the model, or written down."""
        said = [json.dumps(self.client.received[self._frames :], ensure_ascii=False)]
        said += [request.body.decode() for request in self.model.received]
        self._frames = len(self.client.received)
        self.model.received.clear()
        found = [(text, text.find(word)) for text in said for word in (HIDDEN, ROOT) if word in text]
        leaks = [text[max(0, at - 300) : at + 100] for text, at in found]
        leaks += spilt(self.home / "state") + spilt(self.home / "cache")
        assert leaks == [], leaks

    def skip_frames(self) -> None:
        """Leave what was said until now out of the next look for secrets: a test has looked by itself."""
        self._frames = len(self.client.received)
        self.model.received.clear()

    def survivors(self) -> list[str]:
        """The processes that the server has started and that are still there."""
        return [found for found in marked(self.mark) if int(found.split()[0]) != self.client.process.pid]

    def around(self) -> Look:
        without = [self.workspace, self.home / "state", self.home / "cache"]
        return look(self.home.parent, without=without)

    async def _answer(self, question: Json) -> Json:
        self.asked.append(question)
        return self.user(question)

    async def _apply(self, params: Json) -> object:
        self.applied.append(params)
        return self.answers["workspace/applyEdit"](params)

    async def _save(self, params: Json) -> Json:
        for uri in params["uris"]:
            _write(uri, self.editor.texts[uri])
        return {"saved": params["uris"], "failed": []}


@asynccontextmanager
async def scene(
    outer: Path, *, settings: Json | None = None, env: Mapping[str, str] | None = None, **chat: bool
) -> AsyncGenerator[Scene]:
    """A scene in a folder of its own; the client announces `chat` (approvals and the like)."""
    program("bwrap", "bubblewrap")
    home, template, mark = outer / "home", outer.parent / f"{outer.name}-template", uuid.uuid4().hex
    for name in ("secret", ".ssh/id_rsa", ".aws/credentials", "config/chatls/config.toml"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(f"# {SECRET}\n")
    write_project(template, home)
    shutil.copytree(template, home / "ws", symlinks=True)
    capabilities: Json = {"workspace": {"workspaceEdit": {"documentChanges": True}}}
    if chat:
        capabilities["experimental"] = {"chatls": {"protocol": 1, **chat}}
    with canary(home / "agent.sock") as bird:
        around = {**_environment(home, bird), "LC_CHATLS_TEST": mark, **(env or {})}
        async with FakeModelServer() as model:
            known = {**(settings or {}), "ollama": {**(settings or {}).get("ollama", {}), "address": model.host}}
            server = chat_server(
                home, "--log-level", "debug", model=model, settings=known, env=around, capabilities=capabilities
            )
            async with server as client:
                found = Scene(client, model, home, bird, mark, template)
                await client.result("chat/listTools")
                found.check(found.around())  # T64: nothing of the project ran because it was opened
                found.reset()
                yield found
                assert await client.stop() == 0
        await until(lambda: marked(mark) == [])
        assert spilt(home / "state") == []


def _write(uri: str, text: str) -> None:
    Path(uri.removeprefix("file://")).write_text(text)


def _environment(home: Path, bird: Canary) -> dict[str, str]:
    """Keys and sockets that belong to the user, and a proxy that must never be asked."""
    keys = ("OPENAI_API_KEY", "GITHUB_TOKEN", "AWS_SECRET_ACCESS_KEY", "CHATLS_OPENAI_API_KEY", "OLLAMA_API_KEY")
    proxies = dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY"), f"http://127.0.0.1:{bird.tcp}")
    return {**dict.fromkeys(keys, KEY), **proxies, "SSH_AUTH_SOCK": str(home / "agent.sock"), "DISPLAY": ":0"}
