"""What the tests of the VS Code extension take, installed once; where it cannot be had they are skipped with why."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.install import Unavailable
from tests.support.node import Node
from tests.support.vscode import Editor, npm
from tests.support.vscode_install import EXTENSION, VERSIONS, chromium, code_server, extension_packages


@contextmanager
def skipped_without() -> Generator[None]:
    try:
        yield
    except Unavailable as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def node() -> Node:
    """The Node that has the extension's packages."""
    with skipped_without():
        return extension_packages()


@pytest.fixture(scope="session", params=VERSIONS)
def editor(request: pytest.FixtureRequest) -> Editor:
    version: str = request.param
    with skipped_without():
        return Editor(code_server(version), chromium())


@pytest.fixture(scope="session")
def package(node: Node) -> Path:
    """The package that people install."""
    npm(node, "package")
    return EXTENSION / "chatls.vsix"
