"""That the extension's sources are in order, as Node's own tools see it."""

import json

from tests.support.node import Node
from tests.support.vscode import npm
from tests.support.vscode_install import EXTENSION


def test_the_types_of_the_wire_are_what_the_schemas_say(node: Node) -> None:
    npm(node, "types", "--check")


def test_the_types_hold(node: Node) -> None:
    npm(node, "typecheck")


def test_the_sources_follow_the_rules(node: Node) -> None:
    npm(node, "lint")


def test_the_pure_parts_work(node: Node) -> None:
    npm(node, "test")


def test_no_package_is_bound_to_an_address() -> None:
    lock = json.loads((EXTENSION / "package-lock.json").read_text(encoding="utf-8"))
    assert [name for name, entry in lock["packages"].items() if "resolved" in entry] == []
