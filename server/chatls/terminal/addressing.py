"""To whom the next message goes: a model or an agent by its name, once the server has listed it.

It is chosen at once, so that a message typed meanwhile goes there, and taken back when there is no such. Called by
`actions.py` for `/model NAME` and `/agent NAME`.
"""

from collections.abc import Sequence
from dataclasses import replace

from chatls.terminal.rpc import Json, as_list
from chatls.terminal.sanitize import one_line
from chatls.terminal.talk import Talk, request

NAMED = 10
"""Names that are told where a wrong one was typed."""


def choose_model(talk: Talk, name: str) -> None:
    """Have a model answer from the next message on; one whose server is away is taken on trust, with a word."""
    before = talk.chosen.model
    talk.chosen = replace(talk.chosen, model=name)

    def listed(values: Json) -> None:
        known = _ids(values, "models")
        if {name, f"{name}:latest"} & set(known):
            talk.note(f"The next message goes to {one_line(name)}.")
        elif away := _away(values, name):
            talk.note(f"The next message goes to {one_line(name)}; whether {away} has it is not known: it is away.")
        elif talk.chosen.model == name:
            talk.chosen = replace(talk.chosen, model=before)
            talk.note(_unknown("model", name, known))

    request(talk, "chat/listModels", {}, listed)


def choose_agent(talk: Talk, name: str) -> None:
    """Have an agent answer from the next message on."""
    before = talk.chosen.agent
    talk.chosen = replace(talk.chosen, agent=name)

    def listed(values: Json) -> None:
        known = _ids(values, "agents")
        if name in known:
            talk.note(f"The next message goes to the agent {one_line(name)}.")
        elif talk.chosen.agent == name:
            talk.chosen = replace(talk.chosen, agent=before)
            talk.note(_unknown("agent", name, known))

    request(talk, "chat/listAgents", {}, listed)


def _ids(values: Json, what: str) -> list[str]:
    return [str(each.get("id")) for each in as_list(values.get(what))]


def _away(values: Json, name: str) -> str:
    """The provider of a model, where it cannot be reached; else nothing."""
    provider, _, rest = name.partition("/")
    away = [str(each.get("id")) for each in as_list(values.get("providers")) if not each.get("reachable")]
    return provider if rest and provider in away else ""


def _unknown(what: str, name: str, known: Sequence[str]) -> str:
    more = f" and {len(known) - NAMED} more" if len(known) > NAMED else ""
    return f"There is no {what} {one_line(name)}. There are: {', '.join(known[:NAMED]) or 'none'}{more}."
