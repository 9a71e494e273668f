"""The tool `run_command`: what is asked, what is run, and how it is told."""

import asyncio
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatls.chat.approvals import Answer, Question
from chatls.chat.events import ToolFailure
from chatls.chat.ports import OpenDocument, TextChange
from tests.support.acting_editor import choosing
from tests.support.changing import NO, YES
from tests.support.commanding import KEY, Commanding, commanding, environment, needs_linux, without_bubblewrap
from tests.support.process_facts import until
from tests.support.workspaces import SECRET

pytestmark = needs_linux


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Commanding]:
    with commanding(tmp_path) as made:
        yield made


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Commanding]:
    """Where there is no bubblewrap."""
    without_bubblewrap(monkeypatch)
    with commanding(tmp_path) as made:
        yield made


@pytest.fixture(params=["confined", "unconfined"])
def either(request: pytest.FixtureRequest) -> Commanding:
    """With a sandbox, and without."""
    return request.getfixturevalue("ws" if request.param == "confined" else "bare")


async def test_a_line_is_run_by_bash_after_a_yes(either: Commanding) -> None:
    either.write({"a": "1\n2\n"})
    said = await either.text("run_command", command="[[ -e a ]] && wc -l < a | tr -d ' '; exit 3")
    assert said.splitlines()[0].startswith("[exit code 3, ")
    assert said.splitlines()[1:] == ["2"]
    assert either.question.kind == "execute"


async def test_a_list_is_run_without_a_shell(either: Commanding) -> None:
    said = await either.text("run_command", command=["printf", "%s|", "$HOME", "a b", "*; id"])
    assert said.splitlines()[1] == "$HOME|a b|*; id|"


async def test_a_turn_is_known_to_have_run_commands_that_may_change_files(either: Commanding) -> None:
    noted: list[bool] = []

    def yes(question: Question) -> Answer | None:
        noted.append(either.kept.turns["t"].commands)
        return YES(question)

    either.acting.reply = yes
    await either.done("run_command", command="touch a")
    assert (noted, either.kept.turns["t"].commands) == ([False], True)


async def test_a_command_that_only_looks_leaves_a_turn_that_can_be_undone(ws: Commanding) -> None:
    await ws.done("run_command", command="ls")
    assert not ws.kept.turns["t"].commands


async def test_nothing_is_run_without_a_yes(tmp_path: Path) -> None:
    with commanding(tmp_path, NO) as ws:
        assert (await ws.failure("run_command", command="touch PWNED")).code == "rejected"
        assert not ws.is_there("PWNED")


@pytest.mark.parametrize("line", ["ls", "echo hello"])
async def test_a_harmless_command_is_not_asked_about_in_the_sandbox(tmp_path: Path, line: str) -> None:
    with commanding(tmp_path, NO) as ws:
        assert (await ws.text("run_command", command=line)).startswith("[exit code 0, ")
        assert ws.acting.asked == []


async def test_what_nobody_was_asked_about_can_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def yes(*_arguments: object, **_options: object) -> bool:
        return True

    monkeypatch.setattr("chatls.tools.approval.shell_approval.is_allowed", yes)
    with commanding(tmp_path, NO) as ws:
        assert "Read-only file system" in await ws.text("run_command", command="touch PWNED")
        assert not ws.is_there("PWNED")


async def test_without_a_sandbox_every_command_asks_and_says_so(bare: Commanding) -> None:
    await bare.done("run_command", command="ls")
    assert "NOT confined" in bare.question.detail


async def test_t16_the_folder_to_run_in_lies_in_the_workspace(ws: Commanding) -> None:
    ws.write({"sub/file": ""})
    (ws.folder / "up").symlink_to("..")
    assert "file" in await ws.text("run_command", command="ls", cwd="sub")
    for cwd in ("..", str(ws.outside), "up", "sub/../..", "/", "~"):
        failure = await ws.failure("run_command", command="touch PWNED", cwd=cwd)
        assert failure.code in ("outside_workspace", "not_found")
    assert (await ws.failure("run_command", command="ls", cwd="sub/file")).code == "not_a_folder"
    assert not (ws.outside / "PWNED").exists()


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("", "invalid_arguments"),
        ("  ", "invalid_arguments"),
        ([], "invalid_arguments"),
        (["", "x"], "invalid_arguments"),
        ("a\0b", "invalid_arguments"),
        ("\ud800", "invalid_arguments"),
        ("x" * 200_000, "invalid_arguments"),
        (["no-such-program"], "not_started"),
    ],
)
async def test_a_command_that_cannot_be_run_is_refused_in_a_sentence(
    ws: Commanding, command: object, code: str
) -> None:
    assert (await ws.failure("run_command", command=command)).code == code


