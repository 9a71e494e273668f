import subprocess
import sys
from collections.abc import Sequence

from chatls.chat.events import ToolCall, ToolText
from chatls.chat.ports import Toolset
from chatls.tools.late import LateToolset, all_specs
from tests.support.heart import FakeToolset, echo
from tests.support.workspaces import quiet_run


class Loading:
    """Counts how often the tools are loaded."""

    def __init__(self) -> None:
        self.tools = FakeToolset({"read_file": echo})
        self.times = 0

    def __call__(self) -> Toolset:
        self.times += 1
        return self.tools


def names(tools: LateToolset, wanted: Sequence[str] | None = None) -> list[str]:
    return [spec.name for spec in tools.specs(wanted)]


def test_what_models_are_told_is_known_without_loading_a_tool() -> None:
    load = Loading()
    tools = LateToolset(all_specs(), load)
    assert {"read_file", "edit_file", "run_command"} <= set(names(tools))
    assert names(tools, ["git_log", "nonsense", "read_file"]) == ["git_log", "read_file"]
    assert load.times == 0


async def test_the_tools_are_loaded_once_with_the_first_that_is_used() -> None:
    load = Loading()
    tools = LateToolset(all_specs(), load)
    call = ToolCall("1", "read_file", {})
    assert tools.describe(call) == ("read", "Use read_file")
    assert await tools.run(call, quiet_run()) == ToolText("result of read_file")
    await tools.finish("turn")
    assert (load.times, load.tools.finished) == (1, ["turn"])


async def test_a_turn_that_used_no_tool_ends_without_loading_any() -> None:
    load = Loading()
    await LateToolset(all_specs(), load).finish("turn")
    assert (load.times, load.tools.finished) == (0, [])


def test_a_server_is_put_together_without_importing_the_tools() -> None:
    heavy = ("editing.edit", "commands.command", "commands.git", "commands.sandbox", "reading.search", "symbols.parse")
    script = f"import sys, chatls.rooms; print([name for name in {heavy} if f'chatls.tools.{{name}}' in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"
