"""The import rules of the package, written as absences, and its budgets: no room knows more than it has to."""

import ast
from collections.abc import Callable, Iterable
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.support.imports import Import, Module, modules

TESTS = Path(__file__).parents[1]
MAX_LINES = 400

ROOMS = {
    "errors": set[str](),
    "folders": set[str](),
    "tasks": set[str](),
    "wording": set[str](),
    "config": {"errors", "folders", "wording"},
    "chat": {"errors"},
    "providers": {"chat", "errors"},
    "tools": {"chat", "errors"},
    "store": {"chat", "errors"},
    "lsp": {"chat", "config", "errors", "tasks", "wording"},
    "terminal": {"lsp.framing", "config", "errors", "folders", "tools.commands.bubblewrap", "tools.project"},
}
"""What of chatls each room may import beside itself."""

FAMILIES = {
    "approval": {"commands"},
    "commands": {"approval", "editing", "guard", "reading"},
    "editing": {"approval", "guard"},
    "guard": set[str](),
    "reading": {"approval", "guard", "symbols"},
    "symbols": {"guard", "reading"},
}
"""What each folder of `tools/` may import of the other folders there. The guard knows nobody."""

OWNERS = {
    "httpcore": {"providers"},
    "httpx": {"providers"},
    "lsprotocol": {"lsp"},
    "pathspec": {"tools"},
    "prompt_toolkit": {"terminal"},
    "pygls": {"lsp"},
    "re2": {"tools"},
    "rich": {"terminal"},
    "sqlite3": {"store"},
    "subprocess": {"tools", "terminal"},
    "tree_sitter": {"tools"},
}
"""The only rooms that may import a library. A name stands for what it begins too ("tree_sitter_python")."""

CALL_OWNERS = {
    "os.environ": {"config"},
    "os.environb": {"config"},
    "os.getenv": {"config"},
    "os.putenv": {"config"},
    "os.system": {"tools"},
    "os.popen": {"tools"},
    "os.fork": {"tools"},
    "asyncio.create_subprocess_exec": {"tools"},
    "asyncio.create_subprocess_shell": {"tools"},
    "importlib.import_module": {"assembly", "lsp.lean", "providers.ollama"},
    "sys.stdout": {"lsp.pipe", "terminal"},
    "sys.__stdout__": {"lsp.pipe", "terminal"},
}
"""The only rooms, or modules, that may use a name."""

LATE = {
    "chatls.assembly": "chatls.cli",
    "chatls.folders": "chatls.assembly",
    "chatls.lsp.editor": "chatls.assembly",
    "chatls.lsp.editor_messages": ("chatls.lsp.approvals", "chatls.lsp.editor"),
    "chatls.lsp.lean": "chatls.cli",
    "chatls.lsp.requests": "chatls.assembly",
    "chatls.providers.offline_steps": "chatls.providers.offline",
    "chatls.providers.scripted": "chatls.rooms",
    "chatls.rooms": "chatls.assembly",
    "chatls.store.worker": "chatls.store.database",
    "chatls.terminal": "chatls.cli",
    "chatls.terminal.asking": "chatls.terminal.start",
    "chatls.terminal.interactive": "chatls.terminal.asking",
    "chatls.terminal.oneshot": "chatls.terminal.asking",
    "ctypes": "chatls.lsp.parent",
    "fcntl": ("chatls.store.locking", "chatls.tools.commands.placeholders"),
    "chatls.tools.symbols.line_ranges": "chatls.tools.reading.path_index",
    "chatls.tools.editing.undo": "chatls.rooms",
    "chatls.tools.workbench": "chatls.rooms",
    "difflib": ("chatls.config.layers", "chatls.chat.user_agents"),
    "email.utils": "chatls.providers.retry",
    "msvcrt": "chatls.lsp.pipe",
    "pathspec": "chatls.tools.guard.ignore",
    "prompt_toolkit.utils": "chatls.terminal.asking",
    "re2": "chatls.tools.patterns",
    "tree_sitter": "chatls.tools.grammars",
}
"""What may be imported inside a function, being heavy or of one system alone, and the place that does it, or places."""

