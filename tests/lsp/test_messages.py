from dataclasses import fields
from typing import Any

import pytest

from chatls.chat.messages import ModelOptions
from chatls.config import Settings
from chatls.errors import InvalidParams, ProviderError, SessionBusy
from chatls.lsp.errors import TurnFailed, to_rpc_error
from chatls.lsp.messages import (
    AskCommandParams,
    FileAttachment,
    SelectionAttachment,
    StreamOptions,
    StreamParams,
    UserMessage,
)
from chatls.lsp.result_messages import ClientCapability
from chatls.lsp.validate import validate
from chatls.lsp.wire import Wire
from tests.support.schemas import check_value

RANGE = {"start": {"line": 1, "character": 0}, "end": {"line": 2, "character": 4}}
FILE = {"type": "file", "uri": "file:///a.py"}
TURN = {"replaceTurnId": "t", "sessionId": "s"}
ATTACHMENTS: list[dict[str, Any]] = [
    FILE,
    {**FILE, "range": RANGE},
    {"type": "folder", "uri": "file:///src"},
    {"type": "selection", "uri": "untitled:1", "range": RANGE, "text": "x = 1"},
    {"type": "diagnostics", "uri": "file:///a.py"},
    {"type": "text", "name": "log", "text": ""},
]


def stream(**params: Any) -> dict[str, Any]:
    return {"message": {"content": "hello"}, **params}


def attached(*attachments: Any) -> dict[str, Any]:
    return {"message": {"content": "", "attachments": list(attachments)}}


def refusal(model: type[Wire], params: object) -> tuple[str, str]:
    with pytest.raises(InvalidParams) as caught:
        validate(model, params)
    return caught.value.field, caught.value.expected


@pytest.mark.parametrize(
    "params",
    [
        stream(),
        stream(sessionId="s", agent="chat", model="ollama/llama3.1:latest", workDoneToken=1),
        stream(workDoneToken="chatls:1", options={"temperature": 0.2, "topP": 1, "seed": -1, "maxTokens": 1}),
        stream(options={"think": "high"}),
        stream(options={"think": False}),
        TURN,
        stream(**TURN),
        *(attached(attachment) for attachment in ATTACHMENTS),
    ],
)
def test_good_params_of_a_turn_pass_unchanged(params: dict[str, Any]) -> None:
    assert validate(StreamParams, params).to_wire() == params
    check_value("chat_stream.params", params)


MISUSE: list[tuple[Any, str, str]] = [
    (None, "message", "a message, or replaceTurnId to send that turn's again"),
    ([], "message", "a message, or replaceTurnId to send that turn's again"),
    ({"message": None}, "message", "a message, or replaceTurnId to send that turn's again"),
    ({"message": "hello"}, "message", "an object"),
    ({"message": []}, "message.content", "a string, but it is missing"),
    ({"message": {"content": ""}}, "message.content", "a string that is not empty, or attachments"),
    (attached(), "message.content", "a string that is not empty, or attachments"),
    ({"message": {"content": 1}}, "message.content", "a string"),
    ({"message": {"content": "", "attachments": FILE}}, "message.attachments", "a list"),
    (
        attached({"uri": "file:///a"}),
        "message.attachments[0].type",
        "one of 'file', 'folder', 'selection', 'diagnostics', 'text', but it is missing",
    ),
    (attached(FILE, {"type": "file"}), "message.attachments[1].uri", "a string, but it is missing"),
    (
        attached({**FILE, "range": {**RANGE, "end": {"line": -1, "character": 0}}}),
        "message.attachments[0].range.end.line",
        "a number of at least 0",
    ),
    (
        attached({"type": "selection", "uri": "file:///a", "text": "x"}),
        "message.attachments[0].range",
        "an object, but it is missing",
    ),
    (stream(replaceTurnId="t"), "sessionId", "the session that replaceTurnId belongs to"),
    (stream(sessionId=1), "sessionId", "a string"),
    (stream(model=""), "model", "a string that is not empty"),
    (stream(workDoneToken=True), "workDoneToken", "an integer or a string"),
    (stream(workDoneToken=1.5), "workDoneToken", "an integer or a string"),
    (stream(options=3), "options", "an object"),
    (stream(options={"temperature": "hot"}), "options.temperature", "a number"),
    (stream(options={"temperature": True}), "options.temperature", "a number"),
    (stream(options={"topP": 2}), "options.topP", "a number of at most 1"),
    (stream(options={"maxTokens": 0}), "options.maxTokens", "a number of at least 1"),
    (stream(options={"seed": 1.5}), "options.seed", "an integer"),
    (
        stream(options={"think": "hard"}),
        "options.think",
        "true or false or one of 'low', 'medium', 'high' or 'max'",
    ),
]


