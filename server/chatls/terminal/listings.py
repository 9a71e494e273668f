"""What the server lists, as lines for people: models, agents, sessions, grants. Pure; for terminals and pipes alike."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from chatls.terminal.rpc import Json, as_list, as_object, as_texts
from chatls.terminal.sanitize import one_line, visible, visible_line

SHORT_ID = 8
"""Characters of an id that tell a session from the others, as good as always."""

_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60))


def model_lines(listed: Json, current: str | None = None) -> list[str]:
    """`chat/listModels` as lines; the model that answers now is marked `*`."""
    chosen = current or str(listed.get("default"))
    rows = [(str(model.get("id")), _abilities(model)) for model in as_list(listed.get("models"))]
    return _marked(rows, chosen)


def unreachable_lines(listed: Json) -> list[str]:
    """The providers that do not answer: why, and what to do about it."""
    missing = [provider for provider in as_list(listed.get("providers")) if not provider.get("reachable")]
    return [one_line(f"✗ {provider.get('id')}: {_why(provider)}", 400) for provider in missing]


def agent_lines(listed: Json, current: str | None) -> list[str]:
    """`chat/listAgents` as lines; the agent that answers now is marked `*`."""
    rows = [(str(agent.get("id")), str(agent.get("description", ""))) for agent in as_list(listed.get("agents"))]
    return _marked(rows, current or "chat")


def prompt_lines(completed: Json) -> list[str]:
    """`chat/complete` for `/` as lines: the commands that the server writes out."""
    rows = [(str(item.get("label")), str(item.get("detail", ""))) for item in as_list(completed.get("items"))]
    width = max((len(label) for label, _ in rows), default=0)
    return [one_line(f"{label.ljust(width)}  {detail}", 200) for label, detail in rows]


def sent_lines(shown: Json) -> list[str]:
    """`chat/showPrompt` as lines: how long, with which tools and options, and then every message."""
    request = as_object(shown.get("request"))
    limit = shown.get("contextLimit")
    of = f" of {limit:,}" if isinstance(limit, int) else ""
    tools = [str((as_object(tool.get("function")) or tool).get("name")) for tool in as_list(request.get("tools"))]
    head = [
        f"{shown.get('model')}: about {shown.get('tokens', 0):,}{of} tokens",
        *([f"{turns} earlier turns would be summarised first"] if (turns := shown.get("toSummarise")) else []),
        f"tools: {', '.join(tools) or 'none'}",
        f"options: {json.dumps(request.get('options'))}",
    ]
    return [visible_line(line) for line in head] + [
        line for message in as_list(request.get("messages")) for line in _message_lines(message)
    ]


def _message_lines(message: Json) -> list[str]:
    calls = message.get("toolCalls") or message.get("tool_calls")
    asked = [json.dumps(calls, ensure_ascii=False)] if calls else []
    texts = [*str(message.get("content", "")).split("\n"), *asked]
    return ["", f"[{visible_line(str(message.get('role')))}]", *map(visible, texts)]


def session_lines(sessions: Sequence[Json], current: str | None, now: datetime | None = None) -> list[str]:
    """`chat/listSessions` as numbered lines."""
    moment = now or datetime.now(UTC)
    return [
        f"{_mark(session.get('sessionId'), current)} {number}. {title(session)}"
        f"  ({_turns(session)}{_ago(session.get('updatedAt'), moment)}{', answering' if session.get('busy') else ''})"
        for number, session in enumerate(sessions, 1)
    ]


def session_rows(sessions: Sequence[Json], now: datetime | None = None) -> list[str]:
    """`chat/listSessions` as columns: the beginning of the id, when, how long, the title, whether it answers now."""
    moment = now or datetime.now(UTC)
    rows = [
        (one_line(str(s.get("sessionId")))[:SHORT_ID], _since(s.get("updatedAt"), moment), _turns(s)) for s in sessions
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=True)), title(session)])
        + ("  (answering)" if session.get("busy") else "")
        for row, session in zip(rows, sessions, strict=True)
    ]


def title(session: Json) -> str:
    """What a session is called, on one line."""
    return one_line(str(session.get("title") or "untitled"), 60)


def grant_lines(grants: Sequence[Json], now: datetime | None = None) -> list[str]:
    """`chat/listGrants` as numbered lines: how long each holds, and the sentence that the user agreed to."""
    moment = now or datetime.now(UTC)
    rows = [(str(grant.get("scope", "")), grant) for grant in grants]
    width = max((len(scope) for scope, _ in rows), default=0)
    return [
        f"{number}. {one_line(scope).ljust(width)}  {visible_line(str(grant.get('label') or grant.get('tool') or ''))}"
        f"  ({_since(grant.get('createdAt'), moment)})"
        for number, (scope, grant) in enumerate(rows, 1)
    ]


def _abilities(model: Json) -> str:
    length = model.get("contextLength")
    window = [f"{length // 1024}k context"] if isinstance(length, int) and length >= 1024 else []
    return ", ".join([*window, *as_texts(model.get("capabilities"))])


def _turns(session: Json) -> str:
    turns = session.get("turns", 0)
    return "1 turn" if turns == 1 else f"{turns} turns"


def _marked(rows: list[tuple[str, str]], chosen: str) -> list[str]:
    width = max((len(id_) for id_, _ in rows), default=0)
    return [f"{_mark(id_, chosen)} {one_line(id_).ljust(width)}  {one_line(what, 100)}".rstrip() for id_, what in rows]


def _mark(id_: object, current: str | None) -> str:
    return "*" if id_ == current else " "


def _since(timestamp: object, now: datetime) -> str:
    return _ago(timestamp, now).removeprefix(", ") or "no date"


def _why(provider: Json) -> str:
    """What is wrong, and how to mend it where that does not say as much."""
    reason, hint = str(provider.get("reason") or ""), str(provider.get("hint") or "")
    return f"{reason.removesuffix('.')}. {hint}".rstrip() if reason else hint or "not reachable"


def _ago(timestamp: object, now: datetime) -> str:
    try:
        seconds = (now - datetime.fromisoformat(str(timestamp))).total_seconds()
    except (ValueError, TypeError):
        return ""
    for unit, length in _UNITS:
        if (number := int(seconds // length)) >= 1:
            return f", {number} {unit}{'s' if number > 1 else ''} ago"
    return ", just now"
