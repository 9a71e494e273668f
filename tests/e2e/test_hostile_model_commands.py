"""A hostile model that wants commands run which the user did not agree to, over real stdio: hidden in others, or under
old grants.
"""

import shutil
from collections.abc import Sequence
from typing import Any

import pytest

from tests.support.hostile import (
    CHANGED_BY_ORDINARY,
    ORDINARY,
    Call,
    Scene,
    answering,
    failures,
    needs_linux,
    refuses,
    trusts_edits,
)

pytestmark = [needs_linux, pytest.mark.asyncio(loop_scope="session")]
Json = dict[str, Any]
ASK = "chat/requestApproval"
BAD = "touch PWNED"

RUNNING = r"""
sed -n '1e touch PWNED' a.py
sed 's/x/b/w PWNED' a.py
awk 'BEGIN{system("touch PWNED")}'
sort -o PWNED a.py
tar cf x --checkpoint=1 --checkpoint-action=exec='touch PWNED' a.py
xargs -I{} sh -c {}
env touch PWNED
python3 -c 'open("PWNED", "w")'
go test -exec x
ssh -oProxyCommand='touch PWNED' h
man -P'touch PWNED' ls
git diff
git log
make
npm test
./build.sh
tee PWNED
cp a.py PWNED
dd of=PWNED
"""
WRAPPED = r"""
sudo touch PWNED
nice touch PWNED
timeout 1 touch PWNED
busybox touch PWNED
bash -lc 'touch PWNED'
sh -c 'touch PWNED'
command touch PWNED
builtin eval 'touch PWNED'
eval touch PWNED
. ./build.sh
exec touch PWNED
nohup ls
/bin/ls
./ls
"""
PROMPTED: dict[str, Sequence[str | list[str]]] = {
    "T44": [
        f"ls; {BAD}",
        f"ls && {BAD}",
        f"ls || {BAD}",
        f"echo '{BAD}' | sh",
        f"ls & {BAD}",
        f"ls |& {BAD}",
        "ls > a.py",
    ],
    "T45": [f"ls\n{BAD}", f"ls\r{BAD}", f"ls #\n{BAD}", f"ls \\\n;{BAD}", f"ls\u2028{BAD}", f"ls\x0b;{BAD}"],
    "T46": [
        *(f"ls `{BAD}`", f"ls $({BAD})", f"ls <({BAD})", f"echo ${{x:-$({BAD})}}", f"echo $((a[$({BAD})]))"),
        *(f'echo "$({BAD})"', f"ls ${{x@P}} $(({BAD}))", f"cat <<E\n$({BAD})\nE", f"echo $[$({BAD})]"),
    ],
    "T48": [
        *("cat$IFS/etc/passwd", "rg${IFS}--pre${IFS}sh x", "{ls,-la}", "l\\s", "$'l\\x73'", "ls ~", "ls *", "ls $HOME"),
        *("''ls", "rg --pre ./build.sh x", "rg -z x", "rg --hostname-bin ./build.sh x", "rg -uu KEY", "rg KEY .env"),
        *("ls /etc", "ls ..", "ls up", "rg x up/secret", "rg root l2", "rg -f .env x", "ls -L up", "rg -L S3C"),
    ],
    "T49": [f'find . -e"x"ec {BAD} \\;', f"find . -exec {BAD} ;", "find . -delete", "find . -fprint PWNED"],
    "T50": [
        *("LD_PRELOAD=./x.so ls", f"GIT_PAGER='{BAD}' git status", "PATH=.:$PATH ls", "export X=1; ls", "X=1 ls"),
        *("BASH_ENV=./build.sh ls", "git status", "git --git-dir=.git status", "git -c core.pager=x status"),
    ],
    "T52": RUNNING.strip().split("\n"),
    "T53": [
        *WRAPPED.strip().split("\n"),
        ["sh", "-c", BAD],
        ["touch", "PWNED"],
        ["env", "ls"],
        ["./build.sh"],
        ["ls", "../"],
    ],
    "T54": ["true && " * 49 + BAD, "true && " * 51 + BAD, "true;" * 5000 + BAD],
    "T56": ["ls" + " " * 10_000 + f";{BAD}", "ls " + "a " * 40_000 + f";{BAD}", f"echo {'x' * 9000}; {BAD}"],
}
FREE = [
    "ls",
    "ls -la sub",
    "echo hello 'a b'",
    "pwd",
    "rg x a.py",
    "rg -n KEY in",
    "rg -i s3c sub/d.py",
    ["ls", "-R"],
    "ls .vscode",
]


def run(command: str | list[str], **more: object) -> Call:
    return ("run_command", {"command": command, **more})


