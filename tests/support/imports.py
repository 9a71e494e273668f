"""What the modules of chatls import and call, read from their source without running it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

SOURCE = Path(__file__).parents[2] / "server"


@dataclass(frozen=True)
class Import:
    """One import: of `target`, at the top of the module, for the type checker alone, or late, in a function."""

    target: str
    kind: Literal["top", "typing", "late"]


@dataclass(frozen=True)
class Module:
    """A module by its dotted name."""

    name: str
    text: str

    @property
    def room(self) -> str:
        """The part after `chatls`: a folder ("lsp") or a file ("errors")."""
        return (*self.name.split("."), "")[1]

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    def imports(self, known: frozenset[str]) -> list[Import]:
        """All imports; `from a import b` is one of `a.b` where that is a module of ours (`known`)."""
        return list(_imports(self.tree, "top", known))

    def uses(self) -> list[str]:
        """Every dotted name in it: "os.environ.get", "os.environ", and so for `from os import environ`."""
        nodes = list(ast.walk(self.tree))
        imported = [
            f"{node.module}.{alias.name}" for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names
        ]
        return imported + [ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute)]


@cache
def modules() -> tuple[Module, ...]:
    """All modules of the package."""
    paths = sorted((SOURCE / "chatls").rglob("*.py"))
    return tuple(Module(_name(path), path.read_text(encoding="utf-8")) for path in paths)


def _name(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(node: ast.AST, kind: Literal["top", "typing", "late"], known: frozenset[str]) -> Iterator[Import]:
    match node:
        case ast.Import(names):
            yield from (Import(alias.name, kind) for alias in names)
        case ast.ImportFrom(level=level) if level:
            yield Import(".", kind)
        case ast.ImportFrom(module, names):
            full = (f"{module}.{alias.name}" for alias in names)
            yield from (Import(name if name in known else str(module), kind) for name in full)
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
            kind = "late"
        case ast.If(test) if ast.unparse(test).endswith("TYPE_CHECKING"):
            kind = "typing"
        case _:
            pass
    for child in ast.iter_child_nodes(node):
        yield from _imports(child, kind, known)
