"""What the commands of a conversation do; those about sessions are in `session_actions.py`, `/undo` in `undoing.py`.

`commands.py` has their names; `conversation.py` calls `run` and `prompt`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from chatls.terminal import session_actions
from chatls.terminal.addressing import choose_agent, choose_model
from chatls.terminal.commands import COMMANDS, Command, help_text
from chatls.terminal.listings import agent_lines, grant_lines, model_lines, prompt_lines, sent_lines, unreachable_lines
from chatls.terminal.rows import Block
from chatls.terminal.rpc import Json, Reply, as_list
from chatls.terminal.sanitize import visible_line
from chatls.terminal.talk import Talk, is_answering, numbered, request, show_list
from chatls.terminal.undoing import undo

EVERY_PROMPT: Json = {"text": "/", "position": {"line": 0, "character": 1}}
"""Asks for all commands that the server writes out."""


def run(talk: Talk, command: Command) -> None:
    """Do what a command of `COMMANDS` says."""
    _DOES[command.name](talk, command.argument)


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


def _help(talk: Talk, _: str) -> None:
    talk.screen.interject(Block("plain", help_text()))
    show_list(talk, "chat/complete", prompt_lines, EVERY_PROMPT)


def _begin_anew(talk: Talk, _: str) -> None:
    if not is_answering(talk):
        talk.chosen = replace(talk.chosen, session_id=None)
        talk.note("The next message begins a new session.")


def _model(talk: Talk, name: str) -> None:
    if name:
        choose_model(talk, name)
    else:
        show_list(
            talk,
            "chat/listModels",
            lambda listed: [*model_lines(listed, talk.chosen.model), *unreachable_lines(listed)],
        )


def _agent(talk: Talk, name: str) -> None:
    if name:
        choose_agent(talk, name)
    else:
        show_list(talk, "chat/listAgents", lambda values: agent_lines(values, talk.chosen.agent))


def _show_prompt(talk: Talk, message: str) -> None:
    params = replace(talk.chosen, text=message).params()
    if not message:
        del params["message"]
    show_list(talk, "chat/showPrompt", sent_lines, params)


def _diff(talk: Talk, _: str) -> None:
    if not talk.changes:
        talk.note("Nothing was changed yet.")
    for change in talk.changes:
        talk.screen.interject(Block("plain", change.title))
        talk.screen.interject(Block("diff", change.diff))


def _grants(talk: Talk, argument: str) -> None:
    word, _, number = argument.partition(" ")
    if not argument:
        show_list(talk, "chat/listGrants", lambda values: _listed_grants(talk, values))
    elif word == "revoke" and (grant := numbered(talk.grants, number.strip())):
        _revoke(talk, grant)
    else:
        talk.note("/grants lists them with numbers, /grants revoke N takes one of that list back.")


def _listed_grants(talk: Talk, values: Json) -> Sequence[str]:
    talk.grants = as_list(values.get("grants"))
    if not talk.grants:
        return ["Nothing is allowed or rejected for later."]
    return [*grant_lines(talk.grants), "/grants revoke N takes one back."]


def _revoke(talk: Talk, grant: Json) -> None:
    told = f"Taken back: {visible_line(str(grant.get('label', '')))}"
    request(talk, "chat/revokeGrant", {"grantId": grant.get("grantId")}, lambda _: talk.note(told))


_DOES: Mapping[str, Callable[[Talk, str], None]] = {
    "model": _model,
    "agent": _agent,
    "new": _begin_anew,
    "sessions": session_actions.sessions,
    "rename": session_actions.rename,
    "fork": lambda talk, _: session_actions.fork(talk),
    "prompt": _show_prompt,
    "diff": _diff,
    "undo": undo,
    "grants": _grants,
    "help": _help,
    "quit": lambda talk, _: talk.quit(),
}