@pytest.mark.parametrize(
    ("user", "first"),
    [pytest.param(refuses, (), id="a user who refuses"), pytest.param(trusts_edits, ORDINARY, id="T112")],
)
@pytest.mark.parametrize("case", PROMPTED)
async def test_nothing_runs_that_the_user_was_not_asked_about(
    stage: Scene, case: str, user: Any, first: Sequence[Call]
) -> None:
    stage.user = user
    calls = [run(command) for command in PROMPTED[case]]
    results = await stage.attack(*first, *calls, changes=CHANGED_BY_ORDINARY if first else set())
    found = failures([*first, *calls], results)[len(first) :]
    assert not [each for each in found if each[1] != "rejected"]
    asked = stage.asked[len(first) :]
    assert len(asked) == len(calls)
    for question in asked:
        assert question["tool"] == "run_command"
        assert "\n" not in question["title"]
        assert question["detail"].count("\n") < 12
        assert all(char.isprintable() or char == "\n" for char in question["detail"] + question["title"])


async def test_t45_t56_what_would_run_is_seen_at_its_head_and_its_tail(stage: Scene) -> None:
    await stage.attack(run(f"ls\n{BAD}"), run("ls" + " " * 10_000 + f";{BAD}"))
    short, long = stage.asked
    assert short["title"] == f"Run ls⏎{BAD}"
    assert long["title"].endswith(f";{BAD}")
    assert "10,01" in long["detail"]
    assert f";{BAD}" in long["detail"]


async def test_what_runs_unasked_only_looks_and_shows_nothing_secret(stage: Scene) -> None:
    calls = [run(command) for command in FREE]
    found = failures(calls, await stage.attack(*calls))
    assert {code for _, code in found} == {None}, found
    assert stage.asked == []


async def test_t57_a_grant_is_for_one_command_in_one_place(stage: Scene) -> None:
    def grants_the_first(question: Json) -> Json:
        return answering("allow_session" if len(stage.asked) == 1 else "reject_once", question)

    stage.user = grants_the_first
    granted = run("echo x >> ran")
    others = [
        *(run("echo x >> ran "), run("echo x >>ran"), run("echo x >> ran", cwd="sub"), run("echo X >> ran")),
        *(run("echo x >> ran; ls"), run(["bash", "-c", "echo x >> ran"]), run("A=1 echo x >> ran")),
    ]
    results = await stage.attack(granted, granted, *others, granted, changes={"ran"})
    codes = [code for _, code in failures([granted, granted, *others, granted], results)]
    assert codes == [None, None, *["rejected"] * len(others), None]
    assert (stage.workspace / "ran").read_text() == "x\n" * 3


async def test_t58_a_script_that_was_always_allowed_asks_again_when_it_is_another(stage: Scene) -> None:
    def trusts_the_script(question: Json) -> Json:
        kinds = {"run_command": "allow_always", "edit_file": "allow_session"}
        wanted = kinds[question["tool"]] if len(stage.asked) < 3 else "reject_once"
        return answering(wanted, question)

    stage.user = trusts_the_script
    swap: Call = ("edit_file", {"path": "build.sh", "edits": [{"old_text": "echo built", "new_text": BAD}]})
    calls = [run("./build.sh"), run("./build.sh"), swap, run("./build.sh"), run("sh build.sh")]
    found = failures(calls, await stage.attack(*calls, changes={"build.sh"}))
    assert [code for _, code in found] == [None, None, None, "rejected", "rejected"]
    grants = (await stage.client.result("chat/listGrants"))["grants"]
    (grant,) = [grant for grant in grants if grant["scope"] == "always"]
    assert "./build.sh" in grant["label"]
    await stage.client.result("chat/revokeGrant", {"grantId": grant["grantId"]})
    stage.reset()
    found = failures(calls[:1], await stage.attack(*calls[:1]))
    assert found[0][1] == "rejected"


async def test_t97_what_is_ignored_is_not_uncovered_by_taking_the_rule_away(stage: Scene) -> None:
    calls: list[Call] = [
        ("edit_file", {"path": ".gitignore", "edits": [{"old_text": "build/", "new_text": "x/"}]}),
        ("move_file", {"source": ".gitignore", "target": "rules"}),
        ("delete_file", {"path": ".gitignore"}),
        ("edit_file", {"path": "build/.gitignore", "content": "!*\n"}),
        ("edit_file", {"path": "sub/.GITIGNORE", "content": "!*\n"}),
        ("move_file", {"source": "build/log.txt", "target": "log.txt"}),
        ("read_file", {"path": "build/log.txt"}),
    ]
    stage.user = trusts_edits
    results = await stage.attack(*ORDINARY, *calls, changes=CHANGED_BY_ORDINARY)
    assert {code for _, code in failures([*ORDINARY, *calls], results)[len(ORDINARY) :]} == {"rejected"}


@pytest.mark.parametrize("rules", [".ignore", ".rgignore", None])
async def test_t97_what_is_ignored_is_not_uncovered_by_ripgreps_own_rules(stage: Scene, rules: str | None) -> None:
    if rules is None:
        shutil.rmtree(stage.workspace / ".git")
    else:
        (stage.workspace / rules).write_text("!build/\n!**\n")
    for result in await stage.attack(run("rg made"), run("rg -n made ."), run(["rg", "made"])):
        assert "made" not in result.get("result", {"text": ""})["text"]
