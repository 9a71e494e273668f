"""The tools `git_status`, `git_diff` and `git_log`: what Git says of the workspace, with nothing changed.

A repository's settings can make Git run programs, whatever flags it gets, so it runs in the sandbox, where nothing can
be written and no network is; without a sandbox the user is asked. What files of secrets hold is left out of diffs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pydantic import Field

from chatls.chat.events import ToolText
from chatls.chat.ports import ToolRun
from chatls.tools.approval.decision import Action, Offer
from chatls.tools.approval.gate import Gate
from chatls.tools.base import A, AnyTool, Arguments, Tool, ToolError
from chatls.tools.commands.captured import Captured
from chatls.tools.commands.child import Ended, run
from chatls.tools.commands.sandbox import NONE, Sandbox
from chatls.tools.guard.paths import Roots
from chatls.tools.guard.places import WorkspacePath
from chatls.tools.guard.secrets import SECRET_FILES, SECRET_FOLDERS
from chatls.tools.installed import installed

SECONDS = 20.0
MAX_COMMITS = 200

_OPTIONS = (
    *("--no-pager", "--no-optional-locks"),
    *("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "log.showSignature=false"),
    *("-c", "core.quotePath=false", "-c", "core.safecrlf=false", "-c", "color.ui=false"),
)
# Confined, a repository of somebody else does no harm.
_CONFINED = ("-c", "safe.directory=*")
_DIFF = ("--no-ext-diff", "--no-textconv", "--no-color", "--submodule=short")
_SECRETS = (
    *(f":(top,exclude,icase,glob)**/{name}" for name in SECRET_FILES),
    *(f":(top,exclude,icase,glob)**/{name}/**" for name in SECRET_FOLDERS),
)
_PATH = "File or folder to look at; without it the whole workspace folder."


class GitStatus(Arguments):
    path: str | None = Field(None, description=_PATH)


class GitDiff(Arguments):
    path: str | None = Field(None, description=_PATH)
    staged: bool = Field(False, description="What is staged for the next commit, instead of what is not staged yet.")


class GitLog(Arguments):
    path: str | None = Field(None, description="Only commits that changed this file or folder.")
    count: int = Field(20, ge=1, le=MAX_COMMITS, description="How many commits, the newest first.")


def git_tools(roots: Roots, sandbox: Sandbox, gate: Gate) -> Sequence[AnyTool]:
    """The three tools over these folders."""
    git = _Git(roots, sandbox, gate)
    return [
        git.tool(
            GitStatus,
            "git_status",
            "Which files differ from the last commit, and the branch, as `git status --short --branch` says it.",
            lambda _: ("status", "--porcelain=v1", "--branch", "--untracked-files=normal"),
        ),
        git.tool(
            GitDiff,
            "git_diff",
            "What was changed since the last commit, as a unified diff. New files that Git does not track are not in "
            "it, files that hold secrets neither.",
            lambda given: ("diff", *_DIFF, *(["--cached"] if given.staged else [])),
        ),
        git.tool(
            GitLog,
            "git_log",
            "The latest commits: short hash, date, author and subject.",
            lambda given: ("log", f"--max-count={given.count}", "--date=short", "--format=%h %ad %an: %s"),
        ),
    ]


@dataclass(frozen=True, slots=True)
class _Git:
    """What the three share."""

    roots: Roots
    sandbox: Sandbox
    gate: Gate

    def tool(self, arguments: type[A], name: str, description: str, words: Callable[[A], Sequence[str]]) -> Tool[A]:
        """A tool that runs Git with these words."""

        async def call(given: A, tool_run: ToolRun) -> ToolText:
            return await self._run(name, words(given), _path(given), tool_run)

        return Tool(
            name=name,
            description=description,
            kind="read",
            arguments=arguments,
            title=lambda given: " ".join(filter(None, [name.replace("_", " "), _path(given)])),
            run=call,
            time_limit=None,
        )

    async def _run(self, name: str, words: Sequence[str], path: str | None, tool_run: ToolRun) -> ToolText:
        at = self.roots.starts(".")[0] if path is None else self.roots.resolve(path)
        top = WorkspacePath(at.folder, ())
        if trouble := await self.sandbox.probe():
            await self.gate.permit(_unconfined(name, words, top, trouble), tool_run)
        captured = Captured()
        ended = await self._ended([*words, "--", *_pathspec(name, at)], top, captured)
        return _result(ended, captured, at.folder.name, name)

    async def _ended(self, words: Sequence[str], top: WorkspacePath, captured: Captured) -> Ended:
        folders = [folder.root.real for folder in self.roots.folders]
        program = installed("git", self.sandbox.environment["PATH"], folders)
        if program is None:
            raise ToolError("not_installed", "Git is not installed on this machine.")
        confined = self.sandbox.profile != NONE
        argv = [program, *_OPTIONS, *(_CONFINED if confined else ()), *words]
        async with self.sandbox.launch(argv, top, writable=False) as launch:
            return await run(launch, SECONDS, captured.take)


def _path(given: Arguments) -> str | None:
    path: object = getattr(given, "path", None)
    return path if isinstance(path, str) else None


def _pathspec(name: str, at: WorkspacePath) -> Sequence[str]:
    """What Git is to look at, from the folder: nothing above it, and nothing secret. A log shows no contents."""
    path = [f":(literal){'/'.join(at.parts)}"] if at.parts else []
    return path if name == "git_log" else [*(path or ["."]), *_SECRETS]


def _unconfined(name: str, words: Sequence[str], top: WorkspacePath, trouble: str) -> Action:
    """The question that is asked without a sandbox."""
    key = f"unconfined {top.folder.root.real}"
    label = f"Allow {name} in {top.folder.name}/, NOT confined, in this session"
    return Action(
        tool=name,
        kind="read",
        title=f"Run git {words[0]} NOT confined",
        detail=f"in {top.folder.name}/: git {' '.join(words)}",
        keys=(key,),
        offers=(Offer("allow_session", key, label),),
        notes=(f"NOT confined, for {trouble}: this repository's settings can make Git run any program.",),
    )


def _result(ended: Ended, captured: Captured, folder: str, name: str) -> ToolText:
    text = captured.text().rstrip("\n")
    if ended.code is None:
        raise ToolError("timeout", f"Git was ended after {SECONDS:g} s: ask for less, with a path.")
    if ended.code != 0:
        raise _failure(text, folder)
    if name == "git_status" and "\n" not in text:
        text += "\n[no changes]"
    return ToolText(text or "[nothing]", truncated=captured.cut > 0 or None)


def _failure(said: str, folder: str) -> ToolError:
    """What Git's words mean here; they may name places outside, so they are not passed on."""
    if "dubious ownership" in said:
        return ToolError(
            "foreign_owner", f"The repository in {folder}/ belongs to another user: Git does not trust it."
        )
    if "not a git repository" in said:
        message = "is in no Git repository, or in one that begins outside of the workspace"
        return ToolError("not_a_repository", f"{folder}/ {message}: open the folder that holds .git.")
    if "does not have any commits" in said:
        return ToolError("no_commits", f"The repository in {folder}/ has no commits yet.")
    reason = next((line for line in said.splitlines() if line.startswith(("fatal:", "error:"))), "")
    return ToolError("git_failed", f"Git failed in {folder}/. {reason if '/' not in reason else ''}".rstrip())
