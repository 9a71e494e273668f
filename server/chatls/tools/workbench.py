"""All tools over the workspace folders, put together.

Heavy to import, and nobody needs it before a tool is called: `tools/late.py` does so, for `rooms.py`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from chatls.chat.ports import Editor, EditorActions
from chatls.chat.undo import ChangeLog
from chatls.tools.approval.gate import Gate
from chatls.tools.base import AnyTool
from chatls.tools.commands.command import Commands, run_command
from chatls.tools.commands.git import git_tools
from chatls.tools.commands.sandbox import Sandbox
from chatls.tools.diagnostics import get_diagnostics
from chatls.tools.editing.changes import Changes
from chatls.tools.editing.tools import changing_tools
from chatls.tools.guard.paths import Roots
from chatls.tools.reading.tools import reading_tools
from chatls.tools.symbols.tools import symbol_tools
from chatls.tools.toolset import Toolset


class AnyEditor(Editor, EditorActions, Protocol):
    """An editor that can be asked for everything."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What the tools work on, and where it is kept what they do to files. `environment` is what commands may see some
    of, `hidden` are folders they never see."""

    roots: Roots
    editor: AnyEditor
    gate: Gate
    log: ChangeLog
    environment: Mapping[str, str]
    hidden: Sequence[Path]


def all_tools(bench: Bench, changes: Changes) -> Iterator[AnyTool]:
    """Every tool there is, in the order in which models are told of them."""
    roots, editor, gate = bench.roots, bench.editor, bench.gate
    sandbox = Sandbox(roots, bench.environment, bench.hidden)
    yield from reading_tools(roots, editor, gate)
    yield from symbol_tools(roots, editor)
    yield get_diagnostics(roots, editor)
    yield from changing_tools(changes, gate)
    yield run_command(Commands(roots, editor, sandbox, gate, changes))
    yield from git_tools(roots, sandbox, gate)


def workbench(bench: Bench, names: Sequence[str]) -> Toolset:
    """Those of the tools that have these names."""
    changes = Changes(bench.roots, bench.editor, bench.editor, bench.log)
    return Toolset([tool for tool in all_tools(bench, changes) if tool.name in names], changes.finish)
