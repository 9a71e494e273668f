"""What is looked up, and said, about changes; that Git's tools really write so is seen in
tests/tools/commands/test_git.py."""

from collections.abc import Sequence

from chatls.providers.offline_changes import COMMITS, MAX_DIFF, MAX_FILES, plan
from chatls.providers.offline_intents import Changed, Commits
from chatls.providers.offline_results import Call, Result

STATUS = "## main...origin/main\n M src/a.py\nA  b.py\n?? notes.txt\nMM c.py\nUU d.py"
DIFF = "diff --git a/src/a.py b/src/a.py\n@@ -1 +1 @@\n-old\n+new"


def carried_out(intent: Changed | Commits, results: Sequence[str]) -> tuple[list[Call], str]:
    """The calls that a plan makes when it gets these results, and its answer."""
    said, calls = plan(intent), list[Call]()
    try:
        calls.append(next(said))
        for text in results:
            calls.append(said.send(Result(text)))
    except StopIteration as end:
        return calls, str(end.value)
    raise AssertionError("the plan wants more results")


def test_changed_files_are_listed_with_how_they_differ_and_the_diff_is_shown() -> None:
    calls, answer = carried_out(Changed(), [STATUS, DIFF])
    assert calls == [Call("git_status", {}), Call("git_diff", {})]
    for line in (
        "- `src/a.py`: changed",
        "- `b.py`: added (staged)",
        "- `notes.txt`: new, not yet added",
        "- `c.py`: changed",
        "- `d.py`: in conflict",
    ):
        assert line in answer.split("\n")
    assert f"```diff\n{DIFF}\n```" in answer


def test_a_path_is_asked_for_alone() -> None:
    calls, answer = carried_out(Changed("src/"), ["## main\n M src/a.py", DIFF])
    assert calls == [Call("git_status", {"path": "src/"}), Call("git_diff", {"path": "src/"})]
    assert answer.startswith("Changed since the last commit in `src/`:")


def test_a_clean_worktree_is_said_in_a_sentence() -> None:
    assert carried_out(Changed(), ["## main"])[1] == "Nothing has changed since the last commit."


def test_files_that_git_does_not_know_have_no_diff_to_ask_for() -> None:
    calls, answer = carried_out(Changed(), ["## main\n?? new.py"])
    assert [call.tool for call in calls] == ["git_status"]
    assert "`new.py`: new, not yet added" in answer


def test_much_is_cut_and_counted() -> None:
    status = "\n".join(f" M f{number}.py" for number in range(MAX_FILES + 5))
    _, answer = carried_out(Changed(), [status, "\n".join(f"+{number}" for number in range(MAX_DIFF + 7))])
    assert "… and 5 more" in answer
    assert "7 more lines" in answer


def test_a_workspace_without_git_is_told_in_the_tools_words() -> None:
    failed = "Error (not_a_repository): This workspace is no Git repository."
    assert carried_out(Changed(), [failed])[1] == "I could not look that up: This workspace is no Git repository."
    assert carried_out(Commits(), [failed])[1] == "I could not look that up: This workspace is no Git repository."


def test_the_last_commits_are_shown_as_git_has_them() -> None:
    calls, answer = carried_out(Commits("a.py"), ["1a2b3c4 2026-11-20 Ada: Mend the gate"])
    assert calls == [Call("git_log", {"count": COMMITS, "path": "a.py"})]
    assert "The last commits in `a.py`" in answer
    assert "1a2b3c4 2026-11-20 Ada: Mend the gate" in answer
