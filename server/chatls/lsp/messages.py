"""The messages of a turn: chat/stream and the command that stands for it, error data, capabilities.

With its neighbours `lsp/*_messages.py` the one source of `schemas/`, and so of every client's types.
Shapes and their rules alone: what a request does is in `lsp/server.py` and below. Read by the handlers in `lsp/`.
"""

from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from chatls.chat.events import StopReason
from chatls.config.settings import Temperature, Think, TopP
from chatls.errors import Reason
from chatls.lsp.event_messages import Timings, Usage
from chatls.lsp.wire import Id, Range, Seq, Token, Uri, Wire, absent


class FileAttachment(Wire):
    """A file, or lines of it: as the editor has it where it is open, else from disk."""

    type: Literal["file"]
    uri: Uri
    range: Range | None = None


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


class DiagnosticsAttachment(Wire):
    """What the editor's other servers say about a file."""

    type: Literal["diagnostics"]
    uri: Uri


class TextAttachment(Wire):
    """Any text, with a name for people."""

    type: Literal["text"]
    name: str
    text: str


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


class StreamResult(Wire):
    """How a turn ended; an answer to a cancelled request too."""

    session_id: Id
    turn_id: Id
    final: str
    stop_reason: StopReason
    stop_message: str | None = None
    usage: Usage | None = None
    timings: Timings
    last_seq: Seq


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


class InvalidParamsData(Wire):
    """`data` of the error -32602."""

    field: str = Field(description='The path of the wrong field: "message.attachments[0].uri".')
    expected: str


class RequestFailedData(Wire):
    """`data` of the error -32803."""

    reason: Reason = Field(description="An open list: a client takes what it does not know for `internal`.")
    retryable: bool
    hint: str | None = Field(default=None, description="What to do about it, in one sentence.")
    provider: str | None = None
    model: str | None = None
    status: int | None = Field(default=None, description="The HTTP status of the model server.")
    session_id: Id | None = None
    turn_id: Id | None = None
    final: str | None = None
    files: list[str] | None = None


class ServerCapability(Wire):
    """`capabilities.experimental.chatls` of the server."""

    protocol: Literal[1]
    methods: list[str]


class ClientCapability(Wire):
    """`capabilities.experimental.chatls` of a client: which of our requests it answers."""

    protocol: int
    approval: bool | None = None
    hunks: bool | None = None
    diagnostics: bool | None = None
    save: bool | None = None
    strict_edits: bool | None = None
