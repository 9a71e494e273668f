"""Puts models, tools and sessions together behind the chat methods.

Imported after `initialize` was answered (`assembly.py`), since this is where providers, tools and settings come in.
"""

import asyncio
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from chatls.chat.agents import DELEGATE, READING, Agent, Limits, built_in_agents
from chatls.chat.clock import LoopClock
from chatls.chat.commands import Command, all_commands
from chatls.chat.guidance import guidance
from chatls.chat.messages import ModelOptions, ToolSpec
from chatls.chat.orchestrator import Orchestrator
from chatls.chat.ports import Clock, Provider, Toolset
from chatls.chat.undo import Content, TurnChanges, Undone
from chatls.chat.user_agents import Definition, all_agents
from chatls.config import Loaded, Settings, load
from chatls.config.commands import own_commands
from chatls.config.environment import inherited
from chatls.errors import ConfigError
from chatls.folders import config_dir, state_dir
from chatls.lsp.editor import LspEditor
from chatls.lsp.services import Services
from chatls.providers.catalog import Catalog
from chatls.providers.offline import OfflineProvider
from chatls.providers.ollama import OllamaProvider
from chatls.providers.retry import StreamingErrorHandler
from chatls.providers.server import Timeouts
from chatls.store.conversations import Conversations
from chatls.store.grants import GrantFiles
from chatls.tasks import spawn
from chatls.tools.approval.gate import Gate
from chatls.tools.guard.paths import Roots
from chatls.tools.late import LateToolset, all_specs
from chatls.tools.project import SETTINGS, Advice, AdviceFiles, settings_text
from chatls.tools.reading.path_index import PathIndex
from chatls.tools.reading.reader import AttachmentReader
from chatls.tools.uris import path_of


