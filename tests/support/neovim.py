"""A Neovim with the plugin in it, for tests: Lua is run in it, and waited for, over a socket of the test's.

Here is what both kinds have in common, and the one without a screen; `neovim_screen.py` has the one in a terminal.
Nobody's own configuration, data or server gets in: a `User` of `chat_terminal.py` brings workspace, home and models.
"""

import json
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import bootstrap
from tests.support.chat_terminal import User
from tests.support.install import Unavailable
from tests.support.neovim_install import neovim

PLUGIN = bootstrap.ROOT / "editor-clients" / "neovim"
RUNNER = Path(__file__).with_name("neovim_runner.lua")
SERVER = (sys.executable, "-P", "-m", "chatls")
START_SECONDS = 20.0
ANSWER_SECONDS = 60.0
SEND = "require('chatls.turn').send(require('chatls').current(), { content = ... })"
OUTCOME = """
local turns = require("chatls").current().turns
local turn = turns[#turns]
return { state = turn.state, text = require("chatls.state").text(turn), error = turn.error }
"""


class LuaError(AssertionError):
    """Lua that a test ran has failed."""


class Channel:
    """The test's end of the socket; Neovim connects to it as soon as it starts."""

    def __init__(self) -> None:
        self._place = Path(tempfile.mkdtemp(prefix="nvim"))  # short: a socket's path has at most 107 bytes
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self._place / "socket"))
        self._listener.listen(1)
        self._listener.settimeout(START_SECONDS)

    @property
    def environment(self) -> dict[str, str]:
        """What Neovim must have among its variables to find the socket."""
        return {"NEOVIM_TEST_SOCKET": str(self._place / "socket")}

    def accept(self) -> None:
        """Wait until Neovim has started."""
        connection, _ = self._listener.accept()
        connection.settimeout(ANSWER_SECONDS)
        self._stream = connection.makefile("rwb")
        connection.close()  # the file holds it open

    def ask(self, order: Mapping[str, Any]) -> Any:
        self._stream.write(json.dumps(order).encode() + b"\n")
        self._stream.flush()
        line = self._stream.readline()
        assert line, "this Neovim has ended"
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise LuaError(answer["error"])
        return answer.get("value")

    def close(self) -> None:
        self._listener.close()
        shutil.rmtree(self._place, ignore_errors=True)


class Neovim:
    """A running Neovim."""

    def __init__(self, channel: Channel, user: User) -> None:
        self._channel = channel
        self.user = user

    def lua(self, code: str, *args: Any) -> Any:
        """Run a chunk of Lua, which finds `args` in `...`; what it returns, as JSON has it.

        Raises:
            LuaError: it failed; with its traceback.
        """
        return self._channel.ask({"code": code, "args": args})

    def wait(self, code: str, *args: Any, seconds: float = 10.0) -> Any:
        """Run a chunk again and again until it returns something other than nil and false; that.

        Raises:
            LuaError: it failed, or did not in this time.
        """
        value = self._channel.ask({"code": code, "args": args, "seconds": seconds})
        if value is None or value is False:
            raise LuaError(f"not within {seconds} s: {code}")
        return value

    def use_server(self, model: str = "scripted/hello", **options: Any) -> None:
        """Have the plugin start this clone's server, with a scripted model of the user; `options` are `setup`'s."""
        settings = {"model": model, **options.pop("settings", {})}
        self.lua('require("chatls").setup(...)', {"cmd": SERVER, "settings": settings, **options})

    def turn(self, content: str, *, seconds: float = 10.0) -> dict[str, Any]:
        """Have a message answered in the workspace's conversation, without a panel: the turn's state, text, error."""
        self.lua(SEND, content)
        self.wait("return not require('chatls.turn').is_running(require('chatls').current())", seconds=seconds)
        return self.lua(OUTCOME)


def installed(version: str) -> Path:
    """The program of a Neovim of this version; the test is skipped where there is none."""
    try:
        return neovim(version)
    except Unavailable as error:
        pytest.skip(str(error))


def command(program: Path, *arguments: str, init: Path | None = None) -> list[str]:
    """Neovim with the plugin and the runner and nothing of a user's; or with what the file `init` brings."""
    begin = ["--clean", "--cmd", f"set runtimepath^={PLUGIN}"] if init is None else ["-u", str(init)]
    # Neovim's filetype plugin for Python looks for a Python with pynvim, which takes a second for each Neovim.
    settings = ["set noswapfile shada=", "let g:loaded_python3_provider = 0", f"luafile {RUNNER}"]
    return [str(program), *begin, *(word for line in settings for word in ("--cmd", line)), *arguments]


def variables(user: User, channel: Channel) -> dict[str, str]:
    """The environment of a Neovim of this user."""
    return {**user.environment, **channel.environment, "HOME": str(user.workspace.parent), "LC_ALL": "C.UTF-8"}


@contextmanager
def channel_for() -> Generator[Channel]:
    channel = Channel()
    try:
        yield channel
    finally:
        channel.close()


@contextmanager
def headless(program: Path, user: User, *files: str, init: Path | None = None) -> Generator[Neovim]:
    """A Neovim without a screen, in the user's workspace; it ends with the block. `init` as for `command`.

    What it says to the user goes to `messages.log` in the user's home.
    """
    with channel_for() as channel, (user.workspace.parent / "messages.log").open("wb") as log:
        words = ["env", *(f"{name}={value}" for name, value in variables(user, channel).items())]
        process = subprocess.Popen(
            [*words, *command(program, "--headless", *files, init=init)],
            cwd=user.workspace,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            channel.accept()
            yield Neovim(channel, user)
            channel.ask({"code": "vim.schedule(function() vim.cmd('qall!') end)", "args": []})
            assert process.wait(10) == 0
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
