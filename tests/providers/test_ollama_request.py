from typing import Any

import pytest

from chatls.chat.events import ToolCall
from chatls.chat.messages import Capability, Message, ModelInfo, ModelOptions, ModelRequest, ToolSpec
from chatls.providers.ollama_request import chat_payload

SPEC = ToolSpec("read_file", "Read a file.", "read", {"type": "object", "properties": {"path": {"type": "string"}}})


def model(*capabilities: Capability) -> ModelInfo:
    return ModelInfo("ollama/m:1", "ollama", "m:1", 8192, capabilities)


def payload(request: ModelRequest, keep_alive: str | int | None = None) -> dict[str, Any]:
    return chat_payload(request, 4096, keep_alive)


def test_the_least_request_asks_for_the_window_and_leaves_the_rest_to_the_server() -> None:
    assert payload(ModelRequest(model(), [Message("user", "hi")])) == {
        "model": "m:1",
        "messages": [{"role": "user", "content": "hi"}],
        "stream": True,
        "truncate": False,
        "shift": False,
        "options": {"num_ctx": 4096},
    }


def test_options_are_handed_on_by_ollama_s_names() -> None:
    options = ModelOptions(temperature=0.0, top_p=0.9, seed=7, max_tokens=100)
    assert payload(ModelRequest(model(), [], options=options))["options"] == {
        "num_ctx": 4096,
        "temperature": 0.0,
        "top_p": 0.9,
        "seed": 7,
        "num_predict": 100,
    }


@pytest.mark.parametrize("keep_alive", ["10m", -1, 0])
def test_how_long_the_model_stays_is_told(keep_alive: str | int) -> None:
    assert payload(ModelRequest(model(), []), keep_alive)["keep_alive"] == keep_alive


def test_tools_are_offered_to_a_model_that_can_use_them() -> None:
    assert payload(ModelRequest(model("tools"), [], [SPEC]))["tools"] == [
        {
            "type": "function",
            "function": {"name": "read_file", "description": "Read a file.", "parameters": SPEC.input_schema},
        }
    ]


def test_tools_are_kept_from_a_model_that_cannot() -> None:
    assert "tools" not in payload(ModelRequest(model("vision"), [], [SPEC]))


@pytest.mark.parametrize(
    ("able", "wished", "sent"),
    [
        (True, None, True),
        (True, False, False),
        (True, "high", "high"),
        (False, None, None),
        (False, True, True),
    ],
)
def test_thinking_is_asked_for_where_it_is_possible_or_wished(
    able: bool, wished: bool | str | None, sent: bool | str | None
) -> None:
    capable = model("thinking") if able else model()
    request = ModelRequest(capable, [], options=ModelOptions(think=wished))
    assert payload(request).get("think") == sent


def test_a_history_with_tools_keeps_its_ids_and_names() -> None:
    history = [
        Message("system", "Be brief."),
        Message("user", "Read a."),
        Message("assistant", "", thinking="Hm.", tool_calls=(ToolCall("c1", "read_file", {"path": "a"}),)),
        Message("tool", "text of a", tool_call_id="c1", tool_name="read_file"),
    ]
    assert payload(ModelRequest(model(), history))["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Read a."},
        {
            "role": "assistant",
            "content": "",
            "thinking": "Hm.",
            "tool_calls": [{"id": "c1", "function": {"name": "read_file", "arguments": {"path": "a"}}}],
        },
        {"role": "tool", "content": "text of a", "tool_call_id": "c1", "tool_name": "read_file"},
    ]


def test_arguments_that_were_no_object_are_sent_as_one() -> None:
    history = [Message("assistant", "", tool_calls=(ToolCall("c1", "f", '{"path'),))]
    [message] = payload(ModelRequest(model(), history))["messages"]
    assert message["tool_calls"][0]["function"]["arguments"] == {"invalid_json": '{"path'}
