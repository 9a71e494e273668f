"""Neovim in its three versions for the tests of the client, each with a user, a workspace and scripted models."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.support.chat_terminal import User, make_user
from tests.support.neovim import Neovim, headless, installed
from tests.support.neovim_install import VERSIONS
from tests.support.neovim_screen import Screen, screen


@pytest.fixture(scope="session", params=VERSIONS)
def program(request: pytest.FixtureRequest) -> Path:
    """A Neovim's program, each version in turn."""
    return installed(request.param)


@pytest.fixture(scope="session")
def newest() -> Path:
    """The newest Neovim's program, for what does not depend on the version."""
    return installed(VERSIONS[-1])


@pytest.fixture
def user(tmp_path: Path) -> User:
    return make_user(tmp_path)


@pytest.fixture
def nvim(program: Path, user: User) -> Generator[Neovim]:
    """A Neovim without a screen, in the workspace; the plugin would start this clone's server with `scripted/hello`."""
    with headless(program, user) as yours:
        yours.use_server()
        yield yours


@pytest.fixture
def tui(program: Path, user: User) -> Generator[Screen]:
    """The same in a terminal."""
    with screen(program, user) as yours:
        yours.use_server()
        yield yours


@pytest.fixture
def file(program: Path, user: User) -> Generator[Screen]:
    """The same with a file of the workspace open."""
    with screen(program, user, "src/alpha.py") as yours:
        yours.use_server()
        yield yours
