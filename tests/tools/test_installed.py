"""Where our own helper programs are looked for."""

from pathlib import Path

import pytest

from chatls.tools.installed import installed


def program(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def test_the_first_one_on_the_path_is_found(tmp_path: Path) -> None:
    first, _ = program(tmp_path / "a" / "tool"), program(tmp_path / "b" / "tool")
    assert installed("tool", f"{tmp_path / 'none'}:{tmp_path / 'a'}:{tmp_path / 'b'}", []) == first


def test_one_in_the_workspace_is_passed_over(tmp_path: Path) -> None:
    program(tmp_path / "ws" / "bin" / "tool")
    elsewhere = program(tmp_path / "b" / "tool")
    assert installed("tool", f"{tmp_path / 'ws' / 'bin'}:{tmp_path / 'b'}", [str(tmp_path / "ws")]) == elsewhere


def test_one_that_a_link_leads_to_in_the_workspace_is_passed_over(tmp_path: Path) -> None:
    planted = program(tmp_path / "ws" / "tool")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "tool").symlink_to(planted)
    assert installed("tool", str(tmp_path / "bin"), [str(tmp_path / "ws")]) is None


@pytest.mark.parametrize("path", ["", ".", "bin", ":"])
def test_a_relative_path_finds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    program(tmp_path / "tool")
    program(tmp_path / "bin" / "tool")
    monkeypatch.chdir(tmp_path)
    assert installed("tool", path, []) is None


def test_without_a_path_this_process_own_is_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert installed("tool", None, []) is None
    assert installed("tool", None, []) != program(tmp_path / "tool") == installed("tool", None, [])