WITHOUT_TESTS = {
    "chatls.__main__": "one line; every end-to-end test runs it",
    "chatls.chat.approvals": "values without behaviour",
    "chatls.chat.ports": "Protocols: nothing runs",
    "chatls.chat.workspace": "Protocols: nothing runs",
    "chatls.chat.events": "values without behaviour; tests/lsp/test_event_messages.py holds them against the wire",
    "chatls.chat.keeping": "Protocols: nothing runs",
    "chatls.chat.messages": "values without behaviour",
    "chatls.lsp.services": "a record without behaviour",
    "chatls.store.opened": "a record without behaviour",
}

COMPOSITION = {"", "__main__", "assembly", "cli", "rooms"}
"""The modules that put the rooms together, and so may know them all."""

Check = Callable[[Module], list[str]]
KNOWN = frozenset(module.name for module in modules())


def allowed(target: str, names: Iterable[str]) -> bool:
    """Whether a module of ours is one of `names` or inside it ("lsp" stands for "chatls.lsp.pipe" too)."""
    return any(f"{target}.".startswith(f"chatls.{name}.") for name in names)


def owned(target: str, library: str) -> bool:
    return target == library or target.startswith((f"{library}.", f"{library}_"))


def forbidden_rooms(module: Module) -> list[str]:
    if module.room in COMPOSITION:
        return []
    names = {module.room, *ROOMS[module.room]}
    ours = (found.target for found in module.imports(KNOWN) if owned(found.target, "chatls"))
    return [f"{module.name} imports {target}" for target in ours if target != "chatls" and not allowed(target, names)]


def forbidden_families(module: Module) -> list[str]:
    _, _, family, *_ = [*module.name.split("."), "", ""]
    if module.room != "tools" or family not in FAMILIES:
        return []
    others = [name for name in FAMILIES if name not in {family, *FAMILIES[family]}]
    targets = [found.target for found in module.imports(KNOWN)]
    return [f"{module.name} imports {t}" for t in targets if allowed(t, [f"tools.{name}" for name in others])]


def forbidden_libraries(module: Module) -> list[str]:
    return [
        f"{module.name} imports {found.target}"
        for found in module.imports(KNOWN)
        for library, rooms in OWNERS.items()
        if owned(found.target, library) and not allowed(module.name, rooms)
    ]


def forbidden_names(module: Module) -> list[str]:
    used = set(module.uses())
    return [
        f"{module.name} uses {name}"
        for name, rooms in CALL_OWNERS.items()
        if name in used and not allowed(module.name, rooms)
    ]


def late_places() -> list[tuple[str, str]]:
    """The pairs of `LATE`."""
    return [(name, one) for name, place in LATE.items() for one in ((place,) if isinstance(place, str) else place)]


def misplaced_late_imports(module: Module) -> list[str]:
    late = {found.target for found in module.imports(KNOWN) if found.kind == "late"}
    places = {target: {place for name, place in late_places() if owned(target, name)} for target in late}
    return [f"{module.name} imports {target} late" for target in late if module.name not in places[target]]


def tasks_without_group(module: Module) -> list[str]:
    """Tasks started on anything but a TaskGroup: one that an `async with` opened, or that was handed in as one."""
    groups: set[str] = set()
    for node in ast.walk(module.tree):
        match node:
            case ast.withitem(context, ast.Name(name)) if ast.unparse(context) == "asyncio.TaskGroup()":
                groups.add(name)
            case ast.arg(name, annotation) if annotation and ast.unparse(annotation) == "asyncio.TaskGroup":
                groups.add(name)
            case _:
                pass
    starts = (name.rpartition(".") for name in module.uses())
    return [f"{module.name}: {owner}.{name}" for owner, _, name in starts if _starts_task(owner, name, groups)]


def _starts_task(owner: str, name: str, groups: set[str]) -> bool:
    return name == "ensure_future" or (name == "create_task" and owner not in groups)


def prints(module: Module) -> list[str]:
    calls = (node.func for node in ast.walk(module.tree) if isinstance(node, ast.Call))
    return [module.name for call in calls if isinstance(call, ast.Name) and call.id == "print"]


def each(check: Check) -> list[str]:
    return [offence for module in modules() for offence in check(module)]


@pytest.mark.parametrize(
    "check",
    [forbidden_rooms, forbidden_families, forbidden_libraries, forbidden_names, misplaced_late_imports, prints],
    ids=lambda check: check.__name__,
)
def test_no_module_reaches_beyond_its_room(check: Check) -> None:
    assert "\n".join(each(check)) == ""


