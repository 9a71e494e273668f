"""An editor that does what it is asked to: changes and saves its documents, and answers questions as told before."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from chatls.chat.approvals import Answer, OptionKind, Question
from chatls.chat.ports import Diagnostic, OpenDocument, TextChange
from chatls.tools.uris import path_of
from tests.support.workspaces import ListedEditor

Reply = Callable[[Question], Answer | None]


def choosing(kind: OptionKind, hunks: Sequence[str] | None = None) -> Reply:
    """A user who takes the first option of this kind, and of a change these parts."""

    def reply(question: Question) -> Answer | None:
        option = next((option for option in question.options if option.kind == kind), None)
        return None if option is None else Answer(option, None if hunks is None else frozenset(hunks))

    return reply


def _file(uri: str) -> Path:
    return Path(path_of(uri) or "")


class ActingEditor(ListedEditor):
    """`reply` is the user; `asked` are the questions so far, `saved` and `applied` what was done."""

    def __init__(self, *documents: tuple[str, str], reply: Reply | None = None) -> None:
        super().__init__(*documents)
        self.reply = reply
        self.can_ask = reply is not None
        self.can_save = True
        self.takes_edits = True
        self.operations: set[Literal["create", "rename", "delete"]] = set()
        self.asked: list[Question] = []
        self.applied: list[str] = []
        self.saved: list[str] = []
        self.found: Sequence[Diagnostic] | None = None

    async def ask(self, question: Question) -> Answer | None:
        self.asked.append(question)
        return self.reply(question) if self.reply else None

    async def apply(self, document: OpenDocument, changes: Sequence[TextChange]) -> bool:
        if not self.takes_edits or self.document(document.uri) != document:
            return False
        text = document.text
        for change in sorted(changes, key=lambda change: change.start, reverse=True):
            text = text[: change.start] + change.text + text[change.end :]
        self.open[self.open.index(document)] = OpenDocument(document.uri, (document.version or 0) + 1, text)
        self.applied.append(document.uri)
        return True

    def can_operate(self, operation: Literal["create", "rename", "delete"]) -> bool:
        return operation in self.operations

    async def rename(self, old_uri: str, new_uri: str) -> bool:
        document = self.document(old_uri)
        _file(old_uri).rename(_file(new_uri))
        if document is not None:
            self.open[self.open.index(document)] = OpenDocument(new_uri, 1, document.text)
        return True

    async def delete(self, uri: str) -> bool:
        document = self.document(uri)
        _file(uri).unlink()
        if document is not None:
            self.open.remove(document)
        return True

    async def save(self, uris: Sequence[str]) -> frozenset[str]:
        if not self.can_save:
            return frozenset()
        for uri in uris:
            if (document := self.document(uri)) is not None:
                _file(uri).write_text(document.text, newline="")
                self.saved.append(uri)
        return frozenset(uris)

    async def diagnostics(self, uri: str | None = None) -> Sequence[Diagnostic] | None:
        if self.found is None or uri is None:
            return self.found
        return [finding for finding in self.found if finding.uri == uri]
