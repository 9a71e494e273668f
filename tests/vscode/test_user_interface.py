"""The installed extension as a person sees it: VS Code in a real Chromium, driven by the tests of `test/ui/`.

Those of `test/ui/once/` run in the oldest VS Code alone: what they look at is the same in all.
"""

from pathlib import Path

import pytest

from tests.support.node import Node
from tests.support.vscode import Editor, npm
from tests.support.vscode_install import EXTENSION, OLD, VERSIONS

FOLDER = EXTENSION / "test" / "ui"
SCENES = [
    pytest.param(version, scene.relative_to(EXTENSION), id=f"{version}-{scene.name.removesuffix('.test.ts')}")
    for version in VERSIONS
    for scene in sorted(FOLDER.rglob("*.test.ts"))
    if version == OLD or scene.parent == FOLDER
]


@pytest.mark.parametrize(("editor", "scene"), SCENES, indirect=["editor"])
def test_the_panel_does_what_a_person_expects(
    editor: Editor, scene: Path, node: Node, package: Path, tmp_path: Path
) -> None:
    given = editor.environment(VSIX=str(package), PICTURES=str(tmp_path))
    npm(node, "test:ui", str(scene), environment=given)
