"""The gate: who is asked, what an answer lets through, and what is remembered of it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from chatls.chat.approvals import Answer, Grant, Option, OptionKind, Question
from chatls.chat.events import PhaseName
from chatls.errors import RequestError
from chatls.tools.approval.decision import Action, Offer
from chatls.tools.approval.gate import REJECTED, Gate, Permit
from chatls.tools.base import ToolError
from tests.support.acting_editor import ActingEditor, choosing
from tests.support.grants import MemoryGrants
from tests.support.workspaces import quiet_run

OFFERS = (
    Offer("allow_session", "exact", "Allow x in this session"),
    Offer("allow_always", "exact", "Always allow x"),
    Offer("allow_always", "wide", "Always allow everything"),
)
ACTION = Action("run_command", "execute", "Run x", "x", ("exact", "wide"), OFFERS)
OTHER = replace(ACTION, title="Run y", keys=("other", "wide"))
HERE = quiet_run("s1", "t1")
THERE = quiet_run("s2", "t2")


class Broken(MemoryGrants):
    """A store on a full disk, or one that cannot be read."""

    def __init__(self, *, readable: bool = True) -> None:
        super().__init__()
        self.readable = readable

    async def grants(self, workspace: Sequence[str]) -> Sequence[Grant]:
        if not self.readable:
            raise PermissionError(1, "belongs to another user", "grants")
        return await super().grants(workspace)

    async def add(self, workspace: Sequence[str], grant: Grant) -> None:
        raise OSError(28, "No space left on device")

    async def remove(self, workspace: Sequence[str], grant_id: str) -> bool:
        raise OSError(30, "Read-only file system")


class SlowUser(ActingEditor):
    """A user who answers questions when the test says so, in any order."""

    def __init__(self) -> None:
        super().__init__(reply=choosing("allow_once"))
        self.waiting: dict[str | None, asyncio.Future[Answer]] = {}
        self.expected = 1
        self.all_asked = asyncio.Event()

    async def ask(self, question: Question) -> Answer | None:
        self.asked.append(question)
        answer = self.waiting[question.call_id] = asyncio.get_running_loop().create_future()
        if len(self.waiting) == self.expected:
            self.all_asked.set()
        return await answer

    def answers(self, call_id: str, kind: OptionKind) -> None:
        question = next(question for question in self.asked if question.call_id == call_id)
        answer = choosing(kind)(question)
        assert answer is not None
        self.waiting[call_id].set_result(answer)


def gate(editor: ActingEditor, store: MemoryGrants | None = None, warn: Callable[[str], None] = pytest.fail) -> Gate:
    return Gate(editor, store or MemoryGrants(), lambda: ("file:///ws",), warn)


async def refused(asked: Gate, action: Action = ACTION, session: str | None = "s1") -> str:
    with pytest.raises(ToolError) as caught:
        await asked.permit(action, quiet_run(session))
    assert caught.value.code == REJECTED
    return caught.value.message


async def test_what_is_free_is_not_asked_about() -> None:
    assert await gate(ActingEditor()).permit(replace(ACTION, free=True), HERE) == Permit()


async def test_without_a_way_to_ask_nothing_is_allowed() -> None:
    """T61."""
    assert "no way to ask" in await refused(gate(ActingEditor()))


NOT_OFFERED = Answer(Option("allow", "Yes", "allow_always"))
NO_SUCH_OFFER = Answer(Option("allow_session:9", "x", "allow_session"))


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(None, id="T60-no-answer"),
        pytest.param(NOT_OFFERED, id="T60-not-offered"),
        pytest.param(NO_SUCH_OFFER, id="T60-no-such-offer"),
        pytest.param("reject_once", id="T60-rejected"),
        pytest.param("reject_always", id="T60-always-rejected"),
    ],
)
async def test_everything_but_an_offered_yes_is_a_no(reply: Answer | OptionKind | None) -> None:
    editor = ActingEditor(reply=choosing(reply) if isinstance(reply, str) else lambda _: reply)
    await refused(gate(editor))
    assert len(editor.asked) == 1


async def test_once_is_once() -> None:
    editor = ActingEditor(reply=choosing("allow_once"))
    asked = gate(editor)
    assert await asked.permit(ACTION, HERE) == Permit()
    assert await asked.permit(ACTION, HERE) == Permit()
    assert len(editor.asked) == 2
    assert await asked.list() == []


async def test_what_is_allowed_in_a_session_is_asked_again_in_another() -> None:
    """T62."""
    editor = ActingEditor(reply=choosing("allow_session"))
    asked = gate(editor)
    await asked.permit(ACTION, HERE)
    await asked.permit(ACTION, HERE)
    assert len(editor.asked) == 1
    editor.reply = choosing("reject_once")
    await refused(asked, session="s2")
    await refused(asked, session=None)
    assert len(editor.asked) == 3


async def test_what_is_always_allowed_holds_in_every_session_of_this_workspace() -> None:
    editor, store = ActingEditor(reply=choosing("allow_always")), MemoryGrants()
    await gate(editor, store).permit(ACTION, HERE)
    await gate(editor, store).permit(ACTION, THERE)
    assert len(editor.asked) == 1
    elsewhere = Gate(editor, store, lambda: ("file:///other",), pytest.fail)
    await elsewhere.permit(ACTION, THERE)
    assert len(editor.asked) == 2


async def test_a_grant_covers_what_was_offered_with_it() -> None:
    def everything(question: Question) -> Answer:
        return Answer(next(option for option in question.options if option.label == "Always allow everything"))

    editor = ActingEditor(reply=everything)
    asked = gate(editor)
    await asked.permit(ACTION, HERE)
    await asked.permit(OTHER, HERE)
    assert len(editor.asked) == 1


async def test_a_narrow_grant_covers_nothing_else() -> None:
    """T57."""
    editor = ActingEditor(reply=choosing("allow_always"))
    asked = gate(editor)
    await asked.permit(ACTION, HERE)
    await asked.permit(OTHER, HERE)
    assert [question.title for question in editor.asked] == ["Run x", "Run y"]


async def test_what_is_guarded_is_asked_about_under_a_grant() -> None:
    """T34."""
    editor = ActingEditor(reply=choosing("allow_always"))
    asked = gate(editor)
    await asked.permit(ACTION, HERE)
    editor.reply = choosing("reject_once")
    await refused(asked, replace(ACTION, guarded=True))
    assert {option.kind for option in editor.asked[1].options} == {"allow_once", "reject_once", "reject_always"}


async def test_what_is_always_rejected_is_not_asked_again_and_can_be_taken_back() -> None:
    editor = ActingEditor(reply=choosing("reject_always"))
    asked = gate(editor)
    await refused(asked)
    assert "Do not try it again" in await refused(asked, session="s2")
    assert len(editor.asked) == 1
    (grant,) = await asked.list()
    assert (grant.allows, grant.label) == (False, "Always reject: Run x")
    assert await asked.revoke(grant.grant_id)
    editor.reply = choosing("allow_once")
    await asked.permit(ACTION, HERE)


@pytest.mark.parametrize("kind", ["allow_session", "allow_always"])
async def test_what_was_taken_back_is_asked_again_at_once(kind: OptionKind) -> None:
    editor = ActingEditor(reply=choosing(kind))
    asked = gate(editor)
    await asked.permit(ACTION, HERE)
    (grant,) = await asked.list()
    assert await asked.revoke(grant.grant_id)
    assert not await asked.revoke(grant.grant_id)
    await asked.permit(ACTION, HERE)
    assert len(editor.asked) == 2


async def test_the_grants_of_a_deleted_session_go_with_it() -> None:
    editor = ActingEditor(reply=choosing("allow_session"))
    asked = gate(editor)
    await asked.permit(ACTION, HERE)
    await asked.permit(ACTION, THERE)
    asked.forget("s1")
    assert [grant.session_id for grant in await asked.list()] == ["s2"]


@pytest.mark.parametrize("kind", ["allow_once", "allow_session"])
async def test_parts_of_a_change_are_accepted_for_this_time_only(kind: OptionKind) -> None:
    permit = await gate(ActingEditor(reply=choosing(kind, hunks=["1"]))).permit(ACTION, HERE)
    assert permit.hunks == (frozenset({"1"}) if kind == "allow_once" else None)


async def test_answers_of_two_questions_that_are_open_at_once_never_cross() -> None:
    """T62: the answers come in the other order."""
    user = SlowUser()
    user.expected = 2
    asked = gate(user)
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        first = group.create_task(asked.permit(ACTION, quiet_run("s1", "t1", "c1")))
        second = group.create_task(refused_call(asked, "s2", "c2"))
        await user.all_asked.wait()
        user.answers("c2", "reject_once")
        await second
        assert not first.done()
        user.answers("c1", "allow_session")
    assert first.result() == Permit()
    assert [grant.session_id for grant in await asked.list()] == ["s1"]


async def refused_call(asked: Gate, session: str, call: str) -> None:
    with pytest.raises(ToolError):
        await asked.permit(ACTION, quiet_run(session, "t2", call))


async def test_an_answer_after_the_call_was_cancelled_grants_nothing() -> None:
    """T60: a late yes."""
    user = SlowUser()
    asked = gate(user)
    async with asyncio.timeout(5):
        call = asyncio.create_task(asked.permit(ACTION, quiet_run("s1", "t1", "c1")))
        await user.all_asked.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
    assert user.waiting["c1"].cancelled()
    assert await asked.list() == []


async def test_the_turn_shows_that_it_waits_for_the_user() -> None:
    phases: list[PhaseName] = []

    async def enter(phase: PhaseName) -> None:
        phases.append(phase)

    editor = ActingEditor(reply=choosing("allow_session"))
    asked = gate(editor)
    for _ in range(2):
        await asked.permit(ACTION, replace(HERE, enter=enter))
    assert phases == ["approval", "tool"]


async def test_a_grant_that_cannot_be_kept_holds_for_the_session_and_is_told_once() -> None:
    told: list[str] = []
    editor = ActingEditor(reply=choosing("allow_always"))
    asked = gate(editor, Broken(), told.append)
    await asked.permit(ACTION, HERE)
    await asked.permit(ACTION, HERE)
    await asked.permit(ACTION, THERE)
    assert len(editor.asked) == 2
    assert ["No space left on device" in message for message in told] == [True]
    assert {grant.scope for grant in await asked.list()} == {"session"}


async def test_a_refusal_that_cannot_be_kept_holds_for_the_session() -> None:
    editor = ActingEditor(reply=choosing("reject_always"))
    told: list[str] = []
    asked = gate(editor, Broken(), told.append)
    await refused(asked)
    editor.reply = choosing("allow_once")
    await refused(asked)
    await asked.permit(ACTION, THERE)
    assert told


async def test_grants_that_cannot_be_read_are_asked_for_again_and_that_is_told_once() -> None:
    told: list[str] = []
    editor = ActingEditor(reply=choosing("allow_once"))
    asked = gate(editor, Broken(readable=False), told.append)
    await asked.permit(ACTION, HERE)
    await asked.permit(ACTION, HERE)
    assert len(editor.asked) == 2
    assert ["belongs to another user" in message for message in told] == [True]


async def test_a_grant_that_cannot_be_taken_back_is_an_error_not_a_yes() -> None:
    with pytest.raises(RequestError, match="could not be taken back"):
        await gate(ActingEditor(), Broken()).revoke("1")
