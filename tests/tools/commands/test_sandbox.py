"""The sandbox, tried for real: what a command reaches in it, and what it does not."""

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatls.chat.events import ToolText
from chatls.tools.base import ToolError
from chatls.tools.commands.sandbox import CONFINED, NONE, Sandbox
from chatls.tools.guard.paths import Roots
from chatls.tools.guard.places import WorkspacePath
from tests.support.commanding import (
    KEY,
    PATH,
    Commanding,
    canary,
    commanding,
    environment,
    git,
    needs_linux,
    without_bubblewrap,
)
from tests.support.process_facts import until
from tests.support.workspaces import SECRET

pytestmark = needs_linux

PYTHON = Path(sys.executable).resolve()

KNOCK = """
import socket, sys
family, kind, address = eval(sys.argv[1])
with socket.socket(family, kind) as s:
    s.settimeout(1)
    s.connect(address)
    s.send(b"x")
    if kind == socket.SOCK_DGRAM:
        s.recv(1)  # nobody answers: that it was sent says nothing
"""


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Commanding]:
    with commanding(tmp_path) as made:
        yield made


@pytest.mark.parametrize("place", ["/etc/x", "~/x", "../x", "/x", "/usr/x", "/var/x"])
async def test_t66_nothing_can_be_written_outside_the_workspace(ws: Commanding, place: str) -> None:
    ended, said = await ws.ran(f"touch {place}")
    assert ended.code != 0
    assert "Read-only file system" in said
    assert [path.name for path in (ws.outside, ws.home) if (path / "x").exists()] == []


async def test_t66_the_workspace_can_be_written_to(ws: Commanding) -> None:
    await ws.output("mkdir -p new/folder && echo hello > new/folder/file && rm -f gone")
    assert ws.read("new/folder/file") == b"hello\n"


async def test_temporary_files_are_the_commands_own(ws: Commanding) -> None:
    name = f"chatls-{ws.mark}"
    assert await ws.output(f'echo x > "$TMPDIR/{name}"; echo y > /var/tmp/{name}; cat /tmp/{name}') == "y"
    assert name not in os.listdir("/tmp")  # noqa: PTH208 (a list of names is what is wanted)
    assert await ws.output(f"ls -A /tmp | grep {name} || true") == ""


@pytest.mark.parametrize("name", [".git/config", ".vscode/settings.json", "sub/.git/hooks/x", "deep/er/AGENTS.md"])
async def test_protected_files_are_read_only_at_any_depth(ws: Commanding, name: str) -> None:
    ws.write({name: "before"})
    for line in ("echo x >> {}", "rm {}", "mv {} other", "chmod 777 {}", "ln -f /etc/passwd {}", "cp /etc/passwd {}"):
        assert (await ws.ran(line.format(name)))[0].code != 0, line
    assert ws.read(name) == b"before"
    assert await ws.output(f"cat {name}") == "before"


@pytest.mark.parametrize("name", [".vscode/settings.json", ".git/hooks/x", ".chatls.toml", ".idea/x", ".zed/x"])
async def test_t68_what_takes_effect_at_once_cannot_be_made_and_leaves_nothing(ws: Commanding, name: str) -> None:
    ended, _ = await ws.ran(f"mkdir -p $(dirname {name}) && echo x > {name}")
    assert ended.code != 0
    assert list(ws.folder.iterdir()) == []


async def test_t68_git_does_not_see_what_keeps_it_away(ws: Commanding) -> None:
    git(ws.folder, "init", "-q")
    ws.write({"new": ""})
    assert await ws.output("git status --porcelain") == "?? new"


