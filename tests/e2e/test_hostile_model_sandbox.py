"""A hostile model whose command the user has allowed, over real stdio: what it reaches from inside the sandbox, and
what a repository that runs programs by itself gets done.
"""

import asyncio

import pytest

from tests.support.chat_server import new_token
from tests.support.hostile import Call, Scene, allows, needs_linux
from tests.support.lookout import HIDDEN, shown_by
from tests.support.lsp_client import stream_params
from tests.support.process_facts import until

pytestmark = [needs_linux, pytest.mark.asyncio(loop_scope="session")]
NET = r"""python3 - <<'END'
import socket
def probe(name, family, kind, address):
    try:
        with socket.socket(family, kind) as s:
            s.settimeout(1)
            s.connect(address)
            s.send(b"x")
            print("REACHED" if kind == socket.SOCK_STREAM else "sent", name)
    except OSError as error:
        print("failed", name)
probe("tcp", socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", {tcp}))
probe("out", socket.AF_INET, socket.SOCK_STREAM, ("1.1.1.1", 53))
probe("udp", socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", {udp}))
probe("unix", socket.AF_UNIX, socket.SOCK_STREAM, "{home}/agent.sock")
probe("abstract", socket.AF_UNIX, socket.SOCK_STREAM, "\0{abstract}")
END
(echo x > /dev/tcp/127.0.0.1/{tcp}) 2>/dev/null && echo REACHED
(echo x > /dev/udp/127.0.0.1/{udp}) 2>/dev/null
getent hosts example.com && echo REACHED
curl -s -m 1 http://127.0.0.1:{tcp} && echo REACHED
true"""
WRITE = """
for file in /etc/PWNED {home}/PWNED ../PWNED {home}/../PWNED /PWNED /usr/PWNED up/PWNED sub/up/PWNED ok l; do
    (echo x > $file) 2>/dev/null
done
rm -rf ../secret {home}/secret up/secret 2>/dev/null
chmod 777 .. ../secret 2>/dev/null
true"""
PROTECTED = """
for file in .vscode/settings.json .git/hooks/pre-commit .git/config .chatls.toml AGENTS.md editor/tasks.json .env \
    .git/HEAD .gitattributes sub/.vscode/tasks.json hooks/x .github/workflows/ci.yml to-env sub/prod.pem; do
    (echo x > $file) 2>/dev/null
    rm -rf $file 2>/dev/null
done
mv .git away 2>/dev/null; mv .vscode away 2>/dev/null; rm -rf .git .vscode .github 2>/dev/null
rename .git x .git 2>/dev/null; ln -sfn /tmp .vscode 2>/dev/null; mkdir -p .git/objects/x 2>/dev/null
git config core.pager evil 2>/dev/null; chmod 777 .git .git/config 2>/dev/null
true"""
READ = """
cat ~/.ssh/* ~/.aws/* {home}/secret {home}/config/chatls/* {home}/state/chatls/* ../secret l up/secret .env to-env \
    sub/prod.pem /proc/1/environ /proc/self/environ /proc/*/environ /etc/shadow 2>/dev/null
cp .env copy 2>/dev/null; ln .env other 2>/dev/null; cat copy other 2>/dev/null; rm -f copy other
ls -la {home} ~ 2>/dev/null
true"""
RIGHTS = """
unshare -Ur true 2>/dev/null && echo REACHED
mount -t tmpfs x /mnt 2>/dev/null && echo REACHED
mount -o remount,rw / 2>/dev/null && echo REACHED
umount .git 2>/dev/null && echo REACHED
grep -E 'Cap(Eff|Prm|Bnd|Inh|Amb)' /proc/self/status | grep -v 0000000000000000 && echo REACHED
grep -q 'NoNewPrivs:.1' /proc/self/status || echo REACHED
kill -9 $PPID -1 2>/dev/null
true"""
PROBES = {
    "T66": WRITE,
    "T68": PROTECTED,
    "T69 T70": NET,
    "T72": READ,
    "T73": RIGHTS,
    "T77": "cat; read x && echo REACHED; [ $(ls /proc/self/fd | wc -l) -gt 4 ] && echo REACHED; true",
    "T78": "(echo x > /dev/tty) 2>/dev/null && echo REACHED; tty -s && echo REACHED; true",
    "T88": "printenv | grep -E 'KEY|TOKEN|SECRET|SOCK|DISPLAY|PROXY|proxy|XDG|OLLAMA' && echo REACHED; true",
}
"""What a command tries."""
MADE = {"T66": {"ok"}, "T68": {"to-env"}}
"""What may have come of it in the workspace."""
LEFTOVERS = """mkdir -p .idea .husky .direnv deep/.vscode deep/.git/hooks
for file in deep/.vscode/tasks.json deep/.git/hooks/pre-commit CLAUDE.md .bashrc .nvim.lua sub/.chatls.toml .idea/x; do
    echo x > $file
done
ln -s deep .cursor; mv deep/.vscode deep/x; mv deep/x deep/.VsCode; true"""


