"""What begins a turn: chat/stream, with all that a message can hold, and the command that stands for it.

With its neighbours `lsp/*_messages.py` the one source of `schemas/`, and so of every client's types.
Shapes and their rules alone: what a request does is in `lsp/server.py` and below. Read by the handlers in `lsp/`.
"""

from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from chatls.config.settings import Temperature, Think, TopP
from chatls.lsp.wire import Id, Range, Token, Uri, Wire, absent

Implicit = Annotated[
    bool | None,
    Field(description="Attached by the client unasked: what cannot be read is left out, and the user is told."),
]


class FileAttachment(Wire):
    """A file, or lines of it: as the editor has it where it is open, else from disk."""

    type: Literal["file"]
    uri: Uri
    range: Range | None = None
    implicit: Implicit = None


class FolderAttachment(Wire):
    """The listing of a folder."""

    type: Literal["folder"]
    uri: Uri


class SelectionAttachment(Wire):
    """Text that the user selected, with its place."""

    type: Literal["selection"]
    uri: Uri
    range: Range
    text: str
    implicit: Implicit = None


class DiagnosticsAttachment(Wire):
    """What the editor's other servers say about a file."""

    type: Literal["diagnostics"]
    uri: Uri


class TextAttachment(Wire):
    """Any text, with a name for people."""

    type: Literal["text"]
    name: str
    text: str
    implicit: Implicit = None


MayBeImplicit = FileAttachment | SelectionAttachment | TextAttachment
Attachment = Annotated[
    FileAttachment | FolderAttachment | SelectionAttachment | DiagnosticsAttachment | TextAttachment,
    Field(discriminator="type"),
]


class UserMessage(Wire):
    """What the user says."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"properties": {"content": {"minLength": 1}}},
                {"properties": {"attachments": {"minItems": 1}}, "required": ["attachments"]},
            ]
        }
    )

    attachments: list[Attachment] | None = None
    content: str = Field(description="Empty only with attachments.")

    @field_validator("content")
    @classmethod
    def _not_empty(cls, content: str, info: ValidationInfo) -> str:
        # An absent key means that the attachments are wrong: that is the error to tell.
        if not content and "attachments" in info.data and not info.data["attachments"]:
            raise ValueError("a string that is not empty, or attachments")
        return content


class StreamOptions(Wire):
    """Sampling options of one turn; what is left out comes from the configuration."""

    temperature: Temperature | None = None
    top_p: TopP | None = None
    seed: int | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    think: Think | None = None


class StreamParams(Wire):
    """chat/stream: one turn of a conversation."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [{"required": ["message"]}, {"required": ["replaceTurnId"]}],
            "dependentRequired": {"replaceTurnId": ["sessionId"]},
        }
    )

    replace_turn_id: Id | None = Field(
        default=None, description="This turn and later ones leave the conversation first."
    )
    message: UserMessage | None = Field(
        default=None, validate_default=True, description="Absent only with replaceTurnId: the same message again."
    )
    session_id: Id | None = Field(default=None, validate_default=True, description="Absent: a new session.")
    agent: Id | None = Field(default=None, description="Which agent answers.")
    model: Id | None = Field(default=None, description="provider/model, split at the first slash.")
    options: StreamOptions | None = None
    work_done_token: Token | None = Field(default=None, description="Absent: no progress, only the result.")

    @field_validator("message")
    @classmethod
    def _message_or_turn(cls, message: UserMessage | None, info: ValidationInfo) -> UserMessage | None:
        if message is None and info.data.get("replace_turn_id") is None:
            raise absent("a message, or replaceTurnId to send that turn's again")
        return message

    @field_validator("session_id")
    @classmethod
    def _session_of_turn(cls, session_id: str | None, info: ValidationInfo) -> str | None:
        if session_id is None and info.data.get("replace_turn_id") is not None:
            raise absent("the session that replaceTurnId belongs to")
        return session_id


def _as_message(value: object) -> object:
    return {"content": value} if isinstance(value, str) else value


class AskArguments(Wire):
    """The argument of the command `chatls.ask`; a message without attachments may be given as a string."""

    message: Annotated[UserMessage, BeforeValidator(_as_message, json_schema_input_type=str | UserMessage)]
    session_id: Id | None = None


class AskCommandParams(Wire):
    """workspace/executeCommand with our command: chat for clients that know LSP alone."""

    command: Literal["chatls.ask"]
    arguments: Annotated[list[AskArguments], Field(min_length=1, max_length=1)]
    work_done_token: Token | None = None