@pytest.mark.parametrize(
    "line",
    [
        "mkdir -p a/.vscode && echo x > a/.vscode/tasks.json",
        "echo x > a/AGENTS.md",
        "ln -s ../x a/.npmrc",
        "git init -q a/b",
        "mkdir a/.vscode.set-aside a/x && mv a/x a/.vscode",
    ],
)
async def test_protected_files_made_further_down_are_set_aside(ws: Commanding, line: str) -> None:
    ws.write({"a/file": ""})
    await ws.output(line)
    names = {path.name for path in (ws.folder / "a").rglob("*")}
    assert [name for name in names if "set-aside" in name] != []
    assert names & {".vscode", "AGENTS.md", ".npmrc", ".git"} == set()


async def test_a_protected_file_that_is_moved_with_its_folder_stays_what_it_is(ws: Commanding) -> None:
    ws.write({"a/AGENTS.md": "advice"})
    await ws.output("mv a b")
    assert ws.read("b/AGENTS.md") == b"advice"


@pytest.mark.parametrize("line", ["mv app build/venv", "mkdir build/venv && mv app build/venv/app"])
async def test_what_is_moved_to_where_nobody_looks_is_brought_out_again(ws: Commanding, line: str) -> None:
    ws.write({"app/.env": SECRET, "app/.github/ci.yml": "ok", "build/a": "", "node_modules/b/.github/c": ""})
    result = await ws.call("run_command", command=line)
    assert isinstance(result, ToolText)
    assert "[build/venv has protected files or secrets in it now: it lies as venv.set-aside beside it]" in result.text
    ended, said = await ws.ran("cd build; cat $(find . -name .env); echo x > $(find . -name ci.yml)")
    assert ended.code != 0
    assert "Read-only file system" in said
    assert SECRET not in said
    assert (ws.folder / "node_modules").exists()


