"""What the server is asked for completion: paths of the workspace, ids of models and agents.

Answers with nothing where the server cannot; a completion is no place for an error. Called by `completing.py`.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote

from chatls.terminal.link import Link
from chatls.terminal.rpc import Json, Reply, as_list, as_object, as_texts

NAME_PART = 2
"""Characters of a name with which it is looked for in all folders below."""


class Lookups:
    """Questions to the server at the other end of a link."""

    def __init__(self, link: Link, folder: Path) -> None:
        self._link = link
        self._root = folder.as_uri().rstrip("/") + "/"

    async def paths(self, typed: str) -> Sequence[str]:
        """Paths that a user who typed this may mean: what is in the folder first, then names further down."""
        folder, slash, name = typed.rpartition("/")
        here = await self._tool("list_directory", {"path": folder or "."})
        entries = [folder + slash + entry for entry in _entries(str(here.get("text", "")))]
        found = [entry for entry in entries if entry.casefold().startswith(typed.casefold())]
        if len(name) >= NAME_PART:
            below = await self._tool("find_files", {"pattern": name, "path": folder or "."})
            found += [self._relative(uri) for uri in as_texts(below.get("uris"))]
        return list(dict.fromkeys(found))

    async def models(self, _typed: str) -> Sequence[str]:
        listed = await self._ask("chat/listModels", {})
        return [str(model.get("id")) for model in as_list(listed.get("models"))]

    async def agents(self, _typed: str) -> Sequence[str]:
        listed = await self._ask("chat/listAgents", {})
        return [str(agent.get("id")) for agent in as_list(listed.get("agents"))]

    def _relative(self, uri: str) -> str:
        return unquote(uri.removeprefix(self._root))

    async def _tool(self, tool: str, args: Json) -> Json:
        return as_object((await self._ask("chat/callTool", {"tool": tool, "args": args})).get("result"))

    async def _ask(self, method: str, params: Json) -> Json:
        if not self._link.is_ready:
            return {}
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()

        def answered(reply: Reply) -> None:
            if not answer.done():
                answer.set_result(reply.values)

        self._link.client.peer.request(method, params, answered)
        return await answer


def _entries(listing: str) -> list[str]:
    """The names in the text of `list_directory`: a line each, folders with a slash, files with their size behind."""
    return [line.split("  (")[0] for line in listing.splitlines() if line and not line.startswith("[")]
