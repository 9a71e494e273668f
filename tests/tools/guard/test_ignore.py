import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from chatls.tools.base import ToolError
from chatls.tools.guard.ignore import IgnoreRules, is_git
from tests.support.workspaces import SECRET, Workspace, workspace

FILES = [
    *("a.py", "a.log", "keep.log", "build/out", "sub/build/out", "sub/a.log", "sub/keep.log", "sub/deep/a.log"),
    *("sub/special", "special", "docs/_build/x", "foo/one/two/bar", "foo/bar", "space ", "#hash", "!bang"),
    *("node_modules/x/y.js", "only/inner", "only/not/inner", "wild/abc.o", "wild/xbc.o", "excluded/x", "trailing/x"),
    *("docs/marked", "docs/returned", "docs/line\u2028end", "docs/line"),
]
RULES = {
    ".gitignore": "# a comment\n*.log\n!keep.log\n/build\ndocs/_build/\nfoo/**/bar\nnode_modules/\n\\#hash\n\\!bang\n"
    "space\\ \n[ab]bc.o\nonly/*\n!only/inner\n/special\n**/trailing/\n",
    "sub/.gitignore": "!a.log\nkeep.log\n",
    "sub/deep/.gitignore": "*\n",
    "docs/.gitignore": "\ufeffmarked\r\nreturned\r\nline\u2028end\n",
    ".git/info/exclude": "excluded\n!a.py\n",
}


def visible(rules: IgnoreRules, made: Workspace, names: Sequence[str]) -> set[str]:
    shown: set[str] = set()
    for name in names:
        try:
            rules.check(made.roots.resolve(name))
        except ToolError:
            continue
        shown.add(name)
    return shown


def test_the_rules_are_those_of_git(ws: Workspace) -> None:
    """Git itself is asked, in a folder of this test's own."""
    subprocess.run(["git", "init", "-q", str(ws.folder)], check=True)
    ws.write(dict.fromkeys(FILES, "") | RULES)
    command = ["git", "-C", str(ws.folder), "ls-files", "-z", "--others", "--exclude-standard"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\0")
    expected = set(listed) & set(FILES)
    assert 0 < len(expected) < len(FILES)
    assert visible(IgnoreRules(ws.roots), ws, FILES) == expected


async def test_no_tool_shows_what_is_ignored(ws: Workspace) -> None:
    ws.write({".gitignore": "private\nhidden/\n", "private": SECRET, "hidden/a": SECRET, "shown": "plain"})
    assert "hidden" not in await ws.text("list_directory", depth=3)
    assert await ws.text("find_files", pattern="private") == "No files found."
    assert await ws.text("search_text", pattern=SECRET) == "No matches."
    for path in ("private", "hidden/a"):
        failure = await ws.failure("read_file", path=path)
        assert failure.code == "ignored"
        assert ".gitignore" in failure.message
    for tool, arguments in (
        ("list_directory", {}),
        ("find_files", {"pattern": "*"}),
        ("search_text", {"pattern": "."}),
    ):
        assert (await ws.failure(tool, path="hidden", **arguments)).code == "ignored"


async def test_what_is_open_in_the_editor_stays_ignored(ws: Workspace) -> None:
    ws.write({".gitignore": "private\n", "private": ""})
    ws.open("private", SECRET)
    assert (await ws.failure("read_file", path="private")).code == "ignored"
    assert await ws.text("search_text", pattern=SECRET) == "No matches."


async def test_a_link_does_not_uncover_an_ignored_file(ws: Workspace) -> None:
    ws.write({".gitignore": "private\n", "private": SECRET})
    (ws.folder / "link").symlink_to("private")
    assert (await ws.failure("read_file", path="link")).code == "ignored"
    assert await ws.text("find_files", pattern="link") == "No files found."


def test_a_rule_made_to_be_slow_is_not(ws: Workspace) -> None:
    ws.write({".gitignore": "*a" * 40 + "b\n", "a" * 250: ""})
    began = time.process_time()
    IgnoreRules(ws.roots).check(ws.roots.resolve("a" * 250))
    assert time.process_time() - began < 5, "a backtracking matcher would take years"


@pytest.mark.parametrize(
    "rule", ["[z-a]", "[" * 500, "*a" * 900, "a" * 100_000, "**/" * 300 + "x", "\\", "!", "\x00", "{a,b}" * 20]
)
def test_a_rule_that_is_none_does_not_take_the_others_along(ws: Workspace, rule: str) -> None:
    ws.write({".gitignore": f"*.log\n{rule}\n*.tmp\n", "a.log": "", "a.tmp": "", "a.py": ""})
    assert visible(IgnoreRules(ws.roots), ws, ["a.log", "a.tmp", "a.py"]) == {"a.py"}


def test_very_many_rules_all_hold_and_the_last_wins(ws: Workspace) -> None:
    many = [f"{'long' * 20}*{number}" for number in range(500)] + [f"name{number}.*" for number in range(2500)]
    ws.write({".gitignore": "\n".join([*many, "!name7.py", ""])})
    names = ["name7.py", "name8.py", "name2499.py", "long" * 20 + "er499", "other.py"]
    assert visible(IgnoreRules(ws.roots), ws, names) == {"name7.py", "other.py"}


def test_rules_in_a_link_are_not_read(ws: Workspace) -> None:
    """Git follows none there either."""
    ws.write({"rules": "*\n"})
    (ws.folder / ".gitignore").symlink_to("rules")
    assert visible(IgnoreRules(ws.roots), ws, ["a.py"]) == {"a.py"}


@pytest.mark.parametrize("name", [".git", ".GIT", ".git. .", "GIT~1", "git~22", ".g\u200cit", "\uff0egit"])
def test_every_name_that_a_file_system_takes_for_gits_is_seen(name: str) -> None:
    assert is_git(name)


@pytest.mark.parametrize("name", [".gitignore", ".github", "git", "legit", ".git-x", "git~", ".gít"])
def test_other_names_are_not(name: str) -> None:
    assert not is_git(name)


async def test_t64_no_program_of_the_repository_runs(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    made.write(
        {".git/config": f"[core]\n\tfsmonitor = 'touch {tmp_path}/PWNED'\n", ".git/HEAD": "ref: x\n", "a": "text"}
    )
    for tool, arguments in (
        ("list_directory", {}),
        ("find_files", {"pattern": "a"}),
        ("search_text", {"pattern": "t"}),
    ):
        await made.text(tool, **arguments)
    assert not (tmp_path / "PWNED").exists()
    made.roots.close()