async def test_a_signal_is_named(either: Commanding) -> None:
    assert "ended by SIGSEGV, exit code 139" in await either.text("run_command", command="kill -SEGV $$")


async def test_what_is_written_to_stderr_stands_where_it_was_written(either: Commanding) -> None:
    said = await either.text("run_command", command="echo a; echo b >&2; echo c")
    assert said.splitlines()[1:] == ["a", "b", "c"]


async def test_t77_nothing_can_be_typed_in(either: Commanding) -> None:
    assert "[no output]" in await either.text("run_command", command="cat")


async def test_t88_no_key_reaches_a_command(either: Commanding) -> None:
    said = await either.text("run_command", command="printenv; cat /proc/self/environ")
    assert KEY not in said
    assert "CI=1" in said
    assert f"LC_CHATLS_TEST={either.mark}" in said


async def test_t21_a_secret_is_not_shown_by_cat(ws: Commanding) -> None:
    ws.write({".env": SECRET})
    assert SECRET not in str(await ws.call("run_command", command="cat .env; tail -n +1 .e*"))


async def test_endless_output_is_cut_in_the_middle_and_its_length_told(either: Commanding) -> None:
    result = await either.done("run_command", command="echo first; yes | head -c 50000000; echo last")
    assert result.truncated
    assert "bytes left out" in result.text
    assert len(result.text.encode()) < 31 * 1024
    lines = result.text.splitlines()
    assert (lines[1], lines[-1]) == ("first", "last")
    assert sum(map(len, either.shown)) <= 128 * 1024


async def test_output_is_shown_while_it_runs(ws: Commanding) -> None:
    """The command waits for a file that is made only when its first line was seen."""

    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        call = group.create_task(ws.text("run_command", command="echo started; until [ -e go ]; do sleep 0.01; done"))
        await until(lambda: "started\n" in ws.shown)
        ws.write({"go": ""})
        assert "exit code 0" in await call


async def test_sequences_for_a_terminal_reach_nobody(ws: Commanding) -> None:
    said = await ws.text("run_command", command=r"printf '\033[31mred\033[0m\033]0;title\007 a\rb\n'")
    assert said.splitlines()[1:] == ["red a", "b"]
    assert "\x1b" not in "".join(ws.shown)


async def test_its_time_is_limited(either: Commanding) -> None:
    async with asyncio.timeout(10):
        said = await either.text("run_command", command="echo begun; setsid sleep 1000 & sleep 1000", timeout=1)
    assert "ended because its time of 1 s was over" in said
    assert "begun" in said
    assert either.survivors() == []


async def test_one_that_will_not_end_is_killed(either: Commanding) -> None:
    async with asyncio.timeout(10):
        await either.text("run_command", command="trap '' TERM; while :; do sleep 1; done", timeout=1)
    assert either.survivors() == []


async def test_one_that_is_asked_to_end_may_clean_up(either: Commanding) -> None:
    line = "trap 'echo bye; rm lock; exit' TERM; touch lock; while :; do sleep 0.01; done"
    assert "bye" in await either.text("run_command", command=line, timeout=1)
    assert not either.is_there("lock")


async def test_t74_nothing_survives_the_end_of_a_command(either: Commanding) -> None:
    said = await either.text(
        "run_command", command="setsid sleep 1000 & (setsid sleep 1000 &); nohup sleep 1000 & echo"
    )
    assert "exit code 0" in said
    assert either.survivors() == []


async def test_t74_nothing_survives_a_cancel(either: Commanding) -> None:
    line = "touch up; setsid sleep 1000 & (setsid sh -c 'trap \"\" TERM; sleep 1000' &); sleep 1000"
    async with asyncio.timeout(10):
        call = asyncio.ensure_future(either.call("run_command", command=line))
        await until(lambda: either.is_there("up") and len(either.survivors()) >= 4)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
    assert either.survivors() == []
    assert {path.name for path in either.folder.iterdir()} == {"up"}


async def test_t76_one_that_leaves_others_behind_is_not_waited_for(either: Commanding) -> None:
    async with asyncio.timeout(2):
        assert "hi" in await either.text("run_command", command="sleep 1000 & echo hi")


SERVER = """
import asyncio, json, os, sys
from chatls.tools.commands.child import run
from chatls.tools.guard.paths import Roots
from chatls.tools.guard.places import WorkspacePath
from chatls.tools.commands.sandbox import Sandbox

async def main(folder, confined):
    roots = Roots([("ws", folder)])
    sandbox = Sandbox(roots, os.environ)
    if confined:
        assert await sandbox.probe() is None
    line = "setsid sleep 1000 & (setsid sh -c 'trap \\"\\" TERM HUP; sleep 1000' &) ; touch up; sleep 1000"
    async with sandbox.launch(["/bin/sh", "-c", line], WorkspacePath(roots.folders[0], ()), writable=True) as launch:
        await run(launch, 1000, lambda _: None)

asyncio.run(main(sys.argv[1], json.loads(sys.argv[2])))
"""


