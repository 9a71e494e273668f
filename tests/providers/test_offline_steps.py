"""Each step of the offline assistant follows from the conversation so far."""

import pytest

from chatls.chat.commands import built_in_commands, expanded
from chatls.chat.events import Finish, ModelEvent, Token, ToolCall
from chatls.chat.messages import Message, ModelInfo, ModelRequest, ToolSpec
from chatls.providers.offline_steps import events

MODEL = ModelInfo("offline/assistant", "offline", "assistant", None, ("tools",))
FIND = ToolSpec("find_symbol", "", "search", {})


async def test_an_answer_comes_word_by_word() -> None:
    events = await streamed(Message("user", "hi"))
    assert all(isinstance(event, Token) for event in events[:-1])
    assert all(len(event.data.split()) <= 1 for event in events if isinstance(event, Token))
    assert events[-1] == Finish()


async def test_a_step_follows_from_the_conversation_alone() -> None:
    """Another provider, after a restart, goes on where the first one stopped."""
    question = Message("user", "where is TideTable defined?")
    (call, finish) = await streamed(question, tools=[FIND])
    assert call == ToolCall("offline-1", "find_symbol", {"name": "TideTable"})
    assert finish == Finish()
    assert isinstance(call, ToolCall)
    messages = (
        question,
        Message("assistant", "", tool_calls=(call,)),
        tool("a.py:1: class TideTable | class TideTable:"),
    )
    read = ToolSpec("read_file", "", "read", {})
    (call, _) = await streamed(*messages, tools=[FIND, read])
    assert call == ToolCall("offline-3", "read_file", {"path": "a.py", "start_line": 1, "line_count": 10})
    *tokens, _ = await streamed(*messages, tool("1\tclass TideTable:\n2\t    pass"), tools=[FIND, read])
    answer = "".join(event.data for event in tokens if isinstance(event, Token))
    assert "`a.py:1`:\n\n```python\nclass TideTable:\n    pass\n```" in answer


async def test_a_conversation_without_a_question_is_answered_with_help() -> None:
    assert isinstance((await streamed())[0], Token)
    assert isinstance((await streamed(Message("system", "Be brief.")))[0], Token)


async def said(command: str) -> str:
    """The answer to a prompt command, without any tools."""
    events = await streamed(Message("user", expanded(command, built_in_commands())))
    return "".join(event.data for event in events if isinstance(event, Token))


async def test_explaining_a_file_is_outlining_it() -> None:
    question = Message("user", expanded("/explain src/a.py", built_in_commands()))
    (call, _) = await streamed(question, tools=[ToolSpec("outline_file", "", "read", {})])
    assert call == ToolCall("offline-1", "outline_file", {"path": "src/a.py"})


@pytest.mark.parametrize("command", ["/fix the gate", "/tests parse_config", "/review", "/doc src/a.py", "/commit"])
async def test_a_command_that_takes_a_model_says_so(command: str) -> None:
    assert (await said(command)).startswith("That takes a language model, and I am none.")


def tool(text: str) -> Message:
    return Message("tool", text, tool_call_id="offline-1", tool_name="find_symbol")


async def streamed(*messages: Message, tools: list[ToolSpec] | None = None) -> list[ModelEvent]:
    """What is said to a conversation."""
    return [event async for event in events(ModelRequest(MODEL, messages, tools or ()))]
