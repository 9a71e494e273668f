"""The installed extension as a person sees it: VS Code in a real Chromium, driven by the tests of `test/ui/`."""

from pathlib import Path

import pytest

from tests.support.node import Node
from tests.support.vscode import Editor, npm
from tests.support.vscode_install import EXTENSION

SCENES = sorted(path.name.removesuffix(".test.ts") for path in (EXTENSION / "test" / "ui").glob("*.test.ts"))


@pytest.mark.parametrize("scene", SCENES)
def test_the_panel_does_what_a_person_expects(
    scene: str, node: Node, editor: Editor, package: Path, tmp_path: Path
) -> None:
    given = editor.environment(VSIX=str(package), PICTURES=str(tmp_path))
    npm(node, "test:ui", f"test/ui/{scene}.test.ts", environment=given)
