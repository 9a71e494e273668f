"""What needs a yes, what an answer grants, and what is shown with the question."""

from dataclasses import replace

import pytest

from chatls.chat.approvals import Grant, Hunk, Option
from chatls.tools.approval.decision import Action, Decision, Offer, decide, granted_key, options, question
from chatls.tools.approval.prompts import MAX_LINES
from tests.support.workspaces import quiet_run

OFFERS = (Offer("allow_session", "wide", "Allow all in this session"), Offer("allow_always", "exact", "Always allow x"))
ACTION = Action("edit_file", "edit", "Edit a.py", "One line", ("exact", "wide"), OFFERS)


def grant(key: str, *, allows: bool = True, tool: str = "edit_file") -> Grant:
    return Grant("1", tool, "always", allows, key, "…", "2026-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("action", "grants", "decision"),
    [
        pytest.param(ACTION, [], "ask", id="nothing-granted"),
        pytest.param(ACTION, [grant("exact")], "allow", id="granted"),
        pytest.param(ACTION, [grant("wide")], "allow", id="granted-with-more"),
        pytest.param(ACTION, [grant("other")], "ask", id="T57-granted-something-else"),
        pytest.param(ACTION, [grant("exact", tool="delete_file")], "ask", id="granted-to-another-tool"),
        pytest.param(ACTION, [grant("wide"), grant("exact", allows=False)], "reject", id="refusal-wins"),
        pytest.param(replace(ACTION, free=True), [], "allow", id="free"),
        pytest.param(
            replace(ACTION, free=True), [grant("exact", allows=False)], "reject", id="refusal-of-what-is-free"
        ),
        pytest.param(replace(ACTION, guarded=True), [grant("wide")], "ask", id="T34-guarded-under-a-grant"),
        pytest.param(replace(ACTION, guarded=True, free=True), [], "ask", id="guarded-and-free"),
        pytest.param(replace(ACTION, guarded=True), [grant("exact", allows=False)], "reject", id="guarded-and-refused"),
    ],
)
def test_grants_decide_what_is_asked(action: Action, grants: list[Grant], decision: Decision) -> None:
    assert decide(action, grants) == decision


def test_the_mildest_answer_comes_first_and_refusals_last() -> None:
    kinds = [option.kind for option in options(ACTION, in_session=True)]
    assert kinds == ["allow_once", "allow_session", "allow_always", "reject_once", "reject_always"]


def test_without_a_session_nothing_is_offered_for_one() -> None:
    assert "allow_session" not in {option.kind for option in options(ACTION, in_session=False)}


def test_for_what_is_guarded_nothing_is_offered_for_later() -> None:
    kinds = {option.kind for option in options(replace(ACTION, guarded=True), in_session=True)}
    assert kinds == {"allow_once", "reject_once", "reject_always"}


@pytest.mark.parametrize("in_session", [True, False])
def test_each_answer_grants_the_key_that_was_offered_with_it(in_session: bool) -> None:
    keys = {option.label: granted_key(ACTION, option) for option in options(ACTION, in_session=in_session)}
    assert keys.pop("Allow all in this session", "wide") == "wide"
    assert keys == {
        "Allow once": None,
        "Reject": None,
        "Always allow x": "exact",
        "Always reject: Edit a.py": "exact",
    }


def test_offers_of_the_same_words_are_not_mixed_up() -> None:
    same = replace(ACTION, offers=(Offer("allow_always", "1", "Yes"), Offer("allow_always", "2", "Yes")))
    found = [option for option in options(same, in_session=False) if option.kind == "allow_always"]
    assert [granted_key(same, option) for option in found] == ["1", "2"]


def test_what_is_shown_is_fit_to_be_seen() -> None:
    """T42 and T104: every text of a question, whatever tool it comes from."""
    evil = "a\u202e\x1b[2J\u200b"
    spelled = "a\\u{202e}\\u{1b}[2J\\u{200b}"
    hunk = Hunk("1", "file:///a", evil)
    offer = Offer("allow_always", "k", evil)
    action = replace(ACTION, title=evil, detail=evil, diff=evil, hunks=(hunk,), notes=(evil,), offers=(offer,))
    chosen = options(action, in_session=True)
    shown = question(action, chosen, quiet_run("s", "t"))
    assert (shown.title, shown.diff) == (spelled, spelled)
    assert [part.diff for part in shown.hunks] == [spelled]
    assert shown.detail.split("\n") == [spelled, "Characters in it that nobody would see: 6, shown as \\u{…}.", spelled]
    assert [option.label for option in chosen if spelled not in option.label] == ["Allow once", "Reject"]


def test_a_detail_leaves_the_answers_in_sight_and_the_notes_whole() -> None:
    detail = "\n".join(["[Allow]"] * 5_000)
    shown = question(replace(ACTION, detail=detail, notes=("First", "Second")), [], quiet_run())
    lines = shown.detail.split("\n")
    assert lines[:2] == ["First", "Second"]
    assert len(lines) == MAX_LINES


def test_a_question_says_whose_it_is() -> None:
    option = Option("allow", "Allow once", "allow_once")
    shown = question(replace(ACTION, lengthy=True), [option], quiet_run("s", "t", "c"))
    assert (shown.session_id, shown.turn_id, shown.call_id) == ("s", "t", "c")
    assert shown.options == [option]
    assert shown.lengthy