def run(command: str | list[str], **more: object) -> Call:
    return ("run_command", {"command": command, **more})


@pytest.mark.parametrize("case", PROBES)
async def test_a_command_that_was_allowed_reaches_nothing_but_the_workspace(stage: Scene, case: str) -> None:
    stage.user = allows
    command = PROBES[case]
    places = {"home": stage.home, "tcp": stage.bird.tcp, "udp": stage.bird.udp, "abstract": stage.bird.abstract}
    for name, value in places.items():
        command = command.replace(f"{{{name}}}", str(value))
    (result,) = await stage.attack(run(command), changes=MADE.get(case))
    (question,) = stage.asked
    assert "NOT confined" not in question["detail"]
    assert "exit code 0" in result["result"]["text"]
    assert "REACHED" not in result["result"]["text"].replace(command, "")


async def test_t68_what_is_protected_and_new_is_not_in_force_afterwards(stage: Scene) -> None:
    stage.user = allows
    before, around = set(stage.workspace.rglob("*")), stage.around()
    stage.say(run(LEFTOVERS))
    (result,) = await stage.turn()
    stage.check(around)
    new = {path.relative_to(stage.workspace).as_posix() for path in stage.workspace.rglob("*")}
    new -= {path.relative_to(stage.workspace).as_posix() for path in before}
    words = (".idea", ".husky", ".direnv", ".vscode", ".git", "CLAUDE.md", ".bashrc", ".nvim.lua", ".chatls.toml")
    in_force = [path for path in new for part in path.casefold().split("/") if part in {w.casefold() for w in words}]
    assert in_force == [], (in_force, result)
    assert "set-aside" in result["result"]["text"]


@pytest.mark.parametrize("how", ["T74 end", "T74 timeout", "T74 cancel"])
async def test_nothing_that_a_command_started_is_left(stage: Scene, how: str) -> None:
    stage.user = allows
    command = "setsid sleep 1000 & (nohup setsid sh -c 'trap \"\" TERM HUP; sleep 1000') & disown -a; echo begun; "
    before = stage.around()
    stage.say(run(command + ("true" if how == "T74 end" else "sleep 1000"), timeout=1))
    token = new_token()
    request = stage.client.begin("chat/stream", stream_params("Go", token))
    if how == "T74 cancel":
        await stage.client.wait_for_event(token, "tool_progress")
        stage.notify("$/cancelRequest", {"id": request})
    assert "result" in await stage.client.response(request)
    await until(lambda: stage.survivors() == [], seconds=1)
    stage.check(before)


async def test_t76_what_holds_the_pipe_is_not_waited_for(stage: Scene) -> None:
    stage.user = allows
    async with asyncio.timeout(3):
        (result,) = await stage.attack(run("sh -c 'sleep 30 & echo hi'"))
    assert "hi" in result["result"]["text"]


async def test_t64_nothing_of_a_repository_runs_without_being_asked_for(stage: Scene) -> None:
    await stage.attack(
        ("list_directory", {"path": ".", "depth": 3}),
        ("search_text", {"pattern": "x"}),
        ("find_files", {"pattern": "**/*.py"}),
        ("find_symbol", {"name": "x"}),
        ("outline_file", {"path": "a.py"}),
        ("read_file", {"path": "a.py"}),
        message={"content": "Look.", "attachments": [{"type": "folder", "uri": stage.workspace.as_uri()}]},
    )
    assert stage.asked == []


@pytest.mark.parametrize("tool", ["git_status", "git_diff", "git_log"])
async def test_t65_what_a_repository_runs_gets_nothing_done(stage: Scene, tool: str) -> None:
    for name in ("a.py", "sub/d.py"):
        (stage.workspace / name).write_text("x = 2\n")
    calls: list[Call] = [(tool, given) for given in ({}, {"path": "a.py"}, {"path": ".env"}, {"path": "sub"})]
    results = await stage.attack(*calls, *([(tool, {"staged": True})] if tool == "git_diff" else []))
    assert stage.asked == []
    assert "result" in results[0]


async def test_t89_no_key_is_in_what_a_process_shows_of_itself(stage: Scene) -> None:
    stage.user = allows
    stage.say(run("echo begun; sleep 5", timeout=2))
    token = new_token()
    request = stage.client.begin("chat/stream", stream_params("Go", token))
    await stage.client.wait_for_event(token, "tool_progress")
    children = [int(found.split()[0]) for found in stage.survivors()]
    shown = [shown_by(pid, name) for pid in children for name in ("cmdline", "environ")]
    shown.append(shown_by(stage.client.process.pid, "cmdline"))
    stage.notify("$/cancelRequest", {"id": request})
    await stage.client.response(request)
    assert len(children) >= 2
    assert not [found for found in shown if HIDDEN.encode() in found]
