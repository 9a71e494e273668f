"""A conversation of the terminal client without a terminal and without a process: what stands in for the screen and the
link keeps what reaches it.
"""

from pathlib import Path
from typing import cast

from chatls.terminal.approval import Approval
from chatls.terminal.conversation import Conversation
from chatls.terminal.link import Link
from chatls.terminal.rows import Block
from chatls.terminal.rpc import Json
from chatls.terminal.screen import Screen
from chatls.terminal.session import ChatClient
from chatls.terminal.turn import Question

FOLDER = Path("/ws").absolute()


class Shown:
    """Stands in for the screen: keeps what is shown."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.open: list[Block] = []
        self.left: int | None = None
        self.draft = ""
        self.questions: list[Approval] = []

    @property
    def texts(self) -> list[str]:
        return [block.text for block in self.blocks]

    def finish(self, blocks: list[Block]) -> None:
        self.blocks += blocks

    def interject(self, block: Block) -> None:
        self.blocks.append(block)

    def show(self, blocks: list[Block]) -> None:
        self.open = list(blocks)

    def refresh(self) -> None:
        """Nothing is drawn here."""

    def ask(self, question: Approval) -> None:
        self.questions.append(question)

    def withdraw(self, approval_id: str) -> None:
        self.questions = [question for question in self.questions if question.approval_id != approval_id]

    def withdraw_all(self) -> bool:
        had = bool(self.questions)
        self.questions.clear()
        return had

    @property
    def is_typing(self) -> bool:
        return bool(self.draft)

    def clear_input(self) -> bool:
        had, self.draft = bool(self.draft), ""
        return had

    def leave(self, code: int) -> None:
        self.left = code if self.left is None else self.left


class Wire:
    """Stands in for the link: keeps what is sent, and lets the test be the server."""

    def __init__(self, conversation: Conversation) -> None:
        self.sent: list[Json] = []
        self.is_ready = False
        self.opened = 0
        self.broken = False
        self._conversation = conversation
        self.open()

    def open(self) -> None:
        self.client = ChatClient(lambda message: self.sent.append(dict(message)), self._conversation)

    def reopen(self) -> None:
        if self.broken:
            raise OSError("it is gone")
        self.opened += 1
        self.open()

    def ready(self) -> None:
        self.is_ready = True
        self._conversation.on_ready(None)

    def die(self, reason: str = "It died.") -> None:
        self.is_ready = False
        self.client.peer.close(reason)
        self._conversation.on_lost(reason)

    def asked(self, method: str) -> list[Json]:
        return [message for message in self.sent if message.get("method") == method]

    def answer(self, method: str, result: Json | None = None, error: Json | None = None) -> None:
        """Answer the last request with this method."""
        id_ = self.asked(method)[-1]["id"]
        self.client.peer.receive({"id": id_, **({"error": error} if error else {"result": result})})

    def event(self, **event: object) -> None:
        token = self.asked("chat/stream")[-1]["params"]["workDoneToken"]
        self.client.peer.receive({"method": "$/progress", "params": {"token": token, "value": {"event": event}}})


class Talk:
    """A conversation between the two."""

    def __init__(self, first: Question) -> None:
        self.time = 100.0
        self.conversation = Conversation(first, FOLDER, lambda: self.time)
        self.shown = Shown()
        self.wire = Wire(self.conversation)
        self.conversation.screen = cast("Screen", self.shown)
        self.conversation.link = cast("Link", self.wire)

    def say(self, text: str) -> bool:
        return self.conversation.submit(text)

    def contents(self) -> list[str]:
        return [message["params"]["message"]["content"] for message in self.wire.asked("chat/stream")]

    def end(self, **result: object) -> None:
        self.wire.answer("chat/stream", {"stopReason": "end_turn", **result})
