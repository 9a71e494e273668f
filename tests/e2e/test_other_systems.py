"""Systems that are not Linux: with the names gone that they lack, the server starts, chats, reads and ends."""

import asyncio
import sys
from pathlib import Path

import pytest

from tests.support.chat_server import NOWHERE, environment
from tests.support.lsp_client import running_server

# The standard library is imported before: it is at home here.
TAKEN_AWAY = """
import asyncio, os, platform, select, signal, subprocess, sys, zoneinfo
def take(module, *names):
    for name in names:
        if hasattr(module, name):
            delattr(module, name)
def refuse(*arguments):
    raise NotImplementedError
"""
MACOS = """
take(os, "pidfd_open", "memfd_create", "O_PATH", "O_TMPFILE", "copy_file_range", "sendfile", "getrandom", "eventfd")
take(signal, "pidfd_send_signal", "SIGPWR", "SIGSTKFLT")
sys.platform = "darwin"
"""
WINDOWS = """
take(os, "pidfd_open", "O_NOFOLLOW", "O_DIRECTORY", "O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_PATH", "fork", "killpg",
     "setsid", "getpgid", "uname", "mkfifo", "chown", "fchmod", "sysconf", "openpty")
take(signal, "SIGHUP", "SIGKILL", "SIGUSR1", "SIGWINCH", "SIGALRM", "pidfd_send_signal")
os.supports_dir_fd.clear(), os.supports_fd.clear(), os.supports_follow_symlinks.clear()
for name in ("fcntl", "grp", "pwd", "resource", "syslog", "termios", "tty"):
    sys.modules[name] = None
loop = asyncio.SelectorEventLoop
loop.add_signal_handler = loop.add_reader = refuse
"""
START = """
from chatls.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("system", [MACOS, WINDOWS], ids=["macOS", "Windows"])
async def test_the_server_starts_chats_reads_and_ends_without_linux(tmp_path: Path, system: str) -> None:
    (tmp_path / "ws").mkdir()
    (tmp_path / "ws" / "hello.py").write_text("GREETING = 'hello'\n")
    (tmp_path / "secret").write_text("S3CRET")
    command = (sys.executable, "-c", TAKEN_AWAY + system + START)
    editor = await asyncio.create_subprocess_exec(sys.executable, "-S", "-c", "import time; time.sleep(600)")
    async with running_server(command=command, env=environment(tmp_path), cwd=tmp_path) as client:
        options = {"ollama": {"address": NOWHERE}}
        await client.initialize(tmp_path / "ws", processId=editor.pid, initializationOptions=options)
        result = (await client.stream("What is in this folder?", "t"))["result"]
        assert result["stopReason"] == "end_turn"
        assert result["final"] == client.text("t") != ""
        inside = await client.result("chat/callTool", {"tool": "read_file", "args": {"path": "hello.py"}})
        assert "GREETING" in inside["result"]["text"]
        outside = await client.result("chat/callTool", {"tool": "read_file", "args": {"path": "../secret"}})
        assert "error" in outside
        assert "S3CRET" not in str(client.received)
        editor.kill()
        await editor.wait()
        assert await client.wait() == 1