@pytest.mark.parametrize("confined", [True, False])
async def test_t74_nothing_survives_the_servers_death(ws: Commanding, *, confined: bool) -> None:
    command = [sys.executable, "-c", SERVER, str(ws.folder), json.dumps(confined)]
    server = await asyncio.create_subprocess_exec(*command, env=environment(ws.home, ws.mark))
    await until(lambda: ws.is_there("up") and len(ws.survivors()) >= 5)
    server.kill()
    await server.wait()
    await until(lambda: ws.survivors() == [] and [path.name for path in ws.folder.iterdir()] == ["up"])
    assert ws.survivors() == []


async def test_documents_that_stay_unsaved_are_named(ws: Commanding) -> None:
    ws.write({"a.py": "old\n"})
    ws.open("a.py", "new\n")
    assert "the command saw older text: a.py]" in await ws.text("run_command", command="cat a.py")


async def test_what_is_set_aside_is_told(ws: Commanding) -> None:
    said = await ws.text("run_command", command="mkdir sub && echo x > sub/AGENTS.md")
    assert "[sub/AGENTS.md is protected: it lies as AGENTS.md.set-aside beside it now]" in said


async def test_t58_a_script_that_changes_while_the_user_thinks_is_not_run(tmp_path: Path) -> None:
    def changes_it(question: Question) -> Answer | None:
        (tmp_path / "ws" / "build.sh").write_text("touch PWNED\n")
        return YES(question)

    with commanding(tmp_path, changes_it) as ws:
        ws.write({"build.sh": "echo hello\n"})
        assert (await ws.failure("run_command", command="sh ./build.sh")).code == "files_changed"
        assert not ws.is_there("PWNED")


async def test_t58_a_grant_for_a_script_is_not_for_what_is_saved_over_it(tmp_path: Path) -> None:
    with commanding(tmp_path, choosing("allow_always")) as ws:
        ws.write({"build.sh": "echo built\n"})
        ws.open("build.sh", "echo built\n")
        assert "built" in await ws.text("run_command", command="bash build.sh")
        ws.acting.reply = NO
        current = await ws.changes.read("build.sh")
        assert await ws.changes.write("t", current, [TextChange(0, len("echo built"), "touch PWNED")])
        assert (await ws.failure("run_command", command="bash build.sh")).code == "rejected"
        assert not ws.is_there("PWNED")


async def test_a_sandbox_that_is_lost_while_the_user_thinks_ends_it(tmp_path: Path) -> None:
    made: list[Commanding] = []

    def opens_home(question: Question) -> Answer | None:
        made[0].roots.replace([("ws", str(tmp_path / "ws")), ("home", str(tmp_path / "home"))])
        return YES(question)

    with commanding(tmp_path, opens_home) as ws:
        made.append(ws)
        assert (await ws.failure("run_command", command="touch PWNED")).code == "files_changed"
        assert not ws.is_there("PWNED")


async def test_what_was_granted_is_not_asked_again(tmp_path: Path) -> None:
    with commanding(tmp_path, choosing("allow_session")) as ws:
        for _ in range(2):
            assert "exit code 0" in await ws.text("run_command", command="touch a")
        assert len(ws.acting.asked) == 1


async def test_without_bash_a_line_is_run_by_sh(tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "bwrap"):
        (programs / name).symlink_to(shutil.which(name) or "")
    with commanding(tmp_path, path=str(programs)) as ws:
        assert "not bash" in await ws.text("run_command", command='echo "${BASH_VERSION:-not bash}"')


async def test_it_needs_a_folder(ws: Commanding) -> None:
    ws.roots.replace([])
    failure = await ws.call("run_command", command="ls")
    assert isinstance(failure, ToolFailure)
    assert failure.code == "no_workspace"


async def test_documents_of_the_turn_are_saved_before_it_runs(ws: Commanding) -> None:
    ws.write({"a.py": "old\n"})
    ws.open("a.py", "old\n")
    document = ws.editor.document((ws.folder / "a.py").as_uri())
    assert document is not None
    current = await ws.changes.read("a.py")
    assert await ws.changes.write("t", current, [TextChange(0, 3, "new")])
    assert ws.editor.document(document.uri) == OpenDocument(document.uri, 2, "new\n")
    assert (await ws.text("run_command", command="cat a.py")).splitlines()[1] == "new"
