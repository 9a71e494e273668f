"""The agents that are there without any configuration."""

from chatls.chat.agents import built_in_agents


def test_chat_answers_with_instructions_of_its_own_and_any_model_and_tool() -> None:
    chat = built_in_agents()["chat"]
    assert chat.id == "chat"
    assert (chat.model, chat.tools) == (None, None)
    assert len(chat.instructions) > 500
    assert chat.description