async def test_a_workspace_that_is_too_large_is_told_and_nothing_in_it_renamed(
    ws: Commanding, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws.write({f"a/{number}": "" for number in range(50)} | {"a/b/AGENTS.md": "advice"})
    await ws.sandbox.probe()
    monkeypatch.setattr("chatls.tools.commands.delicate.MAX_ENTRIES", 30)
    async with ws.sandbox.launch(["true"], WorkspacePath(ws.roots.folders[0], ()), writable=True) as launch:
        monkeypatch.setattr("chatls.tools.commands.delicate.MAX_ENTRIES", 1000)
    assert [note for note in launch.notes if "too large" in note] == launch.notes != []
    assert ws.read("a/b/AGENTS.md") == b"advice"


async def test_a_workspace_that_a_command_fills_is_told_and_the_next_question_says_so(
    ws: Commanding, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ws.sandbox.probe()
    assert not ws.sandbox.overlooks
    monkeypatch.setattr("chatls.tools.commands.delicate.MAX_ENTRIES", 30)
    said = await ws.text("run_command", command="mkdir -p a/b/.git; touch a/{1..50}")
    assert "the command made in it may be in force" in said
    await ws.text("run_command", command="touch b")
    assert "The workspace is very large" in ws.acting.asked[-1].detail


async def test_t68_a_repository_under_another_name_is_read_only(ws: Commanding) -> None:
    git(ws.folder, "init", "-q")
    (ws.folder / ".git").rename(ws.folder / ".bare")
    (ws.folder / ".git").write_text("gitdir: ./.bare\n")
    ended, said = await ws.ran("git config core.fsmonitor 'touch PWNED' || echo x > .bare/hooks/pre-commit")
    assert ended.code != 0
    assert "Read-only file system" in said
    assert "fsmonitor" not in (ws.folder / ".bare" / "config").read_text()


async def test_a_folder_that_is_opened_meanwhile_is_left_alone(ws: Commanding) -> None:
    (ws.outside / "other" / ".git").mkdir(parents=True)
    await ws.sandbox.probe()
    async with ws.sandbox.launch(["true"], WorkspacePath(ws.roots.folders[0], ()), writable=True) as launch:
        ws.roots.replace([("ws", str(ws.folder)), ("other", str(ws.outside / "other"))])
    assert launch.notes == []
    assert (ws.outside / "other" / ".git").exists()


@pytest.mark.parametrize("name", [".env", "sub/.env.local", "deep/er/server.pem", "sub/.aws/credentials"])
async def test_t21_secrets_are_empty_to_a_command(ws: Commanding, name: str) -> None:
    ws.write({name: SECRET, "file": ""})
    _, said = await ws.ran(f"cat {name}; grep -r {SECRET} . ; cp {name} copy; git hash-object {name}")
    assert SECRET not in said
    assert (await ws.ran(f"echo x > {name}"))[0].code != 0
    assert ws.read(name) == SECRET.encode()


ADDRESSES = {
    "TCP": "(socket.AF_INET, socket.SOCK_STREAM, ('127.0.0.1', {tcp}))",
    "UDP": "(socket.AF_INET, socket.SOCK_DGRAM, ('127.0.0.1', {udp}))",
    "T70 path": "(socket.AF_UNIX, socket.SOCK_STREAM, '{path}')",
    "T70 abstract": "(socket.AF_UNIX, socket.SOCK_STREAM, '\\0{abstract}')",
    "TCP elsewhere": "(socket.AF_INET, socket.SOCK_STREAM, ('1.1.1.1', 53))",
    "UDP elsewhere": "(socket.AF_INET, socket.SOCK_DGRAM, ('1.1.1.1', 53))",
    "raw": "(socket.AF_INET, socket.SOCK_RAW, ('127.0.0.1', 0))",
}


@pytest.mark.parametrize("kind", ADDRESSES)
async def test_t69_no_network_and_no_socket_is_reached(tmp_path: Path, kind: str) -> None:
    """By this very Python, which is shown for being on PATH; outside of the sandbox it reaches what is near."""
    with commanding(tmp_path, path=f"{PYTHON.parent}:{PATH}") as ws, canary(ws.home / "agent.sock") as bird:
        address = ADDRESSES[kind].format(tcp=bird.tcp, udp=bird.udp, path=bird.path, abstract=bird.abstract)
        ended, said = await ws.ran_program([str(PYTHON), "-c", KNOCK, address])
        assert ended.code == 1, said
        assert "Error" in said
        assert bird.hits == []
        if "elsewhere" not in kind and kind != "raw":
            process = await asyncio.create_subprocess_exec(PYTHON, "-c", KNOCK, address)
            await process.wait()
            await until(lambda: len(bird.hits) == 1)


async def test_t69_the_shell_and_names_reach_nothing_either(ws: Commanding) -> None:
    with canary(ws.home / "agent.sock") as bird:
        for line in (f"echo x > /dev/tcp/127.0.0.1/{bird.tcp}", f"echo x > /dev/udp/127.0.0.1/{bird.udp}"):
            await ws.ran(line)
        assert bird.hits == []
    assert (await ws.ran("getent hosts example.com"))[0].code != 0
    assert await ws.output("cat /proc/net/dev | grep -c :") == "1"


@pytest.mark.parametrize("place", ["/run", "/var/run", "/home", "/mnt", "/srv", "/root", "/boot", "/sys"])
async def test_t70_places_of_sockets_and_of_others_are_not_there(ws: Commanding, place: str) -> None:
    assert (await ws.ran(f"ls -A {place} | grep ."))[0].code != 0


@pytest.mark.parametrize("name", [".ssh/id_rsa", ".aws/credentials", ".config", ".local/state/chatls"])
async def test_t72_the_home_folder_is_empty(ws: Commanding, name: str) -> None:
    assert (await ws.ran(f"cat ~/{name}"))[0].code != 0
    assert (await ws.ran(f"cat {ws.home}/{name}"))[0].code != 0
    assert (await ws.ran("cat ../secret"))[0].code != 0


async def test_t72_what_chatls_keeps_is_hidden_in_a_workspace_too(tmp_path: Path) -> None:
    with commanding(tmp_path, hidden=[tmp_path / "ws" / "state"]) as ws:
        ws.write({"state/grants.json": SECRET})
        assert await ws.output("ls -A state") == ""
        assert (await ws.ran("touch state/x && ls state"))[0].code is not None
        assert ws.read("state/grants.json") == SECRET.encode()
        assert not ws.is_there("state/x")


async def test_caches_of_tools_can_be_written_to(ws: Commanding) -> None:
    await ws.output("mkdir -p ~/.cache/go-build && touch ~/.cache/go-build/x ~/.npm/x")
    assert not (ws.home / ".cache").exists()


@pytest.mark.parametrize(
    "line",
    [
        "unshare -U true",
        "unshare -m true",
        "mount -t tmpfs x /mnt",
        "mount -o remount,rw /",
        "umount .git",
        "mount --bind /tmp .git",
        "chroot / true",
        "mknod x c 1 3",
        "kill -0 $(cat /proc/sys/kernel/ns_last_pid) && false",
    ],
)
async def test_t73_no_rights_are_left_and_none_are_to_be_had(ws: Commanding, line: str) -> None:
    ws.write({".git/config": ""})
    assert (await ws.ran(line))[0].code != 0


async def test_t73_there_are_no_capabilities(ws: Commanding) -> None:
    said = await ws.output("grep -E '^(Cap|NoNewPrivs)' /proc/self/status")
    values = dict(line.split(":\t") for line in said.splitlines())
    assert values.pop("NoNewPrivs") == "1"
    assert {int(value, 16) for value in values.values()} == {0}


async def test_other_processes_are_not_seen(ws: Commanding) -> None:
    assert int(await ws.output("ls -d /proc/[0-9]* | wc -l")) < 10
    assert KEY not in await ws.output("cat /proc/*/environ | tr '\\0' '\\n'")


async def test_t77_stdin_is_at_its_end_and_nothing_else_is_open(ws: Commanding) -> None:
    assert await ws.output("cat; readlink /proc/self/fd/0") == "/dev/null"
    assert await ws.output("exec /bin/ls /proc/self/fd | tr '\\n' ' '") == "0 1 2 3"  # 3 is the folder that is read


async def test_t78_there_is_no_terminal(ws: Commanding) -> None:
    assert (await ws.ran("true < /dev/tty"))[0].code != 0
    assert await ws.output("cut -d' ' -f7 /proc/self/stat") == "0"


async def test_t88_of_the_environment_only_what_is_listed_comes_through(ws: Commanding) -> None:
    said = await ws.output("env")
    names = {line.partition("=")[0] for line in said.splitlines()}
    fixed = {"CI", "GIT_OPTIONAL_LOCKS", "GIT_PAGER", "GIT_TERMINAL_PROMPT", "NO_COLOR", "PAGER", "TERM"}
    shell = {"PWD", "SHLVL", "_"}
    assert names == {"HOME", "LANG", "LC_CHATLS_TEST", "PATH", "TMPDIR", "USER", *fixed, *shell}
    assert KEY not in said


async def test_tests_of_a_project_run_in_its_own_environment(ws: Commanding) -> None:
    """A virtual environment in the workspace, and node_modules."""
    await ws.output("/usr/bin/python3 -m venv --without-pip .venv")
    ws.write({"node_modules/.bin/tool": "#!/bin/sh\necho tool\n", "test_it.py": "import unittest\n"})
    (ws.folder / "node_modules/.bin/tool").chmod(0o755)
    assert await ws.output("node_modules/.bin/tool") == "tool"
    assert await ws.output(".venv/bin/python -c 'import sys; print(sys.prefix)'") == str(ws.folder / ".venv")


async def test_every_folder_of_a_workspace_is_there(tmp_path: Path) -> None:
    with commanding(tmp_path) as ws:
        (tmp_path / "other").mkdir()
        ws.roots.replace([("ws", str(ws.folder)), ("other", str(tmp_path / "other"))])
        await ws.output("touch ../other/x")
        assert (tmp_path / "other" / "x").exists()
        assert (await ws.ran("touch ../x"))[0].code != 0


async def test_t17_a_folder_whose_path_is_retargeted_is_not_given_away(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    roots = Roots([("ws", str(tmp_path / "link"))])
    sandbox = Sandbox(roots, environment(tmp_path / "home", "x"))
    assert await sandbox.probe() is None
    (tmp_path / "real").rename(tmp_path / "moved")
    (tmp_path / "real").symlink_to("/")
    with pytest.raises(ToolError, match="no longer the folder"):
        async with sandbox.launch(["true"], WorkspacePath(roots.folders[0], ()), writable=True):
            pytest.fail("it was started")
    roots.close()


async def test_a_workspace_known_by_a_link_is_found_under_both_names(tmp_path: Path) -> None:
    with commanding(tmp_path) as ws:
        link = tmp_path / "link"
        link.symlink_to("ws")
        ws.roots.replace([("ws", str(link))])
        await ws.output("touch x")
        assert (link / "x").exists()


@pytest.mark.parametrize("folder", ["/", "/usr", "home", "."])
async def test_a_workspace_that_is_a_whole_machine_or_home_is_not_confined(tmp_path: Path, folder: str) -> None:
    (tmp_path / "home").mkdir()
    roots = Roots([("ws", str(tmp_path / folder))])
    sandbox = Sandbox(roots, environment(tmp_path / "home", "x"))
    why = await sandbox.probe()
    assert why is not None
    assert "holds all" in why
    assert sandbox.profile == NONE
    roots.close()


async def test_the_profile_is_none_until_it_was_tried(ws: Commanding) -> None:
    assert ws.sandbox.profile == NONE
    assert await ws.sandbox.probe() is None
    assert ws.sandbox.profile == CONFINED


async def test_without_bubblewrap_it_says_so(ws: Commanding, monkeypatch: pytest.MonkeyPatch) -> None:
    without_bubblewrap(monkeypatch)
    assert await ws.sandbox.probe() == "bubblewrap is not installed"
    assert ws.sandbox.profile == NONE


async def test_a_bubblewrap_that_came_with_the_workspace_is_not_run(tmp_path: Path) -> None:
    with commanding(tmp_path, path=str(tmp_path / "ws")) as ws:
        ws.write({"bwrap": "#!/bin/sh\ntouch PWNED\n"})
        (ws.folder / "bwrap").chmod(0o755)
        assert await ws.sandbox.probe() == "bubblewrap is not installed"
        assert not ws.is_there("PWNED")


async def test_a_program_that_is_not_there_is_told_from_one_that_fails(ws: Commanding) -> None:
    ended, said = await ws.ran_program(["no-such-program"])
    assert not ended.started
    assert "no-such-program" in said
    ended, _ = await ws.ran("exit 1")
    assert ended.started


async def test_links_in_the_place_of_protected_files_do_not_open_anything(ws: Commanding) -> None:
    (ws.folder / ".vscode").symlink_to(ws.home)
    (ws.folder / ".env").symlink_to("../secret")
    assert SECRET not in (await ws.ran("cat .env .vscode/.ssh/id_rsa"))[1]
    assert (ws.folder / ".vscode").is_symlink()


async def test_what_protected_links_lead_to_is_read_only_and_what_is_masked_in_it_stays_masked(ws: Commanding) -> None:
    for name in ("deep/er/.vscode", ".idea"):
        (ws.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (ws.folder / name).symlink_to(ws.folder / "editor")
    (ws.folder / "editor").mkdir()
    (ws.folder / "editor" / ".env").write_text(SECRET)
    (ws.folder / "docs.md").write_text("be good")
    (ws.folder / "CLAUDE.md").symlink_to("docs.md")
    ended, said = await ws.ran(
        "echo evil > editor/settings.json || echo evil > docs.md || cat editor/.env && echo x > own"
    )
    assert ended.code == 0
    assert said.count("Read-only file system") == 2
    assert SECRET not in said
    assert (ws.folder / "own").exists()
