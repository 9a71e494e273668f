"""Has the programs that tests drive but the Python environment cannot bring: Debian packages, installed as root.

A fixture calls `program`, which skips the test with the reason where the program cannot be had. Nothing here knows
what the programs are for.
"""

import shutil
from pathlib import Path

import platformdirs
import pytest

import bootstrap


class Unavailable(Exception):
    """Something a test needs cannot be had on this machine; the text says why."""


def cache() -> Path:
    """The folder, outside the clone, for what takes long to make. XDG_CACHE_HOME moves it."""
    return platformdirs.user_cache_path("chatls-tests", appauthor=False)


def install_packages(*packages: str) -> None:
    """Install Debian packages, one process at a time.

    Raises:
        Unavailable: not root, no apt-get, or apt-get failed.
    """
    names = " ".join(packages)
    if not bootstrap.may_apt():
        raise Unavailable(f"{names} must be installed first (apt-get install {names})")
    with bootstrap.exclusive(cache() / "apt"):
        if not bootstrap.apt_install(*packages):
            raise Unavailable(f"apt-get could not install {names}")


def program(name: str, package: str) -> str:
    """The path of a program, installed from a Debian package where it is missing; else the test is skipped."""
    if shutil.which(name) is None:
        try:
            install_packages(package)
        except Unavailable as error:
            pytest.skip(str(error))
    path = shutil.which(name)
    assert path is not None, f"the Debian package {package} holds no program {name}"
    return path
