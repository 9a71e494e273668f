"""What a conversation does with sessions: resume one and draw its end, list, rename, fork and delete them.

Called by `actions.py` for the commands, and by `conversation.py` for `chatls chat --resume`.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from chatls.terminal.finding import LIST_THEM, find_session, session_id
from chatls.terminal.listings import SHORT_ID, session_lines, title
from chatls.terminal.rows import Block
from chatls.terminal.rpc import Failure, Json, Reply, as_list, as_object
from chatls.terminal.screen import Screen
from chatls.terminal.talk import Talk, is_answering, numbered, request, show_list
from chatls.terminal.view import TurnView

HISTORY_TURNS = 20
"""Turns of a resumed session that are shown again."""
LISTED = 20
"""Sessions that `/sessions` lists."""
HELP = "/sessions N goes on with one of them, /sessions delete N forgets it."
NO_SUCH_NUMBER = "/sessions lists them with numbers, /sessions N goes on with one of that list."
NOT_BEGUN = "There is no session yet: the first message begins it."


def sessions(talk: Talk, argument: str) -> None:
    """List the sessions, go on with one, or delete one of those that were listed."""
    word, _, number = argument.partition(" ")
    chosen = numbered(talk.sessions, argument)
    if not argument:
        show_list(talk, "chat/listSessions", lambda values: _listed(talk, values), {"limit": LISTED})
    elif word == "delete":
        _delete(talk, numbered(talk.sessions, number.strip()))
    elif is_answering(talk):
        return
    elif argument.isdecimal() and len(argument) < SHORT_ID and not chosen:
        talk.note(NO_SUCH_NUMBER)
    else:
        resume(talk, session_id(chosen) if chosen else argument, talk.fail)


def rename(talk: Talk, name: str) -> None:
    """Give this session another title."""
    if not talk.chosen.session_id:
        talk.note(NOT_BEGUN)
    elif not name:
        talk.note("/rename TITLE gives this session another title.")
    else:
        params = {"sessionId": talk.chosen.session_id, "title": name}
        request(talk, "chat/renameSession", params, lambda _: talk.note(f"This session is called: {name}"))


def fork(talk: Talk) -> None:
    """Go on in a copy of this session."""

    def copied(values: Json) -> None:
        talk.chosen = replace(talk.chosen, session_id=session_id(values))
        talk.note("The next message goes on in a copy of this session; the session itself stays as it is.")

    def got(values: Json) -> None:
        turns = as_list(values.get("turns"))
        if turns:
            params = {"sessionId": talk.chosen.session_id, "turnId": turns[-1].get("turnId")}
            request(talk, "chat/forkSession", params, copied)
        else:
            talk.note(NOT_BEGUN)

    if not talk.chosen.session_id:
        talk.note(NOT_BEGUN)
    elif not is_answering(talk):
        request(talk, "chat/getSession", {"sessionId": talk.chosen.session_id, "limit": 1}, got)


def resume(
    talk: Talk, beginning: str, fail: Callable[[Failure], None], *, draws: bool = True, hint: str = LIST_THEM
) -> None:
    """Go on with a session, found as `find_session` does; its end is drawn if wanted."""

    def found(session: Json | Failure) -> None:
        if isinstance(session, Failure):
            fail(session)
        elif draws:
            params = {"sessionId": session_id(session), "limit": HISTORY_TURNS}
            talk.link.client.peer.request("chat/getSession", params, got)
        else:
            _go_on_with(talk, session)

    def got(reply: Reply) -> None:
        if reply.error:
            fail(reply.error)
        else:
            session = as_object(reply.values.get("session"))
            if reply.values.get("before"):
                talk.note(f"The last {HISTORY_TURNS} turns:")
            _draw(talk.screen, as_list(reply.values.get("turns")))
            talk.note(f"This session goes on: {title(session)}")
            _go_on_with(talk, session)

    find_session(talk.link.client.peer, beginning, found, hint)


def _go_on_with(talk: Talk, session: Json) -> None:
    """The next message goes there, and to the model that answered there last: the offline one is nobody's choice."""
    model = str(session.get("model") or "")
    before = None if not model or model.startswith("offline/") else model
    talk.chosen = replace(talk.chosen, session_id=session_id(session), model=talk.chosen.model or before)
    talk.go_on()


def _draw(screen: Screen, turns: Sequence[Json]) -> None:
    for turn in turns:
        screen.interject(Block("user", str(as_object(turn.get("message")).get("content", ""))))
        view = TurnView(time.monotonic)
        for event in as_list(turn.get("events")):
            screen.finish(view.feed(event))
        screen.finish(view.end())
        if turn.get("state") == "cut":
            screen.interject(Block("note", "This answer was cut off: the server ended."))


def _listed(talk: Talk, values: Json) -> Sequence[str]:
    talk.sessions = as_list(values.get("sessions"))
    if not talk.sessions:
        return ["There are no sessions yet."]
    return [*session_lines(talk.sessions, talk.chosen.session_id), HELP]


def _delete(talk: Talk, session: Json | None) -> None:
    if session is None:
        talk.note("/sessions lists them with numbers, /sessions delete N forgets one of that list.")
        return

    def deleted(_: Json) -> None:
        # The numbers of the list that the user sees are no longer those of the sessions.
        talk.sessions = ()
        talk.note(f"Deleted: {title(session)}")
        if talk.chosen.session_id == session_id(session):
            talk.chosen = replace(talk.chosen, session_id=None)
            talk.note("The next message begins a new session.")

    request(talk, "chat/deleteSession", {"sessionId": session_id(session)}, deleted)
