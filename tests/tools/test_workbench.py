from pathlib import Path
from typing import cast

from chatls.chat.events import ToolCall, ToolText
from chatls.tools.approval.gate import Gate
from chatls.tools.guard.paths import Roots
from chatls.tools.late import all_specs
from chatls.tools.workbench import AnyEditor, Bench, workbench
from tests.support.acting_editor import ActingEditor
from tests.support.changing import YES
from tests.support.grants import MemoryGrants
from tests.support.kept_changes import KeptChanges
from tests.support.workspaces import quiet_run


def bench(folder: Path) -> Bench:
    editor = ActingEditor(reply=YES)
    roots = Roots([("ws", str(folder))])
    gate = Gate(editor, MemoryGrants(), tuple, lambda _: None)
    return Bench(roots, cast("AnyEditor", editor), gate, KeptChanges(), {"PATH": "/usr/bin:/bin"}, ())


def test_only_the_tools_that_are_named_are_there_in_their_order(tmp_path: Path) -> None:
    names = [spec.name for spec in workbench(bench(tmp_path), ["edit_file", "git_log", "read_file"]).specs()]
    assert names == ["read_file", "edit_file", "git_log"]


async def test_all_tools_work_on_the_same_folders(tmp_path: Path) -> None:
    tools = workbench(bench(tmp_path), [spec.name for spec in all_specs()])
    call = ToolCall("1", "edit_file", {"path": "a.py", "content": "x = 1\n"})
    assert isinstance(await tools.run(call, quiet_run()), ToolText)
    read = await tools.run(ToolCall("2", "read_file", {"path": "a.py"}), quiet_run())
    assert isinstance(read, ToolText)
    assert "x = 1" in read.text
