"""What the offline assistant does and says about changes: what Git knows of them, by the tools that ask it.

Plans as in `offline_plans.py`, and their words, apart from the others because they alone read Git's own forms:
`git status --short`, a unified diff, a line for each commit (`tools/commands/git.py`).
"""

import re

from chatls.providers import offline_answers as answers
from chatls.providers.offline_intents import Changed, Commits
from chatls.providers.offline_markdown import code, fenced
from chatls.providers.offline_results import Call, Plan, Result

MAX_FILES = 50
MAX_DIFF = 120
"""Lines of a diff that are shown."""
COMMITS = 10

_KINDS = {
    "?": "new, not yet added",
    "A": "added",
    "M": "changed",
    "D": "deleted",
    "R": "renamed",
    "C": "copied",
    "T": "another type",
    "U": "in conflict",
}
_STATUS = re.compile(r"([ MADRCTU?]{2}) (.+)")


def plan(it: Changed | Commits) -> Plan:
    """The plan for a question about changes."""
    return _changed(it) if isinstance(it, Changed) else _commits(it)


def _changed(it: Changed) -> Plan:
    """Which files differ from the last commit, and how."""
    where = {} if it.path is None else {"path": it.path}
    status = yield Call("git_status", where)
    if status.failure:
        return answers.failed(status)
    files = [(found[1], found[2]) for line in status.lines if (found := _STATUS.fullmatch(line))]
    if not files:
        return f"Nothing has changed since the last commit{_within(it.path)}."
    known = [kind for kind, _ in files if kind != "??"]
    diff = (yield Call("git_diff", where)) if known else Result("")
    return "\n\n".join([f"Changed since the last commit{_within(it.path)}:", _files(files), *_diff(diff)])


def _commits(it: Commits) -> Plan:
    """The last commits."""
    where = {} if it.path is None else {"path": it.path}
    log = yield Call("git_log", {"count": COMMITS, **where})
    if log.failure:
        return answers.failed(log)
    if not log.lines:
        return f"Nothing has been committed yet{_within(it.path)}."
    return f"The last commits{_within(it.path)}:\n\n{fenced(log.lines, '')}"


def _files(files: list[tuple[str, str]]) -> str:
    lines = [f"- {code(path)}: {_kind(kind)}" for kind, path in files[:MAX_FILES]]
    more = [f"- … and {len(files) - MAX_FILES} more"] if len(files) > MAX_FILES else []
    return "\n".join((*lines, *more))


def _kind(status: str) -> str:
    """Git's two letters (staged, not staged) as words."""
    if "U" in status or status in ("AA", "DD"):
        return _KINDS["U"]
    staged, worktree = status
    words = dict.fromkeys(_KINDS[letter] for letter in (staged, worktree) if letter in _KINDS)
    return " and ".join(words) + (" (staged)" if worktree == " " else "")


def _diff(result: Result) -> list[str]:
    lines = result.text.split("\n") if not result.failure and result.text.strip() else []
    if not lines:
        return []
    more = [f"_{len(lines) - MAX_DIFF} more lines: ask for one file (“what changed in `FILE`?”)._"]
    return [fenced(lines[:MAX_DIFF], "x.diff"), *(more if len(lines) > MAX_DIFF else [])]


def _within(path: str | None) -> str:
    return "" if path is None else f" in {code(path)}"
