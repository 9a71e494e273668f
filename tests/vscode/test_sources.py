"""That the extension's sources are in order, as Node's own tools see it."""

import json
import shutil
from pathlib import Path

import pytest

import bootstrap
from tests.support.node import Node
from tests.support.vscode import npm
from tests.support.vscode_install import EXTENSION


def test_the_types_of_the_wire_are_what_the_schemas_say(node: Node) -> None:
    npm(node, "types", "--check")


def test_types_that_the_schemas_have_left_behind_are_found(node: Node, tmp_path: Path) -> None:
    extension = tmp_path / EXTENSION.relative_to(bootstrap.ROOT)
    shutil.copytree(bootstrap.ROOT / "schemas", tmp_path / "schemas")
    shutil.copytree(EXTENSION / "scripts", extension / "scripts")
    for name in ("package.json", "src/protocol.ts"):
        (extension / name).parent.mkdir(exist_ok=True)
        shutil.copy(EXTENSION / name, extension / name)
    (extension / "node_modules").symlink_to(EXTENSION / "node_modules")
    npm(node, "types", "--check", folder=extension)
    for schema in (tmp_path / "schemas").glob("*.json"):
        schema.write_text(
            schema.read_text(encoding="utf-8").replace('"const": "token"', '"const": "word"'), encoding="utf-8"
        )
    with pytest.raises(AssertionError, match="not what the schemas say"):
        npm(node, "types", "--check", folder=extension)


def test_the_types_hold(node: Node) -> None:
    npm(node, "typecheck")


def test_the_sources_follow_the_rules(node: Node) -> None:
    npm(node, "lint")


def test_the_pure_parts_work(node: Node) -> None:
    npm(node, "test")


def test_no_package_is_bound_to_an_address() -> None:
    lock = json.loads((EXTENSION / "package-lock.json").read_text(encoding="utf-8"))
    assert [name for name, entry in lock["packages"].items() if "resolved" in entry] == []
