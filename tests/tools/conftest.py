"""The workspaces of the tools' tests: one as this system would guard it, and one under each guard in turn."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from chatls.tools.base import AnyTool
from chatls.tools.guard import openat2
from chatls.tools.guard.beneath import Root
from chatls.tools.guard.paths import Roots
from chatls.tools.reading.search import search_text
from tests.support.changing import Changing, changing
from tests.support.install import program
from tests.support.workspaces import GUARDS, ListedEditor, Workspace, workspace


@pytest.fixture(params=GUARDS)
def guard(request: pytest.FixtureRequest) -> Callable[[str], Root]:
    """Each way to open beneath a folder."""
    if request.param == "openat2" and not openat2.available():
        pytest.skip("this kernel has no openat2")
    return GUARDS[request.param]


@pytest.fixture
def guarded(tmp_path: Path, guard: Callable[[str], Root]) -> Iterator[Workspace]:
    """A workspace under each guard."""
    made = workspace(tmp_path, make=guard)
    yield made
    made.roots.close()


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace as this system guards it."""
    made = workspace(tmp_path)
    yield made
    made.roots.close()


@pytest.fixture
def desk(tmp_path: Path, guard: Callable[[str], Root]) -> Iterator[Changing]:
    """A workspace whose files can be changed, under each guard, and a user who says yes."""
    with changing(tmp_path, make=guard) as made:
        yield made


@pytest.fixture(params=["ripgrep", "RE2 alone"])
def searched(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workspace]:
    """A workspace whose `search_text` works with ripgrep, and without."""
    path = program("rg", "ripgrep") if request.param == "ripgrep" else None
    made = workspace(tmp_path, tools=partial(_search_alone, program=path))
    yield made
    made.roots.close()


def _search_alone(roots: Roots, editor: ListedEditor, program: str | None) -> list[AnyTool]:
    return [search_text(roots, editor, lambda _: program)]
