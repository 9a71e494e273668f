"""A workspace to run commands in: the sandbox for real, a home folder with secrets, sockets that count who comes."""

import os
import socket
import subprocess
import sys
import threading
import uuid
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from chatls.chat.events import PhaseName, ToolCall, ToolFailure, ToolText
from chatls.chat.ports import ToolRun
from chatls.tools.approval.gate import Gate
from chatls.tools.commands import bubblewrap
from chatls.tools.commands.bubblewrap import Trouble
from chatls.tools.commands.captured import Captured
from chatls.tools.commands.child import Ended, run
from chatls.tools.commands.command import Commands, run_command
from chatls.tools.commands.git import git_tools
from chatls.tools.commands.sandbox import Sandbox
from chatls.tools.editing.changes import Changes
from chatls.tools.guard.paths import Roots
from chatls.tools.guard.places import WorkspacePath
from chatls.tools.toolset import Toolset
from tests.support.acting_editor import ActingEditor, Reply
from tests.support.changing import WORKSPACE, YES, Changing
from tests.support.grants import MemoryGrants
from tests.support.install import program
from tests.support.kept_changes import KeptChanges
from tests.support.workspaces import SECRET

PATH = "/usr/local/bin:/usr/bin:/bin"
KEY = "sk-CANARY-4711"
"""A key in the environment, which no child may get."""

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="commands are confined on Linux only")


@dataclass
class Commanding(Changing):
    """Like `Changing`, with the tools that run commands. `mark` is in the environment of all that they start."""

    sandbox: Sandbox
    home: Path
    mark: str
    shown: list[str] = field(default_factory=list[str])

    async def call(self, tool: str, **arguments: object) -> ToolText | ToolFailure:
        return await self.tools.run(ToolCall("call-1", tool, arguments), self.tool_run())

    def tool_run(self) -> ToolRun:
        async def progress(_status: str, data: str | None) -> None:
            self.shown.append(data or "")

        async def enter(_phase: PhaseName) -> None: ...

        return ToolRun("call-1", "s", "t", progress, enter)

    async def ran(self, line: str, *, limit: float = 20, writable: bool = True) -> tuple[Ended, str]:
        """What a line comes to in the sandbox, asked about by nobody."""
        return await self.ran_program(["/bin/bash", "-c", line], limit=limit, writable=writable)

    async def ran_program(self, argv: Sequence[str], *, limit: float = 20, writable: bool = True) -> tuple[Ended, str]:
        await self.sandbox.probe()
        captured = Captured()
        cwd = WorkspacePath(self.roots.folders[0], ())
        async with self.sandbox.launch(argv, cwd, writable=writable) as launch:
            ended = await run(launch, limit, captured.take)
        return ended, captured.text()

    async def output(self, line: str) -> str:
        """The output of a line that must end well."""
        ended, text = await self.ran(line)
        assert ended.code == 0, text
        return text.strip()

    def survivors(self) -> list[str]:
        return marked(self.mark)


def marked(mark: str) -> list[str]:
    """All living processes with this mark in their environment, by number and name."""
    found: list[str] = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark.encode() in path.read_bytes():
                found.append(f"{path.parent.name} {(path.parent / 'comm').read_text().strip()}")
        except OSError:
            continue
    return found


def environment(home: Path, mark: str) -> Mapping[str, str]:
    """What the server is started with: things a command needs, and things it must not see."""
    secret = {"OPENAI_API_KEY": KEY, "GITHUB_TOKEN": KEY, "AWS_SECRET_ACCESS_KEY": KEY, "CHATLS_OPENAI_API_KEY": KEY}
    sockets = {"SSH_AUTH_SOCK": str(home / "agent.sock"), "XDG_RUNTIME_DIR": "/run/user/0", "DISPLAY": ":0"}
    known = {"PATH": PATH, "HOME": str(home), "USER": "u", "LANG": "C.UTF-8", "LC_CHATLS_TEST": mark}
    return {**known, **secret, **sockets}


@contextmanager
def commanding(
    outside: Path, reply: Reply | None = YES, *, path: str = PATH, hidden: Sequence[Path] = ()
) -> Generator[Commanding]:
    """A new workspace folder "ws" in `outside`, beside a home folder and the file "secret"."""
    program("bwrap", "bubblewrap")
    folder, home = outside / "ws", outside / "home"
    folder.mkdir()
    for name in (".ssh/id_rsa", ".aws/credentials", ".config/chatls/config.toml", ".local/state/chatls/grants.json"):
        (home / name).parent.mkdir(parents=True)
        (home / name).write_text(SECRET)
    (outside / "secret").write_text(SECRET)
    roots = Roots([("ws", os.fspath(folder))])
    editor = ActingEditor(reply=reply)
    kept = KeptChanges("t")
    changes = Changes(roots, editor, editor, kept)
    grants = MemoryGrants()
    gate = Gate(editor, grants, lambda: WORKSPACE, pytest.fail)
    mark = uuid.uuid4().hex
    sandbox = Sandbox(roots, {**environment(home, mark), "PATH": path}, hidden)
    commands = Commands(roots, editor, sandbox, gate, changes)
    tools = Toolset([run_command(commands), *git_tools(roots, sandbox, gate)])
    try:
        yield Commanding(folder, roots, editor, tools, editor, changes, kept, grants, sandbox, home, mark)
    finally:
        roots.close()


def git(folder: Path, *words: str) -> str:
    """Run Git as the user would, outside of any sandbox; what it says."""
    identity = ("-c", "user.name=u", "-c", "user.email=u@example.com", "-c", "commit.gpgsign=false")
    command = ["git", *identity, *words]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def without_bubblewrap(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on no bubblewrap is found."""

    def find(_path: str | None = None, _folders: Iterable[str] = ()) -> Trouble:
        return Trouble("bubblewrap is not installed", "Install it.")

    monkeypatch.setattr(bubblewrap, "find", find)


class Canary:
    """Sockets that listen, and count what comes: TCP and UDP on the loopback, one with a path, an abstract one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.abstract = f"chatls-{uuid.uuid4().hex}"
        self.hits: list[str] = []
        self._stack = ExitStack()
        self.tcp = self._listen(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))
        self.udp = self._listen(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))
        self._listen(socket.AF_UNIX, socket.SOCK_STREAM, str(path))
        self._listen(socket.AF_UNIX, socket.SOCK_STREAM, f"\0{self.abstract}")

    def _listen(self, family: int, kind: int, address: tuple[str, int] | str) -> int:
        """Listen until it is closed; the port."""
        listener = self._stack.enter_context(socket.socket(family, kind))
        listener.bind(address)
        name = "udp" if kind == socket.SOCK_DGRAM else "tcp" if family == socket.AF_INET else "unix"
        if kind == socket.SOCK_STREAM:
            listener.listen()
        threading.Thread(target=self._count, args=(listener, name), daemon=True).start()
        return listener.getsockname()[1] if family == socket.AF_INET else 0

    def _count(self, listener: socket.socket, name: str) -> None:
        try:
            while True:
                if name == "udp":
                    listener.recv(100)
                else:
                    listener.accept()[0].close()
                self.hits.append(name)
        except OSError:  # closed
            return

    def close(self) -> None:
        self._stack.close()


@contextmanager
def canary(path: Path) -> Generator[Canary]:
    """A canary whose socket lies at `path`."""
    bird = Canary(path)
    try:
        yield bird
    finally:
        bird.close()
