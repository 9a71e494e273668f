"""What the server is asked for completion: what may follow in a message, ids of models and agents.

Answers with nothing where the server cannot; a completion is no place for an error. Called by `completing.py`.
"""

import asyncio
from collections.abc import Sequence

from chatls.terminal.link import Link
from chatls.terminal.rpc import Json, Reply, as_list


class Lookups:
    """Questions to the server at the other end of a link."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def message(self, before: str) -> Sequence[Json]:
        """Items of `chat/complete` for a message that ends at the cursor. Positions count characters here."""
        *above, last = before.split("\n")
        position = {"line": len(above), "character": len(last)}
        return as_list((await self._ask("chat/complete", {"text": before, "position": position})).get("items"))

    async def models(self, _typed: str) -> Sequence[str]:
        listed = await self._ask("chat/listModels", {})
        return [str(model.get("id")) for model in as_list(listed.get("models"))]

    async def agents(self, _typed: str) -> Sequence[str]:
        listed = await self._ask("chat/listAgents", {})
        return [str(agent.get("id")) for agent in as_list(listed.get("agents"))]

    async def _ask(self, method: str, params: Json) -> Json:
        if not self._link.is_ready:
            return {}
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()

        def answered(reply: Reply) -> None:
            if not answer.done():
                answer.set_result(reply.values)

        self._link.client.peer.request(method, params, answered)
        return await answer
