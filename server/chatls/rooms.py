"""Puts models, tools and sessions together behind the chat methods, for one configuration at a time.

Imported after `initialize` was answered (`assembly.py`), since this is where providers, tools and settings come in.
"""

from chatls.chat.agents import built_in_agents
from chatls.chat.clock import LoopClock
from chatls.chat.messages import ModelOptions
from chatls.chat.orchestrator import Orchestrator
from chatls.chat.task import Limits
from chatls.config import Settings, load
from chatls.lsp.editor import LspEditor
from chatls.lsp.services import Services
from chatls.providers.catalog import Catalog
from chatls.providers.offline import OfflineProvider
from chatls.providers.ollama import OllamaProvider
from chatls.providers.retry import StreamingErrorHandler
from chatls.providers.scripted import ScriptedProvider
from chatls.store.memory import MemorySessions
from chatls.tasks import spawn
from chatls.tools.paths import Roots
from chatls.tools.reader import Reader, reading_tools
from chatls.tools.symbols import symbol_tools
from chatls.tools.toolset import Toolset
from chatls.tools.uris import path_of


class Rooms:
    """The rooms of one process. Sessions and workspace folders outlive a change of settings."""

    def __init__(self, editor: LspEditor) -> None:
        self._editor = editor
        self._sessions = MemorySessions()
        self._roots = Roots(self._folders())
        self._toolset = Toolset([*reading_tools(self._roots, editor), *symbol_tools(self._roots, editor)])

    def services(self, client_settings: object) -> Services:
        """The services for the client's configuration layer over the others."""
        loaded = load(client_settings)
        settings = loaded.settings
        catalog, close = _catalog(settings)
        orchestrator = Orchestrator(
            catalog, self._toolset, StreamingErrorHandler(), LoopClock(), Limits(**settings.limits.model_dump())
        )
        return Services(
            orchestrator=orchestrator,
            models=catalog,
            toolset=self._toolset,
            reader=Reader(self._roots, self._editor),
            sessions=self._sessions,
            agents=built_in_agents(),
            agent=settings.agent,
            options=ModelOptions(**settings.options.model_dump()),
            problems=loaded.problems,
            folders_changed=self._folders_changed,
            close=close,
        )

    def _folders(self) -> list[tuple[str, str]]:
        found = ((name, path_of(uri)) for name, uri in self._editor.folders())
        return [(name, path) for name, path in found if path is not None]

    def _folders_changed(self) -> None:
        self._roots.replace(self._folders())
