"""A real terminal for tests: a program in a tmux of its own, typed at and read as a person would.

Each `Term` is a tmux server on a private socket without anybody's configuration, so that tests disturb neither each
other nor the person who runs them. The tests of the terminal client use it.
"""

import os
import select
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.install import program

EXITED = "[exited {}]"
"""What the screen shows when the program has ended; `wait(EXITED.format(0))` waits for a good end."""


class Term:
    """A program in a terminal of `width` by `height` cells; a context manager that ends it.

    `environment` is added to what tmux itself has.
    """

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        environment: Mapping[str, str] | None = None,
        *,
        width: int = 100,
        height: int = 30,
    ) -> None:
        self._tmux = program("tmux", "tmux")
        self._place = Path(tempfile.mkdtemp(prefix="term"))  # short: a socket's path has at most 107 bytes
        # What the program writes is read from here too: only to know that the screen may look different now.
        os.mkfifo(self._place / "output")
        self._news = os.open(self._place / "output", os.O_RDWR | os.O_NONBLOCK)
        size = ["-x", str(width), "-y", str(height)]
        colours = ["set-option", "-g", "default-terminal", "tmux-256color"]
        escape = ["set-option", "-sg", "escape-time", "0"]
        session = ["new-session", "-d", *size, "-c", str(folder), self._script(command, environment)]
        self._run("-f", os.devnull, "start-server", ";", *colours, ";", *escape, ";", *session)
        self._run("pipe-pane", f"cat > {shlex.quote(str(self._place / 'output'))}")
        self._run("wait-for", "-S", "watched")

    def _script(self, command: Sequence[str], environment: Mapping[str, str] | None) -> str:
        """The pane's shell script: wait until the output is watched, run the program, say how it ended, stay."""
        settings = [f"{name}={value}" for name, value in (environment or {}).items()]
        tmux = shlex.join([self._tmux, "-S", str(self._place / "socket")])
        # Ctrl-C is for the program: with a trap, unlike with an ignored signal, the shell alone survives it.
        return (
            f"trap : INT QUIT; {tmux} wait-for watched; clear; {shlex.join(['env', *settings, *command])}; "
            f"echo {EXITED.format('$?')}; {tmux} wait-for never"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def keys(self, *names: str) -> None:
        """Press keys by tmux's names: Enter, Escape, Up, C-c, M-Enter."""
        self._run("send-keys", *names)

    def text(self, text: str) -> None:
        """Type a text."""
        self._run("send-keys", "-l", "--", text)

    def paste(self, text: str) -> None:
        """Paste a text, as one bracketed paste where the program asked for that."""
        self._run("set-buffer", "--", text)
        self._run("paste-buffer", "-p")

    def screen(self) -> str:
        """The text on the screen now, a line each, without trailing spaces."""
        return self._run("capture-pane", "-p")

    def history(self) -> str:
        """The text on the screen and above it."""
        return self._run("capture-pane", "-p", "-S", "-")

    def coloured(self) -> str:
        """The text on the screen now, with the escape sequences that colour it."""
        return self._run("capture-pane", "-p", "-e", "-N")

    def resize(self, width: int, height: int) -> None:
        """Give the terminal another size, as dragging its window does."""
        self._run("resize-window", "-x", str(width), "-y", str(height))

    def wait(self, wanted: str | Callable[[str], bool], seconds: float = 10.0) -> str:
        """Wait until the screen shows a text, or satisfies a predicate; the screen then.

        Raises:
            AssertionError: it did not in this time; with the screen as it was at last.
        """
        deadline = time.monotonic() + seconds
        while True:
            screen = self.screen()
            if wanted(screen) if callable(wanted) else wanted in screen:
                return screen
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(f"not on the screen within {seconds} s: {wanted!r}\n{screen}")
            if select.select([self._news], [], [], left)[0]:
                os.read(self._news, 1 << 20)

    def close(self) -> None:
        """End the program and its terminal."""
        self._run("kill-server", check=False)
        os.close(self._news)
        shutil.rmtree(self._place)

    def _run(self, *arguments: str, check: bool = True) -> str:
        """One tmux command. Without -u, and in the C locale, tmux shows every other character as an underscore."""
        command = [self._tmux, "-u", "-S", str(self._place / "socket"), *arguments]
        environment = {**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
        result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert not check or result.returncode == 0, f"tmux {arguments[0]}: {result.stderr.strip()}"
        return result.stdout
