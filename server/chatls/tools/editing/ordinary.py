"""What may be granted beyond one call of a tool that changes files: ordinary files, and never protected ones.

Pure. Used by `tools/editing/edit.py`, `tools/editing/delete.py` and `tools/editing/move.py`, each in words of its own.
"""

from chatls.tools.approval.decision import Offer
from chatls.tools.editing.targets import Target

ORDINARY = "ordinary files"
"""The key of a grant for all ordinary files of the workspace. A grant holds for one tool alone."""


def keys(verb: str, *targets: Target) -> tuple[str, ...]:
    """The keys of a change: this one of these files, and all ordinary ones where each of them is."""
    files = " ".join((verb, *(target.path.uri for target in targets)))
    return (files, ORDINARY) if all(target.ordinary for target in targets) else (files,)


def offers(what: str, *targets: Target, always: bool) -> tuple[Offer, ...]:
    """What is offered for ordinary files: "edits of" them in this session, and where it is `always` right for good."""
    if not all(target.ordinary for target in targets):
        return ()
    session = Offer("allow_session", ORDINARY, f"Allow {what} ordinary files in this session")
    for_good = Offer("allow_always", ORDINARY, f"Always allow {what} ordinary files in this workspace")
    return (session, for_good) if always else (session,)
