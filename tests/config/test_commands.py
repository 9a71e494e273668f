"""The user's own prompt commands come from files of the configuration folder."""

from pathlib import Path

import pytest

from chatls.config import commands
from chatls.config.commands import MAX_CHARACTERS, own_commands


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(commands, "config_dir", lambda: tmp_path)
    (tmp_path / "commands").mkdir()
    return tmp_path / "commands"


def test_every_file_is_a_command_by_its_name(folder: Path) -> None:
    (folder / "shout.md").write_text("\ufeffSay it loudly\n\nShout: $ARGUMENTS\n", encoding="utf-8")
    (folder / "be-plain.md").write_text("Be plain\n")
    assert own_commands() == [("be-plain", "Be plain\n"), ("shout", "Say it loudly\n\nShout: $ARGUMENTS\n")]


def test_an_edit_counts_at_once(folder: Path) -> None:
    assert own_commands() == []
    (folder / "new.md").write_text("New")
    assert own_commands() == [("new", "New")]


def test_what_is_no_command_is_left_out(folder: Path) -> None:
    for name in ("notes.txt", "Upper.md", "two words.md", "9.md", "empty.md"):
        (folder / name).write_text(" " if name == "empty.md" else "text")
    (folder / "folder.md").mkdir()
    assert own_commands() == []


def test_a_file_that_is_too_long_is_cut(folder: Path) -> None:
    (folder / "long.md").write_text("x" * (MAX_CHARACTERS + 1))
    assert own_commands() == [("long", "x" * MAX_CHARACTERS)]


def test_without_a_folder_there_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "config_dir", lambda: tmp_path / "none")
    assert own_commands() == []
