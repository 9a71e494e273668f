import os
from pathlib import Path

from chatls.tools.guard.folder_root import FolderRoot
from chatls.tools.guard.paths import Roots
from chatls.tools.project import MAX_BYTES, AdviceFiles, settings_text, settings_text_of


def roots(*folders: Path) -> Roots:
    for folder in folders:
        folder.mkdir(exist_ok=True)
    return Roots([(folder.name, os.fspath(folder)) for folder in folders], make=FolderRoot)


def test_a_project_that_says_nothing_is_silent(tmp_path: Path) -> None:
    workspace = roots(tmp_path / "ws")
    assert (settings_text(workspace), AdviceFiles(workspace).read()) == ("", [])


def test_settings_come_from_the_first_folder_that_has_them_and_advice_from_all(tmp_path: Path) -> None:
    workspace = roots(tmp_path / "a", tmp_path / "b")
    (tmp_path / "b" / ".chatls.toml").write_text('agent = "chat"\n')
    for name in "ab":
        (tmp_path / name / "AGENTS.md").write_text(f"advice of {name}")
    assert settings_text(workspace) == 'agent = "chat"\n'
    assert [(found.name, found.text) for found in AdviceFiles(workspace).read()] == [
        ("a/AGENTS.md", "advice of a"),
        ("b/AGENTS.md", "advice of b"),
    ]


def test_one_folder_can_be_asked_without_a_server(tmp_path: Path) -> None:
    assert settings_text_of(tmp_path) == settings_text_of(tmp_path / "nowhere") == ""
    (tmp_path / ".chatls.toml").write_text('agent = "chat"\n')
    assert settings_text_of(tmp_path) == 'agent = "chat"\n'


def test_t86_hidden_characters_of_the_advice_are_made_visible_and_counted(tmp_path: Path) -> None:
    workspace = roots(tmp_path / "ws")
    (tmp_path / "ws" / "AGENTS.md").write_text("Use\u200b tabs\U000e0041\U000e0042.\n", encoding="utf-8")
    (found,) = AdviceFiles(workspace).read()
    assert found.hidden == 3
    assert "\u200b" not in found.text
    assert "\U000e0041" not in found.text
    assert "\\u{200b}" in found.text


def test_t04_a_link_is_not_followed(tmp_path: Path) -> None:
    workspace = roots(tmp_path / "ws")
    (tmp_path / "secret").write_text("S3CRET")
    for name in ("AGENTS.md", ".chatls.toml"):
        (tmp_path / "ws" / name).symlink_to("../secret")
    assert (settings_text(workspace), AdviceFiles(workspace).read()) == ("", [])


def test_a_huge_file_is_cut(tmp_path: Path) -> None:
    workspace = roots(tmp_path / "ws")
    (tmp_path / "ws" / "AGENTS.md").write_text("x" * (MAX_BYTES + 1))
    assert len(AdviceFiles(workspace).read()[0].text) == MAX_BYTES


def test_a_file_that_was_changed_is_read_again(tmp_path: Path) -> None:
    files = AdviceFiles(roots(tmp_path / "ws"))
    assert files.read() == []
    for text in ("one", "three"):
        (tmp_path / "ws" / "AGENTS.md").write_text(text)
        assert [found.text for found in (*files.read(), *files.read())] == [text, text]
