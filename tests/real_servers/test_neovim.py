"""The whole way once: a person at Neovim in a real terminal, a chatls process, a real Ollama, and a tool call."""

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.chat_terminal import make_user
from tests.support.neovim import installed
from tests.support.neovim_install import VERSIONS
from tests.support.neovim_screen import Screen, screen
from tests.support.ollama import SCRIPTED, OllamaServer
from tests.support.scripted_gguf import script_text

TURN = "local turns = require('chatls').current().turns; local turn = turns[#turns]; "


@pytest.fixture
def nvim(ollama: OllamaServer, tmp_path: Path) -> Generator[Screen]:
    user = make_user(tmp_path)
    (user.workspace / "a.py").write_text("answer = 42\n")
    user = replace(user, environment={**user.environment, "OLLAMA_HOST": ollama.address})
    with screen(installed(VERSIONS[-1]), user, "a.py") as yours:
        yours.use_server(f"ollama/{SCRIPTED}")
        yield yours


def test_a_message_is_answered_by_ollama_with_a_look_at_the_file(nvim: Screen) -> None:
    nvim.ex("Chat! #tool#")  # alone: this model answers the last token of its prompt
    nvim.term.wait("Read a.py", 60)
    nvim.term.wait(script_text("after_tool")[:20], 60)
    nvim.wait(TURN + "return turn.state == 'done'", seconds=60)
    assert nvim.lua(TURN + "return require('chatls.state').text(turn)") == script_text("after_tool")
    assert "answer = 42" in nvim.lua(TURN + "return turn.items[1].tool.result.text")
    assert nvim.lua(TURN + "return turn.usage.completionTokens") > 0


def test_an_endless_answer_of_ollama_is_stopped(nvim: Screen) -> None:
    nvim.ex("Chat! #endless#")
    nvim.term.wait("tick tock tick tock", 60)
    nvim.ex("ChatStop")
    nvim.wait(TURN + "return turn.state == 'cancelled'")
    nvim.ex("Chat! hello")
    nvim.wait(TURN + "return turn.state == 'done'", seconds=60)
    assert nvim.lua(TURN + "return require('chatls.state').text(turn)") == script_text("default")
