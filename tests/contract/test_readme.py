"""The README is true: what it names exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
README = re.sub(r"https?://[^\s)]+|@[^`]*", "", (ROOT / "README.md").read_text(encoding="utf-8"))
MAP = README[README.index("server/chatls/\n") : README.index("A token's way")]
NAMED = sorted(set(re.findall(r"[\w/-]+\.(?:py|md|json|toml|txt)\b|[\w/-]+/(?=[\s,`)])", README)))
THEIRS = {"AGENTS.md", "NAME.md", "chatls.toml", "config.toml"}
"""Files of a user or a project."""
PACKAGE = ROOT / "server" / "chatls"


@pytest.mark.parametrize("name", [name for name in NAMED if Path(name).name not in THEIRS])
def test_every_file_that_the_readme_names_is_there(name: str) -> None:
    places = [ROOT, ROOT / "schemas", PACKAGE, *(path for path in PACKAGE.rglob("*") if path.is_dir())]
    assert any((place / name).exists() for place in places)


def test_every_room_stands_on_the_map() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert rooms == set(re.findall(r"^[├└]── (\w+)/", MAP, re.MULTILINE))


def test_every_module_that_a_docstring_points_at_is_there() -> None:
    there = {str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py")}
    gone = [
        f"{path.relative_to(PACKAGE)} points at {name}"
        for path in PACKAGE.rglob("*.py")
        for name in re.findall(r"`([\w/]+\.py)`", path.read_text(encoding="utf-8").partition("\nimport")[0][:1500])
        if not {name, str(path.relative_to(PACKAGE).parent / name)} & there and not (ROOT / name).exists()
    ]
    assert gone == []
