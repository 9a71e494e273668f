"""What the commands of a conversation do. `commands.py` has their names; `conversation.py` calls `run` and `resume`."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from chatls.terminal.commands import COMMANDS, Command, help_text
from chatls.terminal.link import Link
from chatls.terminal.listings import (
    agent_lines,
    grant_lines,
    model_lines,
    prompt_lines,
    sent_lines,
    session_lines,
    unreachable_lines,
)
from chatls.terminal.rows import Block
from chatls.terminal.rpc import Failure, Json, Reply, as_list, as_object
from chatls.terminal.sanitize import visible_line
from chatls.terminal.screen import Screen
from chatls.terminal.turn import NO_SESSION, Question
from chatls.terminal.view import Change, TurnView

HISTORY_TURNS = 20
"""Turns of a resumed session that are shown again."""
LISTED = 20
"""Sessions that `/sessions` lists."""
EVERY_PROMPT: Json = {"text": "/", "position": {"line": 0, "character": 1}}
"""Asks for all commands that the server writes out."""


class Talk(Protocol):
    """What a command needs of the conversation."""

    chosen: Question
    grants: Sequence[Json]
    """Those that were listed last: their numbers are what the user has before the eyes."""
    link: Link
    screen: Screen

    @property
    def changes(self) -> Sequence[Change]: ...

    @property
    def is_busy(self) -> bool: ...

    def note(self, text: str) -> None: ...

    def fail(self, failure: Failure) -> None: ...

    def give_up(self, failure: Failure) -> None: ...

    def say(self, text: str) -> bool: ...

    def go_on(self) -> None: ...

    def quit(self) -> None: ...


def run(talk: Talk, command: Command) -> None:
    """Do what a command says."""
    match command.name:
        case "help":
            talk.screen.interject(Block("plain", help_text()))
            _list(talk, "chat/complete", prompt_lines, EVERY_PROMPT)
        case "quit":
            talk.quit()
        case "new":
            _begin_anew(talk)
        case "model":
            _model(talk, command.argument)
        case "agent":
            _agent(talk, command.argument)
        case "sessions":
            _sessions(talk, command.argument)
        case "diff":
            _diff(talk)
        case "prompt":
            _show_prompt(talk, command.argument)
        case "grants":
            _grants(talk, command.argument)
        case _:
            pass


def prompt(talk: Talk, command: Command, text: str) -> None:
    """Send a message that begins with a command, if the server knows it; what is mistyped is not sent."""

    def answered(reply: Reply) -> None:
        theirs = [str(item.get("label")) for item in as_list(reply.values.get("items"))]
        if f"/{command.name}" in theirs:
            talk.say(text)
        else:
            names = ", ".join([*(f"/{name}" for name in COMMANDS), *theirs])
            talk.note(f"There is no command /{command.name}. There are {names}.")

    talk.link.client.peer.request("chat/complete", EVERY_PROMPT, answered)


def resume(talk: Talk, session_id: str, *, draws: bool) -> None:
    """Go on with a session, "" being the one used last; its history is drawn if wanted."""

    def found(latest: str | None, failure: Failure | None) -> None:
        if latest is None:
            talk.give_up(failure or Failure(0, NO_SESSION))
        else:
            resume(talk, latest, draws=draws)

    def got(reply: Reply) -> None:
        if reply.error:
            talk.give_up(reply.error)
        else:
            _draw(talk.screen, as_list(reply.values.get("turns")))
            _go_on_with(talk, session_id)

    if session_id == "":
        talk.link.client.latest_session(found)
    elif draws:
        talk.link.client.peer.request("chat/getSession", {"sessionId": session_id, "limit": HISTORY_TURNS}, got)
    else:
        _go_on_with(talk, session_id)


def _go_on_with(talk: Talk, session_id: str) -> None:
    talk.chosen = replace(talk.chosen, session_id=session_id)
    talk.go_on()


def _draw(screen: Screen, turns: Sequence[Json]) -> None:
    for turn in turns:
        screen.interject(Block("user", str(as_object(turn.get("message")).get("content", ""))))
        view = TurnView(time.monotonic)
        for event in as_list(turn.get("events")):
            screen.finish(view.feed(event))
        screen.finish(view.end())


def _begin_anew(talk: Talk) -> None:
    if talk.is_busy:
        talk.note("An answer is running: Ctrl-C stops it.")
        return
    talk.chosen = replace(talk.chosen, session_id=None)
    talk.note("The next message begins a new session.")


def _model(talk: Talk, name: str) -> None:
    if name:
        talk.chosen = replace(talk.chosen, model=name)
        talk.note(f"The next message goes to {name}.")
    else:
        _list(
            talk,
            "chat/listModels",
            lambda listed: [*model_lines(listed, talk.chosen.model), *unreachable_lines(listed)],
        )


def _agent(talk: Talk, name: str) -> None:
    if name:
        talk.chosen = replace(talk.chosen, agent=name)
        talk.note(f"The next message goes to the agent {name}.")
    else:
        _list(talk, "chat/listAgents", lambda values: agent_lines(values, talk.chosen.agent))


def _sessions(talk: Talk, argument: str) -> None:
    def listed(values: Json) -> list[str]:
        sessions = as_list(values.get("sessions"))
        return session_lines(sessions, talk.chosen.session_id) or ["There are no sessions yet."]

    def chosen(reply: Reply) -> None:
        sessions = as_list(reply.values.get("sessions"))
        number = int(argument) if argument.isdecimal() else 0
        if reply.error:
            talk.fail(reply.error)
        else:
            id_ = str(sessions[number - 1].get("sessionId")) if 0 < number <= len(sessions) else argument
            resume(talk, id_, draws=True)

    if not argument:
        _list(talk, "chat/listSessions", listed, {"limit": LISTED})
    elif talk.is_busy:
        talk.note("An answer is running: Ctrl-C stops it.")
    else:
        talk.link.client.peer.request("chat/listSessions", {"limit": LISTED}, chosen)


def _show_prompt(talk: Talk, message: str) -> None:
    params = replace(talk.chosen, text=message).params()
    if not message:
        del params["message"]
    _list(talk, "chat/showPrompt", sent_lines, params)


def _diff(talk: Talk) -> None:
    if not talk.changes:
        talk.note("Nothing was changed yet.")
    for change in talk.changes:
        talk.screen.interject(Block("plain", change.title))
        talk.screen.interject(Block("diff", change.diff))


def _grants(talk: Talk, argument: str) -> None:
    word, _, number = argument.partition(" ")
    if not argument:
        _list(talk, "chat/listGrants", lambda values: _listed_grants(talk, values))
    elif word == "revoke" and (grant := _listed(talk.grants, number.strip())):
        _revoke(talk, grant)
    else:
        talk.note("/grants lists them with numbers, /grants revoke N takes one of that list back.")


def _listed_grants(talk: Talk, values: Json) -> Sequence[str]:
    talk.grants = as_list(values.get("grants"))
    if not talk.grants:
        return ["Nothing is allowed or rejected for later: every change and command asks."]
    return [*grant_lines(talk.grants), "/grants revoke N takes one back."]


def _listed(grants: Sequence[Json], number: str) -> Json | None:
    return grants[int(number) - 1] if number.isdecimal() and 0 < int(number) <= len(grants) else None


def _revoke(talk: Talk, grant: Json) -> None:
    def answered(reply: Reply) -> None:
        if reply.error:
            talk.fail(reply.error)
        else:
            talk.note(f"Taken back: {visible_line(str(grant.get('label', '')))}")

    talk.link.client.peer.request("chat/revokeGrant", {"grantId": grant.get("grantId")}, answered)


def _list(talk: Talk, method: str, lines: Callable[[Json], Sequence[str]], params: Json | None = None) -> None:
    def answered(reply: Reply) -> None:
        if reply.error:
            talk.fail(reply.error)
        else:
            talk.screen.interject(Block("plain", "\n".join(lines(reply.values))))

    talk.link.client.peer.request(method, params or {}, answered)
