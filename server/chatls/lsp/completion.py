"""`chat/complete`: what may follow `@` (paths, their ranges, agents) and, at the beginning, `/` (commands).

The same for every client, so that none has to know files, agents or commands (wire contract, section 7). Called by
`lsp/requests.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chatls.chat.mentions import Unfinished, spelled, unfinished
from chatls.lsp.completion_messages import CompleteParams, CompletionType
from chatls.lsp.event_json import Json
from chatls.lsp.positions import Positions
from chatls.lsp.services import Services

MOST = 50
"""Items of an answer."""
MAX_TYPED = 256
"""Characters of a path or name for which anything is looked for."""
KINDS = {"path": 17, "folder": 19, "range": 18, "agent": 7, "command": 3}
"""File, folder, reference, class, function (LSP 3.17, CompletionItemKind)."""


@dataclass(frozen=True, slots=True)
class _Offer:
    """One thing to be put in place of what is typed; `text` is the whole of it, from the `@` or `/` on."""

    type: CompletionType
    label: str
    text: str
    detail: str = ""


async def complete(services: Services, params: CompleteParams, encoding: str) -> Json:
    """The `CompletionList` for a position, empty where nothing may follow."""
    positions = Positions(params.text, encoding)
    before = params.text[: positions.offset(params.position.line, params.position.character)]
    if len(before) - max(before.rfind("@"), before.rfind("/"), 0) > MAX_TYPED:
        return _answer([], positions, before, 0, complete=True)
    if (name := _command_part(before)) is not None:
        offers = await _commands(services, name)
        return _answer(offers, positions, before, before.index("/"), complete=True)
    place = unfinished(before)
    if place is None:
        return _answer([], positions, before, 0, complete=True)
    if place.lines is not None:
        return _answer(await _ranges(services, place), positions, before, place.start, complete=True)
    found = await services.names.paths(place.path, MOST)
    agents = _agents(services, place.path) if not before[: place.start].strip() else []
    paths = [_Offer("path", path, spelled(path)) for path in found.paths]
    return _answer([*agents, *paths], positions, before, place.start, complete=found.complete)


def _command_part(before: str) -> str | None:
    """What is typed of a command's name; None where none can stand."""
    typed = before.lstrip()
    return typed[1:] if typed.startswith("/") and not any(map(str.isspace, typed)) else None


async def _commands(services: Services, typed: str) -> list[_Offer]:
    known = await services.commands()
    return [
        _Offer("command", f"/{name}", f"/{name} ", known[name].description)
        for name in sorted(known)
        if name.startswith(typed.casefold())
    ]


def _agents(services: Services, typed: str) -> list[_Offer]:
    return [
        _Offer("agent", f"@{agent.id}", f"@{agent.id} ", agent.description)
        for agent in services.agents.values()
        if agent.id.casefold().startswith(typed.casefold())
    ]


async def _ranges(services: Services, place: Unfinished) -> list[_Offer]:
    """The parts of a file whose lines begin with what is typed, or whose name has it."""
    typed = (place.lines or "").casefold()
    fitting: list[_Offer] = []
    for part in await services.names.ranges(place.path):
        lines = f"{part.first}-{part.last}"
        if lines.startswith(typed) or typed in _name(part.about).casefold():
            fitting.append(_Offer("range", lines, f"{spelled(place.path)}:{lines}", part.about))
    return fitting


def _name(about: str) -> str:
    """What a part is called, without what it is: "Session.run" of "method Session.run"."""
    return about.rpartition(" ")[2]


def _answer(offers: Sequence[_Offer], positions: Positions, before: str, start: int, *, complete: bool) -> Json:
    shown = offers[:MOST]
    edited = {"start": _position(positions, start), "end": _position(positions, len(before))}
    return {
        "isIncomplete": not complete or len(offers) > len(shown),
        "items": [_item(number, offer, edited, before[start:]) for number, offer in enumerate(shown)],
    }


def _item(number: int, offer: _Offer, edited: Json, typed: str) -> Json:
    kind = "folder" if offer.type == "path" and offer.label.endswith("/") else offer.type
    found: Json = {
        "label": offer.label,
        "kind": KINDS[kind],
        "sortText": f"{number:03}",
        "filterText": _filter_text(offer, typed),
        "textEdit": {"range": edited, "newText": offer.text},
        "data": {"type": offer.type},
    }
    return {**found, "detail": offer.detail} if offer.detail else found


def _filter_text(offer: _Offer, typed: str) -> str:
    """What a client compares with what is typed: as that is spelled, in quotes or not, and with a part's name where
    that is what was typed."""
    if offer.type == "range":
        path, _, part = typed.rpartition(":")
        return f"{path}:{offer.label}" if part[:1].isdigit() or not part else f"{path}:{_name(offer.detail)}"
    return f'@"{offer.label}' if typed.startswith('@"') else offer.text.strip()


def _position(positions: Positions, offset: int) -> Json:
    line, character = positions.of(offset)
    return {"line": line, "character": character}