class Rooms:
    """The rooms of one process. Sessions and workspace folders outlive a change of settings."""

    def __init__(self, editor: LspEditor) -> None:
        self._editor = editor
        self._clock = LoopClock()
        self._sessions = Conversations(state_dir(), editor.warn)
        self._sessions.prepare(editor.workspace())
        self._roots = Roots(self._folders())
        self._gate = Gate(editor, GrantFiles(state_dir()), editor.workspace, editor.warn)
        self._toolset = LateToolset(self._specs(), self._workbench)
        self._advice = AdviceFiles(self._roots)
        self._reader = AttachmentReader(self._roots, editor)
        self._names = PathIndex(self._roots, editor)

    def _specs(self) -> Sequence[ToolSpec]:
        """What models are told of the tools that this editor and this system can have."""
        missing = set[str]() if self._editor.tells_diagnostics else {"get_diagnostics"}
        if os.name != "posix":  # no way is known there to end all that a command has started
            missing |= {"run_command", "git_status", "git_diff", "git_log"}
        return [spec for spec in all_specs() if spec.name not in missing]

    def _workbench(self) -> Toolset:
        from chatls.tools.workbench import Bench, workbench  # all the tools: with the first call of one

        hidden = (config_dir(), state_dir())
        bench = Bench(self._roots, self._editor, self._gate, self._sessions, inherited(), hidden)
        return workbench(bench, [spec.name for spec in self._toolset.specs()])

    async def _undo(self, turn: TurnChanges, content: Content) -> Undone:
        from chatls.tools.editing.undo import TurnUndo  # with the first turn that is undone

        return await TurnUndo(self._roots, self._editor, self._editor, self._sessions).undo(turn, content)

    def close(self, seconds: float) -> None:
        """Write what is still to be kept, for that long at most. Blocks: the last thing to do."""
        self._sessions.close(seconds)

    def services(self, client_settings: object) -> Services:
        """The services under the client's configuration layer over the others; Ollama is looked for from now on."""
        loaded = load(client_settings, settings_text(self._roots))
        settings = loaded.settings
        limits = Limits(**settings.limits.model_dump())
        agents, wrong = self._agents(loaded, limits)
        agent, problems = _agent(loaded, agents)
        ollama = _ollama(settings)
        catalog = self._catalog(loaded, ollama)
        spawn(catalog.probe(), name="probe")
        return Services(
            orchestrator=Orchestrator(catalog, self._toolset, StreamingErrorHandler(), self._clock, limits, agents),
            models=catalog,
            toolset=self._toolset,
            reader=self._reader,
            sessions=self._sessions,
            grants=self._gate,
            agents=agents,
            agent=agent,
            options=ModelOptions(**settings.options.model_dump()),
            guidance=lambda: self._guidance(loaded),
            commands=_commands,
            names=self._names,
            undo=self._undo,
            problems=(*loaded.problems, *wrong, *problems, *_hidden(self._advice.read())),
            folders_changed=lambda: self._roots.replace(self._folders()),
            close=ollama.aclose,
        )

    def _agents(self, loaded: Loaded, limits: Limits) -> tuple[Mapping[str, Agent], Sequence[ConfigError]]:
        """All agents, and what is wrong with the user's. A tool may be named that is not there for this client."""
        given = loaded.settings.agents
        definitions = {name: Definition(**own.model_dump(exclude_none=True)) for name, own in given.items()}
        tools = {DELEGATE, *READING, *(spec.name for spec in self._toolset.specs())}
        agents, wrong = all_agents(built_in_agents(), definitions, limits, tools)
        return agents, [ConfigError(each.key, each.text, origin=loaded.origins.get(each.key, "")) for each in wrong]

    async def _guidance(self, loaded: Loaded) -> str:
        files = [(SETTINGS, loaded.project.instructions), *((file.name, file.text) for file in self._advice.read())]
        return guidance(loaded.settings.instructions or "", files)

    def _catalog(self, loaded: Loaded, ollama: OllamaProvider) -> Catalog:
        settings = loaded.settings
        folder = settings.scripted.folder
        scripted = [] if folder is None else [_scripted(folder, self._clock)]
        return Catalog(
            ollama,
            OfflineProvider(),
            scripted,
            clock=self._clock,
            default=settings.model,
            suggested=loaded.project.model,
            probe_seconds=settings.ollama.probe_timeout,
        )

    def _folders(self) -> list[tuple[str, str]]:
        found = ((name, path_of(uri)) for name, uri in self._editor.folders())
        return [(name, path) for name, path in found if path is not None]


async def _commands() -> Mapping[str, Command]:
    return all_commands(await asyncio.to_thread(own_commands))


def _agent(loaded: Loaded, agents: Mapping[str, Agent]) -> tuple[str, Sequence[ConfigError]]:
    """The agent that answers where a request names none, and a word about each that was wanted and is not there."""
    suggested = [(loaded.project.agent, SETTINGS)] if loaded.project.agent else []
    wanted = [*suggested, (loaded.settings.agent, loaded.origins["agent"])]
    unknown = [(name, origin) for name, origin in wanted if name not in agents]
    chosen = next((name for name, _ in wanted if name in agents), Settings().agent)
    problem = f"expected one of {', '.join(agents)}; {json.dumps(chosen)} is used"
    return chosen, [ConfigError("agent", problem, origin=origin) for _, origin in unknown]


def _hidden(found: Sequence[Advice]) -> Iterator[ConfigError]:
    for file in found:
        if file.hidden:
            yield ConfigError(file.name, f"holds {file.hidden} hidden characters; the model sees them written out")


def _scripted(folder: Path, clock: Clock) -> Provider:
    from chatls.providers.scripted import ScriptedProvider  # for the few who configured a folder of scripts

    return ScriptedProvider(folder, clock)


def _ollama(settings: Settings) -> OllamaProvider:
    chosen = settings.ollama
    return OllamaProvider(
        chosen.address,
        num_ctx=chosen.num_ctx,
        keep_alive=chosen.keep_alive,
        timeouts=Timeouts(first_byte=chosen.first_byte_timeout, gap=chosen.gap_timeout),
    )
