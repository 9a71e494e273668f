"""The tool `get_diagnostics`: what the editor's servers say, and nothing about files that no tool shows."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from chatls.chat.ports import Diagnostic
from chatls.tools.diagnostics import MAX_FINDINGS, get_diagnostics
from chatls.tools.toolset import Toolset
from tests.support.acting_editor import ActingEditor
from tests.support.workspaces import Workspace, workspace


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    return workspace(tmp_path)


def telling(ws: Workspace, found: Sequence[Diagnostic] | None) -> Workspace:
    """The workspace with the tool, over an editor that tells this."""
    editor = ActingEditor()
    editor.found = found
    return Workspace(ws.folder, ws.roots, editor, Toolset([get_diagnostics(ws.roots, editor)]))


def finding(path: Path, line: int = 1, severity: str = "error", message: str = "bad") -> Diagnostic:
    return Diagnostic(path.as_uri(), line, 5, severity, message, "ruff")


async def test_findings_are_told_by_file_and_place_the_worst_first(ws: Workspace) -> None:
    ws.write({"a.py": "", "pkg/b.py": ""})
    found = [
        finding(ws.folder / "a.py", 9, "hint", "style"),
        finding(ws.folder / "pkg/b.py", 2),
        finding(ws.folder / "a.py", 10, message="spread over\n  two lines"),
        Diagnostic((ws.folder / "a.py").as_uri(), 3, 1, "warning", "unused"),
    ]
    assert (await telling(ws, found).text("get_diagnostics")).splitlines() == [
        "a.py:10:5 error spread over two lines [ruff]",
        "pkg/b.py:2:5 error bad [ruff]",
        "a.py:3:1 warning unused",
        "a.py:9:5 hint style [ruff]",
    ]


async def test_a_path_asks_for_that_file_alone(ws: Workspace) -> None:
    ws.write({"a.py": "", "b.py": ""})
    told = telling(ws, [finding(ws.folder / "a.py"), finding(ws.folder / "b.py")])
    assert await told.text("get_diagnostics", path="b.py") == "b.py:1:5 error bad [ruff]"


async def test_a_document_that_was_never_saved_has_findings_too(ws: Workspace) -> None:
    told = telling(ws, [finding(ws.folder / "new.py")])
    assert await told.text("get_diagnostics", path="new.py") == "new.py:1:5 error bad [ruff]"


async def test_nothing_is_told_about_files_outside_secrets_and_ignored_ones(ws: Workspace) -> None:
    ws.write({"a.py": "", ".env": "KEY=1", ".gitignore": "build/\n", "build/c.py": ""})
    (ws.folder / "link.py").symlink_to(ws.folder / ".env")
    (ws.folder / "out.py").symlink_to(ws.outside / "secret")
    hidden = [*(ws.folder / name for name in (".env", "build/c.py", "link.py", "out.py", ".git/config"))]
    found = [finding(path, message="S3CRET") for path in (*hidden, ws.outside / "secret")]
    odd = [Diagnostic(uri, 1, 1, "error", "S3CRET") for uri in ("untitled:x", "https://example.org/a", "", "nonsense")]
    told = telling(ws, [*found, *odd])
    assert await told.text("get_diagnostics") == "[no diagnostics]"


@pytest.mark.parametrize(
    ("path", "code"),
    [(".env", "secret"), ("link.py", "secret"), ("../secret", "outside_workspace"), ("build/c.py", "ignored")],
)
async def test_asking_for_a_file_that_no_tool_shows_is_refused(ws: Workspace, path: str, code: str) -> None:
    ws.write({".env": "KEY=1", ".gitignore": "build/\n", "build/c.py": ""})
    (ws.folder / "link.py").symlink_to(ws.folder / ".env")
    assert (await telling(ws, []).failure("get_diagnostics", path=path)).code == code


async def test_an_editor_that_could_not_tell_is_a_failure_that_says_what_to_do(ws: Workspace) -> None:
    failure = await telling(ws, None).failure("get_diagnostics")
    assert failure.code == "not_available"
    assert "running the checks" in failure.message


async def test_a_thousand_findings_are_cut_and_counted(ws: Workspace) -> None:
    ws.write({"a.py": ""})
    found = [finding(ws.folder / "a.py", line + 1, message="x" * 5_000) for line in range(1000)]
    lines = (await telling(ws, found).text("get_diagnostics")).splitlines()
    assert len(lines) <= MAX_FINDINGS + 1
    assert lines[-1] == f"[{1000 - len(lines) + 1} more: mend these first]"
    assert max(map(len, lines)) < 500
