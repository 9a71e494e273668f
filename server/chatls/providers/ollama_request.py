"""A `ModelRequest` in the words of Ollama's `/api/chat`. Pure; called by `providers/ollama.py`."""

from typing import Any

from chatls.chat.events import ToolCall
from chatls.chat.messages import Message, ModelRequest, ToolSpec


def chat_payload(request: ModelRequest, num_ctx: int, keep_alive: str | int | None) -> dict[str, Any]:
    """The body of the request. What a model cannot do is left out: Ollama would refuse the whole of it.

    What is longer than the window is refused (`truncate`), and so is going on behind its end (`shift`): left to
    itself, Ollama cuts the beginning of the conversation and says nothing.
    """
    model = request.model
    payload: dict[str, Any] = {
        "model": model.name,
        "messages": [_message(message) for message in request.messages],
        "stream": True,
        "truncate": False,
        "shift": False,
        "options": _options(request, num_ctx),
    }
    if request.tools and "tools" in model.capabilities:
        payload["tools"] = [_tool(spec) for spec in request.tools]
    if request.options.think is not None:
        payload["think"] = request.options.think
    elif "thinking" in model.capabilities:
        payload["think"] = True
    if keep_alive is not None:
        payload["keep_alive"] = keep_alive
    return payload


def _options(request: ModelRequest, num_ctx: int) -> dict[str, Any]:
    wanted = request.options
    options = {
        "num_ctx": num_ctx,
        "temperature": wanted.temperature,
        "top_p": wanted.top_p,
        "seed": wanted.seed,
        "num_predict": wanted.max_tokens,
    }
    return {name: value for name, value in options.items() if value is not None}


def _message(message: Message) -> dict[str, Any]:
    body: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.thinking:
        body["thinking"] = message.thinking
    if message.tool_calls:
        body["tool_calls"] = [_call(call) for call in message.tool_calls]
    if message.tool_call_id:
        body["tool_call_id"] = message.tool_call_id
    if message.tool_name:
        body["tool_name"] = message.tool_name
    return body


def _call(call: ToolCall) -> dict[str, Any]:
    """Ollama takes nothing but an object as arguments; text that was none is shown to the model as what it was."""
    arguments = {"invalid_json": call.arguments} if isinstance(call.arguments, str) else dict(call.arguments)
    return {"id": call.id, "function": {"name": call.name, "arguments": arguments}}


def _tool(spec: ToolSpec) -> dict[str, Any]:
    function = {"name": spec.name, "description": spec.description, "parameters": dict(spec.input_schema)}
    return {"type": "function", "function": function}
