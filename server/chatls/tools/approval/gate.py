"""The gate before everything that changes or runs something: decides, asks the user, remembers what was granted.

Asked by the tools themselves, once they know exactly what they are about to do. What needs a yes is decided in
`tools/approval/decision.py`; how a question reaches the user is behind the port `EditorActions`. Built by `rooms.py`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from chatls.chat.approvals import Answer, Grant, Option
from chatls.chat.ports import EditorActions, GrantStore, ToolRun
from chatls.chat.sessions import new_id, utc_now
from chatls.errors import RequestError
from chatls.tools.approval.decision import Action, decide, granted_key, options, question
from chatls.tools.approval.prompts import one_line
from chatls.tools.base import ToolError

REJECTED = "rejected"
"""The `code` of a call that the user did not allow."""
_HINT = "Look at the folder `grants` in chatls' state folder."


@dataclass(frozen=True, slots=True)
class Permit:
    """A yes. `hunks` are the ids of the parts that were accepted; None: all of them."""

    hunks: frozenset[str] | None = None


class Gate:
    """The grants of this process, and the way to more of them. Implements the port `Grants`.

    Any number of questions may be open at a time: each is answered for itself, and what an answer grants counts from
    the next call on. `warn` tells the user what went wrong with grants for good: once, and things go on without.
    """

    def __init__(
        self,
        editor: EditorActions,
        store: GrantStore,
        workspace: Callable[[], Sequence[str]],
        warn: Callable[[str], None],
    ) -> None:
        self._editor = editor
        self._store = store
        self._workspace = workspace
        self._warn = warn
        self._warned = False
        self._here: list[Grant] = []
        """Grants of this process: of its sessions, and those for good that could not be kept."""

    async def permit(self, action: Action, run: ToolRun) -> Permit:
        """Return once the action is allowed.

        Raises:
            ToolError: `rejected`: the user said no, could not be asked, or rejects it always.
        """
        decision = decide(action, await self._holding(run.session_id))
        if decision == "allow":
            return Permit()
        if decision == "reject":
            raise _always_rejected(action)
        if not self._editor.can_ask:
            raise ToolError(REJECTED, "This needs the user's approval, and there is no way to ask here.")
        return await self._ask(action, run)

    async def list(self) -> Sequence[Grant]:
        return [*self._here, *await self._kept()]

    async def revoke(self, grant_id: str) -> bool:
        kept = [grant for grant in self._here if grant.grant_id != grant_id]
        if len(kept) < len(self._here):
            self._here = kept
            return True
        try:
            return await self._store.remove(self._workspace(), grant_id)
        except OSError as error:
            raise RequestError(f"The grant could not be taken back: {_why(error)}.", hint=_HINT) from error

    def forget(self, session_id: str) -> None:
        self._here = [grant for grant in self._here if grant.session_id != session_id]

    async def _holding(self, session_id: str | None) -> Sequence[Grant]:
        """The grants that hold in a session; for a call without one, those for good."""
        here = [grant for grant in self._here if session_id is not None and grant.session_id == session_id]
        return [*here, *await self._kept()]

    async def _kept(self) -> Sequence[Grant]:
        """The grants for good; none, where they cannot be read."""
        try:
            return await self._store.grants(self._workspace())
        except OSError as error:
            self._tell(f"What you always allow or reject could not be read, so you are asked again: {_why(error)}.")
            return []

    async def _ask(self, action: Action, run: ToolRun) -> Permit:
        chosen = options(action, in_session=run.session_id is not None)
        asked = question(action, chosen, run)
        await run.enter("approval")
        answer = await self._editor.ask(asked)
        await run.enter("tool")
        if answer is None or answer.option not in chosen:
            raise ToolError(REJECTED, f"The user did not allow this: {asked.title}.")
        return await self._taken(action, answer, run)

    async def _taken(self, action: Action, answer: Answer, run: ToolRun) -> Permit:
        """What an answer comes to; what it grants beyond this call is remembered first."""
        if (key := granted_key(action, answer.option)) is not None:
            await self._remember(_grant(action, key, answer.option, run), run)
        match answer.option.kind:
            case "reject_once":
                raise ToolError(REJECTED, f"The user rejected this: {one_line(action.title)}.")
            case "reject_always":
                raise _always_rejected(action)
            case "allow_once":
                return Permit(answer.hunks)
            case "allow_session" | "allow_always":
                return Permit()

    async def _remember(self, grant: Grant, run: ToolRun) -> None:
        """What cannot be kept for good holds in this session, if there is one."""
        if grant.scope == "session":
            self._here.append(grant)
            return
        try:
            await self._store.add(self._workspace(), grant)
        except OSError as error:
            self._tell(f"Your answer could not be kept, so it holds for this session only: {_why(error)}.")
            if run.session_id is not None:
                self._here.append(replace(grant, scope="session", session_id=run.session_id))

    def _tell(self, message: str) -> None:
        if not self._warned:
            self._warned = True
            self._warn(message)


def _why(error: OSError) -> str:
    """Without the path, which lies outside the workspace."""
    return error.strerror or type(error).__name__


def _always_rejected(action: Action) -> ToolError:
    return ToolError(REJECTED, f"The user always rejects this: {one_line(action.title)}. Do not try it again.")


def _grant(action: Action, key: str, option: Option, run: ToolRun) -> Grant:
    in_session = option.kind == "allow_session"
    return Grant(
        new_id(),
        action.tool,
        "session" if in_session else "always",
        option.kind != "reject_always",
        key,
        option.label,
        utc_now(),
        run.session_id if in_session else None,
    )
