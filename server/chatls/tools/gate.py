"""The gate before everything that changes or runs something: decides, asks the user, remembers what was granted.

Asked by the tools themselves, once they know exactly what they are about to do. What needs a yes is decided in
`tools/approval.py`; how a question reaches the user is behind the port `EditorActions`. Built by `rooms.py`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chatls.chat.approvals import Answer, Grant, Option, Question
from chatls.chat.ports import EditorActions, GrantStore, ToolRun
from chatls.chat.sessions import new_id, utc_now
from chatls.tools.approval import Action, Offer, decide, options
from chatls.tools.base import ToolError

REJECTED = "rejected"
"""The `code` of a call that the user did not allow."""


@dataclass(frozen=True, slots=True)
class Permit:
    """A yes. `hunks` are the ids of the parts that were accepted; None: all of them."""

    hunks: frozenset[str] | None = None


class Gate:
    """The grants of this process, and the way to more of them. Implements the port `Grants`."""

    def __init__(self, editor: EditorActions, store: GrantStore, workspace: Callable[[], Sequence[str]]) -> None:
        self._editor = editor
        self._store = store
        self._workspace = workspace
        self._session_grants: list[Grant] = []

    async def permit(self, action: Action, run: ToolRun) -> Permit:
        """Return once the action is allowed.

        Raises:
            ToolError: `rejected`: the user said no, could not be asked, or rejects it always.
        """
        decision = decide(action, await self._holding(run.session_id))
        if decision == "allow":
            return Permit()
        if decision == "reject":
            raise ToolError(REJECTED, f"The user always rejects this: {action.title}. Do not try it again.")
        if not self._editor.can_ask:
            raise ToolError(REJECTED, "This needs the user's approval, and there is no way to ask here.")
        return await self._ask(action, run)

    async def list(self) -> Sequence[Grant]:
        return [*self._session_grants, *await self._store.grants(self._workspace())]

    async def revoke(self, grant_id: str) -> bool:
        kept = [grant for grant in self._session_grants if grant.grant_id != grant_id]
        if len(kept) < len(self._session_grants):
            self._session_grants = kept
            return True
        return await self._store.remove(self._workspace(), grant_id)

    async def _holding(self, session_id: str | None) -> Sequence[Grant]:
        """The grants that hold in a session."""
        here = [grant for grant in self._session_grants if session_id is not None and grant.session_id == session_id]
        return [*here, *await self._store.grants(self._workspace())]

    async def _ask(self, action: Action, run: ToolRun) -> Permit:
        chosen = options(action, in_session=run.session_id is not None)
        await run.enter("approval")
        answer = await self._editor.ask(_question(action, chosen, run))
        await run.enter("tool")
        if answer is None:
            raise ToolError(REJECTED, f"The user did not allow this: {action.title}.")
        return await self._taken(action, answer, run)

    async def _taken(self, action: Action, answer: Answer, run: ToolRun) -> Permit:
        """What an answer comes to; what it grants beyond this call is remembered."""
        kind = answer.option.kind
        if kind == "reject_once":
            raise ToolError(REJECTED, f"The user rejected this: {action.title}.")
        if kind == "reject_always":
            await self._remember(action, action.keys[0], answer.option, run)
            raise ToolError(REJECTED, f"The user always rejects this: {action.title}. Do not try it again.")
        if kind != "allow_once":
            await self._remember(action, _offer(action, answer.option).key, answer.option, run)
        return Permit(answer.hunks)

    async def _remember(self, action: Action, key: str, option: Option, run: ToolRun) -> None:
        always = option.kind != "allow_session"
        allows = option.kind != "reject_always"
        session = None if always else run.session_id
        scope = "always" if always else "session"
        grant = Grant(new_id(), action.tool, scope, allows, key, option.label, utc_now(), session)
        if always:
            await self._store.add(self._workspace(), grant)
        else:
            self._session_grants.append(grant)


def _question(action: Action, chosen: Sequence[Option], run: ToolRun) -> Question:
    return Question(
        tool=action.tool,
        kind=action.kind,
        title=action.title,
        detail="\n".join((*action.notes, action.detail)),
        options=chosen,
        diff=action.diff,
        hunks=action.hunks,
        session_id=run.session_id,
        turn_id=run.turn_id,
        call_id=run.call_id,
    )


def _offer(action: Action, option: Option) -> Offer:
    return next(offer for offer in action.offers if offer.label == option.label and offer.kind == option.kind)
