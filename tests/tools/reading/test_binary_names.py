"""Which names say that a file holds no text."""

import pytest

from chatls.tools.reading.binary_names import is_binary_name


@pytest.mark.parametrize("name", ["a.pyc", "lib.so", "LOGO.PNG", "data.tar.gz", ".cache.sqlite"])
def test_these_hold_no_text(name: str) -> None:
    assert is_binary_name(name)


@pytest.mark.parametrize("name", ["a.py", "Makefile", "bin", "so", "icon.svg", "notes.png.md", ""])
def test_these_may(name: str) -> None:
    assert not is_binary_name(name)
