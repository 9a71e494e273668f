"""The tool `get_diagnostics`: what the editor's own language servers say about the workspace.

Only for an editor that announced it can tell (`rooms.py` sees to that). A message may quote the line it is about, so
nothing is shown about files that no tool may read.
"""

from collections.abc import Iterable

from pydantic import Field

from chatls.chat.events import ToolText
from chatls.chat.ports import Diagnostic, EditorActions, ToolRun
from chatls.tools.base import Arguments, Tool, ToolError
from chatls.tools.guard.ignore import IgnoreRules
from chatls.tools.guard.paths import Roots
from chatls.tools.guard.places import WorkspacePath
from chatls.tools.guard.secrets import refuse_secret
from chatls.tools.output import Lines, shortened
from chatls.tools.uris import scheme_of
from chatls.tools.work import in_thread

SECONDS = 2.0
MAX_FINDINGS = 200
"""Findings in one result: whoever has more mends those first."""
MAX_MESSAGE = 400
"""Characters of one message."""

_RANK = {"error": 0, "warning": 1, "information": 2, "hint": 3}


class GetDiagnostics(Arguments):
    path: str | None = Field(None, description="A file of the workspace; without it all files that have any.")


def get_diagnostics(roots: Roots, editor: EditorActions) -> Tool[GetDiagnostics]:
    """The tool over these folders."""

    async def run(arguments: GetDiagnostics, _run: ToolRun) -> ToolText:
        shown = _Shown(roots)
        path = None if arguments.path is None else shown.check(roots.resolve(arguments.path))
        found = await editor.diagnostics(None if path is None else path.uri)
        if found is None:
            raise ToolError("not_available", "The editor could not tell: find errors by running the checks instead.")
        return await in_thread(SECONDS, lambda _deadline: _told(found, shown))

    return Tool(
        name="get_diagnostics",
        description=(
            "Errors and warnings that the editor's language servers found, the worst first. "
            "Right after an edit they may still be those from before it."
        ),
        kind="read",
        arguments=GetDiagnostics,
        title=lambda arguments: f"Diagnostics of {arguments.path or 'the workspace'}",
        run=run,
    )


class _Shown:
    """How files are called, and which may be spoken of."""

    def __init__(self, roots: Roots) -> None:
        self._roots = roots
        self._rules = IgnoreRules(roots)
        self._names: dict[str, str | None] = {}

    def check(self, path: WorkspacePath) -> WorkspacePath:
        """
        Raises:
            ToolError: nothing is shown of this file.
        """
        real = self._real(path)
        refuse_secret(path.parts, self._roots.shown(path))
        refuse_secret(real.parts, self._roots.shown(path))
        self._rules.check(real)
        return path

    def name(self, uri: str) -> str | None:
        """How a file is called ("src/a.py"); None for one that is not shown."""
        if scheme_of(uri) != "file":
            return None
        if uri not in self._names:
            try:
                self._names[uri] = self._roots.shown(self.check(self._roots.resolve(uri)))
            except ToolError:
                self._names[uri] = None
        return self._names[uri]

    def _real(self, path: WorkspacePath) -> WorkspacePath:
        try:
            return self._roots.locate(path)[1]
        except ToolError as error:
            if error.code != "not_found":
                raise
            return path  # a document that was never saved


def _told(found: Iterable[Diagnostic], shown: _Shown) -> ToolText:
    named = [(name, each) for each in found if (name := shown.name(each.uri)) is not None]
    named.sort(key=lambda pair: (_RANK.get(pair[1].severity, 0), pair[0], pair[1].line, pair[1].column))
    lines = Lines(MAX_FINDINGS)
    for name, each in named:
        if not lines.add(_line(name, each)):
            break
    if not named:
        return ToolText("[no diagnostics]")
    notes = [f"{len(named) - len(lines):,} more: mend these first"] if lines.full else []
    uris = tuple(dict.fromkeys(each.uri for _, each in named[: len(lines)]))
    return ToolText(lines.text(*notes), truncated=lines.full or None, uris=uris)


def _line(name: str, found: Diagnostic) -> str:
    message = shortened(" ".join(found.message.split()), MAX_MESSAGE)
    source = f" [{shortened(' '.join(found.source.split()), 40)}]" if found.source else ""
    return f"{name}:{found.line}:{found.column} {found.severity} {message}{source}"
