"""The rooms put together: what the chat methods get under which settings."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any, cast

import pytest

from chatls.chat.agents import Limits
from chatls.chat.messages import ModelOptions
from chatls.errors import ProviderError
from chatls.lsp.editor import LspEditor
from chatls.lsp.services import Services
from chatls.rooms import Rooms
from tests.support.acting_editor import ActingEditor
from tests.support.chat_server import NOWHERE, environment, write_scripts

SCRIPT = {"hello": '[[answer]]\nsteps = [{ text = "Hello" }]\n'}


class Editor(ActingEditor):
    """An editor with a folder that can be changed."""

    tells_diagnostics = False

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.workspace_folders = [("ws", folder.as_uri())]

    def folders(self) -> list[tuple[str, str]]:
        return self.workspace_folders

    def workspace(self) -> tuple[str, ...]:
        return tuple(uri for _, uri in self.workspace_folders)

    def warn(self, text: str) -> None:
        raise AssertionError(text)


@pytest.fixture(autouse=True)
def isolated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def editor(tmp_path: Path) -> Editor:
    return Editor(tmp_path)


@pytest.fixture
async def rooms(editor: Editor) -> AsyncGenerator["Opened"]:
    opened = Opened(Rooms(cast("LspEditor", editor)))
    yield opened
    for services in opened.services:
        await services.close()


class Opened:
    """Rooms whose services are closed after the test."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self.services: list[Services] = []

    def under(self, **settings: Any) -> Services:
        self.services.append(self._rooms.services({"ollama": {"address": NOWHERE}, **settings}))
        return self.services[-1]


async def test_without_a_model_server_the_offline_assistant_answers_with_every_tool(rooms: Opened) -> None:
    services = rooms.under()
    assert (await services.models.list()).default == "offline/assistant"
    names = {spec.name for spec in services.toolset.specs()}
    assert names >= {"read_file", "list_directory", "find_files", "search_text"}
    assert (services.agent, list(services.agents)) == ("chat", ["chat", "explore", "edit"])
    assert services.problems == ()


async def test_settings_reach_what_they_are_for(rooms: Opened, tmp_path: Path) -> None:
    folder = write_scripts(tmp_path, SCRIPT)
    services = rooms.under(model="scripted/hello", scripted={"folder": str(folder)}, options={"temperature": 0.5})
    choice = await services.models.choose(None)
    assert (choice.provider.id, choice.model.id) == ("scripted", "scripted/hello")
    assert services.options == ModelOptions(temperature=0.5)


async def test_scripted_models_are_there_only_where_a_folder_is_set(rooms: Opened) -> None:
    with pytest.raises(ProviderError) as caught:
        await rooms.under().models.choose("scripted/hello")
    assert caught.value.reason == "model_not_found"


async def test_an_agent_that_does_not_exist_is_a_problem_and_the_default_answers(rooms: Opened) -> None:
    services = rooms.under(agent="nobody")
    assert services.agent == "chat"
    assert [problem.message for problem in services.problems] == [
        'agent (client): expected one of chat, explore, edit; "chat" is used'
    ]


async def test_an_agent_of_the_user_is_there_and_may_be_the_one_that_answers(rooms: Opened) -> None:
    own = {"description": "Reviews.", "instructions": "Review.", "tools": ["read_file", "get_diagnostics", "fly"]}
    services = rooms.under(agent="reviewer", agents={"reviewer": {**own, "limits": {"modelCalls": 3}}})
    reviewer = services.agents[services.agent]
    assert (reviewer.description, reviewer.tools) == ("Reviews.", ("read_file", "get_diagnostics"))
    assert reviewer.limits == Limits(model_calls=3)
    assert [problem.message for problem in services.problems] == [
        'agents.reviewer.tools (client): there is no tool "fly"; it is left out'
    ]


async def test_sessions_and_tools_outlive_a_change_of_settings(rooms: Opened) -> None:
    first, second = rooms.under(), rooms.under(options={"seed": 1})
    assert first.sessions is second.sessions
    assert first.toolset is second.toolset
    assert first.models is not second.models


async def test_a_changed_workspace_is_what_attachments_are_read_from(
    rooms: Opened, editor: Editor, tmp_path: Path
) -> None:
    other = tmp_path.parent / f"{tmp_path.name}-other"
    other.mkdir()
    services = rooms.under()
    uri = (other / "a.py").as_uri()
    assert services.reader.name(uri) is None
    editor.workspace_folders.append(("other", other.as_uri()))
    services.folders_changed()
    assert services.reader.name(uri) == "other/a.py"
    editor.workspace_folders.append(("remote", "vscode-remote://host/x"))
    services.folders_changed()
    assert services.reader.name(uri) == "other/a.py"


async def test_a_folder_that_comes_later_suggests_too(rooms: Opened, editor: Editor, tmp_path: Path) -> None:
    other = tmp_path.parent / f"{tmp_path.name}-other"
    other.mkdir()
    (other / ".chatls.toml").write_text('agent = "explore"\n')
    services = rooms.under()
    editor.workspace_folders.append(("other", other.as_uri()))
    services.folders_changed()
    assert (services.agent, rooms.under().agent) == ("chat", "explore")


async def test_t81_a_project_suggests_an_agent_and_a_model_and_sets_nothing_else(rooms: Opened, tmp_path: Path) -> None:
    folder = write_scripts(tmp_path, SCRIPT)
    (tmp_path / ".chatls.toml").write_text(
        'model = "scripted/hello"\nagent = "nobody"\n[ollama]\naddress = "evil:80"\n'
    )
    services = rooms.under(scripted={"folder": str(folder)})
    assert (await services.models.choose(None)).model.id == "scripted/hello"
    assert services.agent == "chat"
    assert [problem.message for problem in services.problems] == [
        ".chatls.toml: a project may suggest instructions, agent, model, each a text, and nothing else; "
        "ignored: ollama",
        'agent (.chatls.toml): expected one of chat, explore, edit; "chat" is used',
    ]


async def test_an_agent_is_told_the_users_words_and_the_projects_advice(rooms: Opened, tmp_path: Path) -> None:
    (tmp_path / ".chatls.toml").write_text('instructions = "Use tabs."\n')
    (tmp_path / "AGENTS.md").write_text("Run make\u200b test.\n", encoding="utf-8")
    services = rooms.under(instructions="Be brief.")
    told = await services.guidance()
    assert told.index("Be brief.") < told.index("Use tabs.") < told.index("Run make\\u{200b} test.")
    assert [problem.message for problem in services.problems] == [
        "AGENTS.md: holds 1 hidden characters; the model sees them written out"
    ]
