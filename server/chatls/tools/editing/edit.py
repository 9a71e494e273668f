"""The tool `edit_file`: replaces pieces of a text file, or writes a new one, after the user has seen the diff.

What would change is worked out first, and once more when the user has agreed: only what was agreed to is done.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field

from chatls.chat.approvals import Hunk
from chatls.chat.events import ToolText
from chatls.chat.ports import TextChange, ToolRun
from chatls.tools.approval.decision import Action
from chatls.tools.approval.gate import REJECTED, Gate, Permit
from chatls.tools.approval.prompts import escaped
from chatls.tools.base import Arguments, Tool, ToolError
from chatls.tools.editing.changes import Changes
from chatls.tools.editing.current import MAX_FILE, Current
from chatls.tools.editing.diffs import split
from chatls.tools.editing.edits import Edit
from chatls.tools.editing.nearest import SHOWN_LINES, nearest, numbered
from chatls.tools.editing.ordinary import keys, offers
from chatls.tools.editing.plain import plain
from chatls.tools.editing.plan import Plan, created, planned
from chatls.tools.editing.targets import SECONDS
from chatls.tools.work import in_thread

MAX_EDITS = 100
_UNUSABLE = re.compile("[\0\ud800-\udfff]")


class EditFile(Arguments):
    path: str = Field(description="Path in the workspace, as the other tools show it.")
    edits: list[Edit] = Field(
        [],
        max_length=MAX_EDITS,
        description="Pieces to replace. Each old_text must be found exactly once in the file as it is now.",
    )
    content: str | None = Field(None, description="The whole text of a file that does not exist yet.")


def edit_file(changes: Changes, gate: Gate) -> Tool[EditFile]:
    """The tool; what it changes goes through `changes`, after `gate` let it pass."""

    async def run(arguments: EditFile, run: ToolRun) -> ToolText:
        _check(arguments)
        before = await changes.read(arguments.path)
        plan = await in_thread(SECONDS, lambda _: _plan(before, arguments))
        permit = await gate.permit(_action(before, plan), run)
        agreed = _Agreed(arguments, before, plan, _accepted(plan, permit))
        return _result(agreed, await _do(changes, run.scope, agreed))

    return Tool(
        name="edit_file",
        description=(
            "Change a text file of the workspace, or create one. To change it give `edits`: each old_text is replaced "
            "by its new_text. old_text must be exactly what is in the file, with enough lines around it to be found "
            "only once; all edits are held against the file as it is before the call. To create a file give `content`. "
            "The user sees the difference and may reject parts of it."
        ),
        kind="edit",
        arguments=EditFile,
        title=lambda arguments: f"{'Edit' if arguments.content is None else 'Create'} {arguments.path}",
        run=run,
        time_limit=None,
    )


def _check(arguments: EditFile) -> None:
    """Refuse what no file may become, before anything is read."""
    if (arguments.content is None) == (not arguments.edits):
        raise ToolError("invalid_arguments", "Give either `edits`, to change a file, or `content`, to create one.")
    texts = [arguments.content or "", *(text for edit in arguments.edits for text in (edit.old_text, edit.new_text))]
    if sum(map(len, texts)) > MAX_FILE:
        raise ToolError("too_large", f"The texts of a call have at most {MAX_FILE:,} characters together.")
    if any(map(_UNUSABLE.search, texts)):
        raise ToolError("invalid_arguments", "A text holds a NUL or half a character, which no text file has.")


def _plan(current: Current, arguments: EditFile) -> Plan:
    """What the call comes to, on the text as it is."""
    name, text = current.target.name, current.text
    if text is None:
        return created(_content(arguments, name), name, new=True)
    if text == "":
        plan = created(_content(arguments, name), name, new=False)
    elif arguments.content is not None:
        lines = len(split(plain(text).text))
        raise ToolError("already_there", f"{name} is there already, with {lines:,} lines: change it with `edits`.")
    else:
        plan = planned(text, arguments.edits, name, quote=not current.target.ignored)
    if not plan.parts:
        raise ToolError("invalid_arguments", f"All this together changes nothing in {name}.")
    return plan


def _content(arguments: EditFile, name: str) -> str:
    """The text for a file that has none; an edit that replaces nothing is taken for it."""
    if arguments.content is not None:
        return arguments.content
    if len(arguments.edits) == 1 and not arguments.edits[0].old_text:
        return arguments.edits[0].new_text
    raise ToolError("not_found", f"{name} does not exist, or is empty: give its text as `content`.")


def _action(current: Current, plan: Plan) -> Action:
    target = current.target
    verb = "Create" if current.text is None else "Edit"
    hunks = tuple(Hunk(str(number), target.uri, plan.head + part) for number, part in enumerate(plan.parts, 1))
    return Action(
        tool="edit_file",
        kind="edit",
        title=f"{verb} {target.name}",
        detail=plan.counts + (f" in {len(hunks)} hunks" if len(hunks) > 1 else ""),
        keys=keys(verb, target),
        offers=offers("edits of", target, always=True),
        guarded=target.guarded is not None,
        notes=target.notes,
        diff=plan.diff,
        hunks=hunks,
    )


@dataclass(frozen=True, slots=True)
class _Agreed:
    """What the user agreed to: a plan on a text, and which of its parts, counted from 0."""

    arguments: EditFile
    before: Current
    plan: Plan
    accepted: Sequence[int]

    def on(self, now: Current) -> tuple[Plan, Sequence[TextChange]] | None:
        """The accepted parts on the text as it is now, and its changes; None where the call comes to something else
        by now."""
        if (now.target.path, now.target.guarded) != (self.before.target.path, self.before.target.guarded):
            return None
        try:
            fresh = self.plan if now.text == self.before.text else _plan(now, self.arguments)
        except ToolError:
            return None
        if fresh.replaced != self.plan.replaced:
            return None
        done = fresh.only(self.accepted)
        return done, done.changes


def _accepted(plan: Plan, permit: Permit) -> Sequence[int]:
    numbers = range(len(plan.parts))
    accepted = [number for number in numbers if permit.hunks is None or str(number + 1) in permit.hunks]
    if plan.parts and not accepted:
        raise ToolError(REJECTED, "The user rejected every part of this change: nothing was written.")
    return accepted


async def _do(changes: Changes, scope: str, agreed: _Agreed) -> Plan:
    """Do what was agreed to on the file as it is now, if it still comes to the same; twice if need be."""
    now = agreed.before
    for _ in range(2):
        now = await changes.read(agreed.arguments.path)
        still = await in_thread(SECONDS, lambda _, now=now: agreed.on(now))
        if still is None:
            break
        done, text_changes = still
        if await changes.write(scope, now, text_changes):
            return done
    raise ToolError("files_changed", _changed(now, agreed.plan))


def _changed(now: Current, plan: Plan) -> str:
    name = now.target.name
    said = f"{name} was changed by somebody else meanwhile, or the editor did not take the edit: nothing was written."
    if not now.text or not plan.groups or now.target.ignored:
        return f"{said} Read it again first."
    block, text = plan.groups[0][0], plain(now.text).text
    first = nearest(text, "".join(block.old))
    return f"{said} It now reads:\n{numbered(text, max(0, (block.line if first is None else first) - 3), SHOWN_LINES)}"


def _result(agreed: _Agreed, done: Plan) -> ToolText:
    target, plan = agreed.before.target, agreed.plan
    said = f"{'Created' if agreed.before.text is None else 'Edited'} {target.name}: {done.counts}."
    if rejected := [number for number in range(len(plan.parts)) if number not in agreed.accepted]:
        said += "\nNot applied, for the user rejected it:"
        for number in rejected:
            said += f"\nhunk {number + 1} of {len(plan.parts)}"
            said += "" if target.ignored else f":\n{escaped(plan.parts[number])[0].rstrip()}"
    return ToolText(said, diff=escaped(done.diff)[0], uris=(target.uri,))
