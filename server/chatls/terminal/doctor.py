"""`chatls doctor`: looks at everything a conversation needs, and says what is wrong and how to mend it.

Changes nothing. Called by `cli.py`.
"""

import os
import platform
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from chatls import __version__
from chatls.config import Loaded, load
from chatls.folders import config_dir, default_log_file
from chatls.terminal import exits
from chatls.terminal.args import ModelsArgs
from chatls.terminal.enquiry import Enquiry
from chatls.terminal.rpc import Json, as_list, as_texts
from chatls.terminal.sanitize import one_line
from chatls.terminal.spawn import default_command
from chatls.terminal.streams import stdout
from chatls.terminal.workspace import workspace_folder
from chatls.tools.commands import bubblewrap

OLDEST_PYTHON = (3, 11)
OFFLINE = "offline/"


class Finding(NamedTuple):
    """One thing that was looked at: fine `✓`, worth a word `!`, or in the way of any conversation `✗`."""

    sign: Literal["✓", "!", "✗"]
    text: str
    mend: str = ""


def doctor(args: ModelsArgs) -> int:
    """Say on stdout how this set-up is; returns 0 if a conversation is possible, else 1."""
    try:
        folder = workspace_folder(args.workspace)
    except ValueError as error:
        return exits.fail(str(error), exits.USAGE)
    out, worst = stdout(), exits.DONE
    for finding in _findings(args.server or default_command(), folder):
        out.write(f"{finding.sign} {one_line(finding.text, 400)}\n")
        if finding.mend:
            out.write(f"  → {one_line(finding.mend, 400)}\n")
        out.flush()
        worst = exits.FAILED if finding.sign == "✗" else worst
    return worst


def _findings(command: Sequence[str], folder: Path) -> Iterator[Finding]:
    yield _python()
    yield Finding("✓", f"chatls {__version__}, started by {sys.executable}")
    loaded = load()
    yield from _settings(loaded)
    yield _log(default_log_file())
    yield Finding("✓", f"the workspace is {folder}")
    yield _ripgrep()
    yield _sandbox(folder)
    yield from _server(command, folder, [problem.message for problem in loaded.problems])


def _python() -> Finding:
    version = platform.python_version()
    if sys.version_info < OLDEST_PYTHON:
        return Finding("✗", f"Python {version} is too old", "Install Python 3.11 or newer, and chatls with it.")
    return Finding("✓", f"Python {version}")


def _settings(loaded: Loaded) -> Iterator[Finding]:
    origins = sorted({origin for origin in loaded.origins.values() if origin != "default"})
    if origins:
        yield Finding("✓", f"settings come from {', '.join(origins)}")
    elif not loaded.problems:
        yield Finding("✓", f"there are no settings of yours ({config_dir() / 'config.toml'}): the defaults count")
    for problem in loaded.problems:
        yield Finding("!", problem.message, problem.hint)


def _log(file: Path) -> Finding:
    """Whether the server's log can be written; looked at, not tried."""
    there = next((path for path in (file, *file.parents) if path.exists()), file)
    if there != file and not there.is_dir():
        return Finding("!", f"the log {file} cannot be written: {there} is no folder", f"Move {there} away.")
    if os.access(there, os.W_OK):
        return Finding("✓", f"the log is {file}")
    return Finding("!", f"the log {file} cannot be written", f"Give yourself the right to write to {there}.")


def _ripgrep() -> Finding:
    if found := shutil.which("rg"):
        return Finding("✓", f"searching is done by ripgrep ({found})")
    return Finding(
        "!", "ripgrep is not installed: searching works, but slowly in a large workspace", "Install ripgrep."
    )


def _sandbox(folder: Path) -> Finding:
    """Whether commands that a model runs are confined; tried for real."""
    found = bubblewrap.find(folders=[str(folder)])
    trouble = bubblewrap.examine(found) if isinstance(found, str) else found
    if trouble is None:
        return Finding("✓", f"commands are confined by bubblewrap ({found})")
    return Finding("!", f"commands are not confined, and each asks first: {trouble.text}", trouble.mend)


def _server(command: Sequence[str], folder: Path, told: Sequence[str]) -> Iterator[Finding]:
    """What a real server says, of its own accord too, but for what was `told` before."""
    began = time.monotonic()
    try:
        enquiry = Enquiry(command, folder)
    except OSError as error:
        yield Finding("✗", f"the server cannot be started: {error}", "Install chatls anew.")
        return
    with enquiry:
        if failure := enquiry.begin():
            yield Finding(
                "✗", failure.message, failure.hint or "The log says more; installing chatls anew often helps."
            )
            return
        yield Finding("✓", f"the server starts and answers in {1000 * (time.monotonic() - began):.0f} ms")
        reply = enquiry.call("chat/listModels", {})
        enquiry.call("chat/listSessions", {"limit": 1})  # a store that cannot be used says so when it is used
        for notice in enquiry.notices:
            if not any(notice.endswith(known) for known in told):
                yield Finding("!", notice.removeprefix("chatls: "))
    if reply.error:
        yield Finding("✗", reply.error.message, reply.error.hint)
    else:
        yield from _models(reply.values)


def _models(listed: Json) -> Iterator[Finding]:
    models = as_list(listed.get("models"))
    default = str(listed.get("default") or "")
    for provider in as_list(listed.get("providers")):
        theirs = [model for model in models if model.get("provider") == provider.get("id")]
        yield _unneeded(provider, default) or _provider(provider, theirs)
    if not default:
        yield Finding("✗", "no model answers", "Start a model server, e.g. `ollama serve`.")
    elif default.startswith(OFFLINE):
        yield Finding("!", f"{default} answers, which is no language model", "Start Ollama and `ollama pull` a model.")
    elif {default, f"{default}:latest"}.isdisjoint(str(model.get("id")) for model in models):
        yield Finding("✗", f"{default} is to answer, and cannot be had", "Install it, or choose another with `model`.")
    else:
        yield Finding("✓", f"{default} answers where no model is named")


def _unneeded(provider: Json, default: str) -> Finding | None:
    """Ollama is looked for unasked: it may be away where another model server answers."""
    if provider.get("id") != "ollama" or provider.get("reachable") or default.startswith(("ollama/", OFFLINE)):
        return None
    return Finding("✓", "ollama: it does not answer, and need not") if default else None


def _provider(provider: Json, models: Sequence[Json]) -> Finding:
    name = str(provider.get("id"))
    if not provider.get("reachable"):
        reason = str(provider.get("reason") or "it does not answer")
        return Finding("!", f"{name}: {reason}", str(provider.get("hint") or ""))
    able = [model for model in models if "tools" in as_texts(model.get("capabilities"))]
    text = f"{name}: {len(models)} model{'' if len(models) == 1 else 's'}, {len(able)} of them can use tools"
    return Finding("✓" if able else "!", text, "" if able else "Without tools a model cannot look into the workspace.")
