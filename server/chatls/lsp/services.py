"""What the chat methods work with: the heart and the rooms around it, put together by `rooms.py`.

A record alone; nothing is made here.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from chatls.chat.agents import Agent
from chatls.chat.commands import Command
from chatls.chat.keeping import SessionStore
from chatls.chat.messages import ModelOptions
from chatls.chat.orchestrator import Orchestrator
from chatls.chat.ports import Grants, Models, Toolset
from chatls.chat.undo import Undo
from chatls.chat.workspace import WorkspaceNames, WorkspaceReader
from chatls.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Services:
    """The rooms behind one configuration.

    `guidance` reads what a new session's agents are told beside their own instructions, `commands` the prompt commands
    there are now; `undo` puts back what a turn did to files. `problems` are settings that were wrong, and what is used
    instead; `agent` and `options` are what a turn gets that names none. `close` gives up
    connections and workspace folders.
    """

    orchestrator: Orchestrator
    models: Models
    toolset: Toolset
    reader: WorkspaceReader
    sessions: SessionStore
    grants: Grants
    agents: Mapping[str, Agent]
    agent: str
    options: ModelOptions
    guidance: Callable[[], Awaitable[str]]
    commands: Callable[[], Awaitable[Mapping[str, Command]]]
    names: WorkspaceNames
    undo: Undo
    problems: tuple[ConfigError, ...]
    folders_changed: Callable[[], None]
    close: Callable[[], Awaitable[None]]
