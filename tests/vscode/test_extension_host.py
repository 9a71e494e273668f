"""The extension inside VS Code's real extension host, with a real server: the tests of `test/host/`."""

from tests.support.node import Node
from tests.support.vscode import Editor, npm


def test_the_extension_works_in_the_extension_host(node: Node, editor: Editor) -> None:
    npm(node, "build", "--tests")
    npm(node, "test:host", environment=editor.environment())