def test_every_room_has_its_rule() -> None:
    assert {module.room for module in modules()} <= ROOMS.keys() | COMPOSITION


def test_no_import_is_relative() -> None:
    assert [module.name for module in modules() for found in module.imports(KNOWN) if found.target == "."] == []


def test_only_one_module_starts_tasks_outside_a_group() -> None:
    assert {offence.partition(":")[0] for offence in each(tasks_without_group)} <= {"chatls.tasks"}


def test_no_module_imports_itself_by_a_detour() -> None:
    graph = {
        module.name: {found.target for found in module.imports(KNOWN) if found.target in KNOWN} - {module.name}
        for module in modules()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


def test_every_late_import_that_is_allowed_is_made() -> None:
    made = {(module.name, found.target) for module in modules() for found in module.imports(KNOWN)}
    stale = [name for name, place in late_places() if not any(m == place and owned(t, name) for m, t in made)]
    assert stale == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [module.name for module in modules() if module.text.strip() and not ast.get_docstring(module.tree)]
    assert silent == []


def test_no_module_is_long() -> None:
    lengths = {module.name: len(module.text.splitlines()) for module in modules()}
    assert {name: length for name, length in lengths.items() if length > MAX_LINES} == {}


def test_every_module_has_a_test_file_of_its_own() -> None:
    code = (module for module in modules() if len(module.tree.body) > 1 and module.name != "chatls")
    without = [module.name for module in code if not mirror(module.name).exists() and module.name not in WITHOUT_TESTS]
    assert "\n".join(name for name in without if name not in packages()) == ""


def test_no_exception_outlives_its_module() -> None:
    assert WITHOUT_TESTS.keys() <= KNOWN


def packages() -> set[str]:
    return {name.rpartition(".")[0] for name in KNOWN}


def mirror(name: str) -> Path:
    _, *folders, last = name.split(".")
    return TESTS.joinpath(*folders, f"test_{last}.py")


@pytest.mark.parametrize(
    ("name", "text", "check"),
    [
        ("chatls.chat.x", "from chatls.lsp import pipe", forbidden_rooms),
        ("chatls.chat.x", "from chatls import lsp", forbidden_rooms),
        ("chatls.tools.x", "def f():\n    import chatls.providers.http", forbidden_rooms),
        ("chatls.tools.guard.x", "from chatls.tools.editing.edit import plan", forbidden_families),
        ("chatls.terminal.x", "from chatls.lsp.pipe import Lane", forbidden_rooms),
        ("chatls.tools.x", "if TYPE_CHECKING:\n    import httpx", forbidden_libraries),
        ("chatls.chat.x", "from tree_sitter_python import language", forbidden_libraries),
        ("chatls.lsp.x", "import os\nx = os.environ.get('A')", forbidden_names),
        ("chatls.lsp.x", "from os import environ", forbidden_names),
        ("chatls.chat.x", "import sys\nsys.stdout.write('')", forbidden_names),
        ("chatls.providers.x", "def f():\n    import re2", misplaced_late_imports),
        ("chatls.chat.x", "def f():\n    print(1)", prints),
        ("chatls.chat.x", "async def f(loop):\n    loop.create_task(g())", tasks_without_group),
        ("chatls.chat.x", "async def f():\n    asyncio.create_task(g())", tasks_without_group),
    ],
)
def test_an_offence_is_seen(name: str, text: str, check: Check) -> None:
    assert len(check(Module(name, text))) == 1


def test_what_is_allowed_is_no_offence() -> None:
    text = "async def f():\n    async with asyncio.TaskGroup() as group:\n        group.create_task(g())"
    assert tasks_without_group(Module("chatls.chat.x", text)) == []
    assert forbidden_rooms(Module("chatls.terminal.x", "from chatls.lsp.framing import encode")) == []
    assert misplaced_late_imports(Module("chatls.tools.patterns", "def f():\n    import re2")) == []
    nested = Module("chatls.x", "if TYPE_CHECKING:\n    import a\nimport b\ndef f():\n    import c")
    assert nested.imports(KNOWN) == [Import("a", "typing"), Import("b", "top"), Import("c", "late")]