@pytest.mark.parametrize(("params", "field", "expected"), MISUSE)
def test_misuse_of_a_turn_names_the_field(params: Any, field: str, expected: str) -> None:
    assert refusal(StreamParams, params) == (field, expected)


@pytest.mark.parametrize("params", [params for params, _, _ in MISUSE if params])
def test_the_schema_refuses_what_the_server_refuses(params: Any) -> None:
    with pytest.raises(AssertionError, match="chat_stream"):
        check_value("chat_stream.params", params)


def test_fields_that_are_null_count_as_absent() -> None:
    params = validate(StreamParams, stream(sessionId=None, options=None, workDoneToken=None))
    assert params == StreamParams(message=UserMessage(content="hello"))


def test_attachments_are_told_apart_by_their_type() -> None:
    message = validate(StreamParams, attached(ATTACHMENTS[1], ATTACHMENTS[3])).message
    assert message is not None
    file, selection = message.attachments or []
    assert isinstance(file, FileAttachment)
    assert isinstance(selection, SelectionAttachment)
    assert file.range == selection.range
    assert selection.text == "x = 1"


def test_the_options_of_a_turn_are_those_of_the_configuration_and_of_a_provider() -> None:
    known = {field.name for field in fields(ModelOptions)}
    assert set(StreamOptions.model_fields) == known == set(type(Settings().options).model_fields)


@pytest.mark.parametrize("message", ["hello", {"content": "hello"}])
def test_the_command_takes_a_message_or_its_text(message: Any) -> None:
    params = {"command": "chatls.ask", "arguments": [{"message": message}]}
    (argument,) = validate(AskCommandParams, params).arguments
    assert argument.message == UserMessage(content="hello")
    check_value("workspace_executeCommand.params", params)


COMMAND_MISUSE: list[tuple[Any, str]] = [
    ([], "arguments"),
    ([{}], "arguments[0].message"),
    ([{"message": {"content": ""}}], "arguments[0].message.content"),
    ([{"message": ""}], "arguments[0].message"),
    ([{"message": 1}], "arguments[0].message"),
    ([{"message": "a", "sessionId": 1}], "arguments[0].sessionId"),
    ("hello", "arguments"),
]


@pytest.mark.parametrize(("arguments", "field"), COMMAND_MISUSE)
def test_misuse_of_the_command_names_the_field(arguments: Any, field: str) -> None:
    assert refusal(AskCommandParams, {"command": "chatls.ask", "arguments": arguments})[0] == field


def test_the_data_of_our_errors_fits_its_schema() -> None:
    turn = {"sessionId": "s", "turnId": "t", "final": "So far.", "model": "ollama/a"}
    broken = TurnFailed(ProviderError("stream_interrupted", "It broke off.", hint="Ask again.", status=200), turn)
    for error in (InvalidParams("message.content", "a string"), SessionBusy("s"), broken):
        check_value("error_data", to_rpc_error(error)["data"])


def test_a_client_announces_what_it_can_do() -> None:
    capability = {"protocol": 2, "approval": True, "hunks": True, "strictEdits": True}
    assert validate(ClientCapability, {**capability, "teleport": True}).to_wire() == capability
    assert refusal(ClientCapability, {"approval": True}) == ("protocol", "an integer, but it is missing")
