"""`/undo`: what the last turn did is taken back: its files, its place in the conversation, or both.

Which of these, the user is asked in the same way as anything else. Called by `actions.py`.
"""

from chatls.terminal.approval import REJECT_ONCE, Approval, Choice, Decision
from chatls.terminal.rpc import Json, as_list, as_object
from chatls.terminal.sanitize import one_line, visible_line
from chatls.terminal.session_actions import NOT_BEGUN
from chatls.terminal.talk import Talk, is_answering, request

CHOICES = {
    "files": "Put its files back, and stay in the conversation",
    "conversation": "Take it out of the conversation, and leave the files as they are",
    "both": "Both",
}
HELP = f"/undo asks what to undo of the last turn; /undo {', /undo '.join(CHOICES)} does it at once."
NOTHING_LEFT = "There is nothing to undo: no turn is left in this session."
MAX_TITLE = 100
"""Characters of a message that say which turn is meant."""


def undo(talk: Talk, what: str) -> None:
    """Undo the last turn that is still in the conversation."""

    def got(values: Json) -> None:
        turns = as_list(values.get("turns"))
        if not turns:
            talk.note(NOTHING_LEFT)
        elif what:
            _undo(talk, turns[-1], what)
        else:
            _ask(talk, turns[-1])

    if what and what not in CHOICES:
        talk.note(HELP)
    elif not talk.chosen.session_id:
        talk.note(NOT_BEGUN)
    elif not is_answering(talk):
        request(talk, "chat/getSession", {"sessionId": talk.chosen.session_id, "limit": 1}, got)


def _ask(talk: Talk, turn: Json) -> None:
    said = one_line(str(as_object(turn.get("message")).get("content", "")), MAX_TITLE)
    choices = [Choice(what, label) for what, label in CHOICES.items()]
    no = Choice("no", "Leave it as it is", REJECT_ONCE)
    question = Approval("", f"undo {turn.get('turnId')}", f"Undo the last turn: {said}", (), (*choices, no))

    def answered(decision: Decision | None) -> None:
        if decision is not None and not decision.choice.refuses:
            _undo(talk, turn, decision.choice.id)

    talk.ask_ourselves(question, answered)


def _undo(talk: Talk, turn: Json, what: str) -> None:
    params = {"sessionId": talk.chosen.session_id, "turnId": turn.get("turnId"), "restore": what}
    request(talk, "chat/undoTurn", params, lambda values: talk.note(visible_line(str(values.get("message", "")))))
