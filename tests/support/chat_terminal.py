"""A user at a terminal for the tests of `chatls chat`: a workspace, scripted models, and nobody's own settings.

The server is the real one, its models are scripts of the scripted provider; no model server can be reached.
"""

import json
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from tests.support.term import Term

CHAT = (sys.executable, "-P", "-m", "chatls", "chat")

LONG_ANSWER = "\n".join(
    [
        "# A long answer",
        "",
        *(f"{number}. item number {number}" for number in range(1, 21)),
        "",
        "```python",
        *(f"value_{number} = {number}" for number in range(1, 41)),
        "```",
        "",
        "| name | value |",
        "|---|---|",
        *(f"| row {number} | {number * number} |" for number in range(1, 9)),
        "",
        "The end, " + "which takes more than one row of any terminal that a test has. " * 4,
    ]
)


def _script(*answers: Sequence[Mapping[str, object]], rate: int = 0) -> str:
    steps = ("[" + ", ".join(_inline(step) for step in answer) + "]" for answer in answers)
    return (f"rate = {rate}\n" if rate else "") + "".join(f"[[answer]]\nsteps = {steps_}\n" for steps_ in steps)


def _inline(value: object) -> str:
    """A value in one line of TOML: JSON, but for tables."""
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, cast("list[object]", value))) + "]"
    if not isinstance(value, dict):
        return json.dumps(value)
    pairs = (f"{key} = {_inline(item)}" for key, item in cast("dict[str, object]", value).items())
    return "{ " + ", ".join(pairs) + " }"


SQUARE = "def square(n):\n    return n + n\n" + "\n" * 20 + "print(square(3))\n"
EDITS = [
    {"old_text": "n + n", "new_text": "n * n"},
    {"old_text": "print(square(3))", "new_text": "print(square(4))"},
]

SCRIPTS = {
    "hello": _script([{"text": "Hello **world**."}]),
    "echo": _script([{"echo": True}]),
    "long": _script([{"text": LONG_ANSWER}]),
    "drip": _script([{"text": LONG_ANSWER}], rate=150),
    "slow": _script([{"phase": "loading"}, {"text": "So far. "}, {"wait": 60}, {"text": "Never."}]),
    "tools": _script(
        [
            {"thinking": "A look at the file."},
            {"text": "Let me look."},
            {"tool": "read_file", "args": {"path": "README.md"}},
            {"tool": "read_file", "args": {"path": "nowhere.md"}},
        ],
        [{"text": "That was it."}],
    ),
    "builder": _script(
        [{"tool": "edit_file", "args": {"path": "square.py", "content": SQUARE}}],
        [{"tool": "edit_file", "args": {"path": "square.py", "edits": EDITS}}],
        [{"tool": "run_command", "args": {"command": "sh check.sh"}}],
        [{"text": "That was it."}],
    ),
    "broken": _script([{"text": "Half an answer. "}, {"error": "The model server fell over."}]),
}


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with a workspace of a few files."""

    workspace: Path
    environment: Mapping[str, str]

    def chat(self, *args: str, width: int = 80, height: int = 24) -> Term:
        """`chatls chat ARGS` in a terminal."""
        return Term([*CHAT, *args], self.workspace, self.environment, width=width, height=height)

    @contextmanager
    def talk(self, model: str, *, width: int = 80, height: int = 24) -> Generator[Term]:
        """A conversation with a scripted model, ready for the first message."""
        with self.chat("--model", f"scripted/{model}", width=width, height=height) as term:
            term.wait("/help", 30)
            yield term


def find_process(last_argument: str, environment: Mapping[str, str]) -> int:
    """The process id of the only program that was started with this last argument and these variables."""
    wanted = {f"{name}={value}".encode() for name, value in environment.items()}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().removesuffix(b"\0").split(b"\0")
            if command[-1] == last_argument.encode() and wanted <= set((process / "environ").read_bytes().split(b"\0")):
                return int(process.name)
        except OSError:  # it has ended meanwhile
            continue
    raise AssertionError(f"no program {last_argument} runs")


def make_user(home: Path) -> User:
    """A user whose home is this empty folder."""
    workspace, scripts = home / "work", home / "scripts"
    (workspace / "src" / "deep").mkdir(parents=True)
    (workspace / ".git").mkdir()
    (workspace / "README.md").write_text("# Read me\n")
    (workspace / "check.sh").write_text("grep 'n [*] n' square.py\n")
    (workspace / "src" / "alpha.py").write_text("one = 1\ntwo = 2\n")
    (workspace / "src" / "deep" / "beta.py").write_text("beta = True\n")
    scripts.mkdir()
    for name, script in SCRIPTS.items():
        (scripts / f"{name}.toml").write_text(script)
    return User(
        workspace,
        {
            **{f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CONFIG", "STATE", "DATA", "CACHE")},
            "CHATLS_SCRIPTED_FOLDER": str(scripts),
            "OLLAMA_HOST": "127.0.0.1:1",
        },
    )
