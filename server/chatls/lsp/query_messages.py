"""What our other requests take: of models, agents, tools, sessions and what is in them, grants.

Shapes alone, as in `lsp/messages.py`. Read by the handlers in `lsp/`, by `lsp/methods.py` and by the tests.
"""

from typing import Annotated, Any

from pydantic import Field

from chatls.chat.undo import Restore
from chatls.lsp.wire import Id, JsonObject, Limit, Seq, Token, Wire


class NoParams(Wire):
    """A request that needs to be told nothing."""


class CallToolParams(Wire):
    """chat/callTool: one workspace tool without a model, with the same checks and approvals."""

    tool: Id
    args: JsonObject = Field(default_factory=dict[str, Any])
    session_id: Id | None = None
    work_done_token: Token | None = None


class ListSessionsParams(Wire):
    """chat/listSessions: the sessions of this set of workspace folders."""

    cursor: Id | None = Field(default=None, description="nextCursor of the page before.")
    limit: Limit = 50
    query: str | None = Field(default=None, description="Words to look for in titles and messages.")


class GetSessionParams(Wire):
    """chat/getSession: the newest turns, or those before a turn."""

    session_id: Id
    before: Id | None = Field(default=None, description="`before` of the page that was read last.")
    limit: Limit = 50


class GetTurnParams(Wire):
    """chat/getTurn: what a client missed of a turn."""

    session_id: Id
    turn_id: Id
    after_seq: Seq = -1


class RenameSessionParams(Wire):
    """chat/renameSession: another title; it may run a turn."""

    session_id: Id
    title: Annotated[str, Field(min_length=1, max_length=200, description="White space becomes single spaces.")]


class DeleteSessionParams(Wire):
    """chat/deleteSession: forget it, with all its turns."""

    session_id: Id


class ForkSessionParams(Wire):
    """chat/forkSession: begin another session with a copy of this one, up to and with a turn."""

    session_id: Id
    turn_id: Id


class UndoTurnParams(Wire):
    """chat/undoTurn: put back the files that a turn changed, take it and later turns out of the conversation, or both,
    the files first. No turn may run meanwhile."""

    session_id: Id
    turn_id: Id
    restore: Restore


class RevokeGrantParams(Wire):
    """chat/revokeGrant: take one back, from the next call on."""

    grant_id: Id
