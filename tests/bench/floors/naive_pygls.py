"""The second floor: the server one writes first, with pygls and httpx. Every token becomes one `$/progress`."""

import json
import sys
from typing import Any

import httpx
from lsprotocol import types
from pygls.lsp.server import LanguageServer

server = LanguageServer("naive", "1")
model = httpx.AsyncClient(timeout=None, trust_env=False)


@server.feature("chat/stream")
async def stream(params: Any) -> dict[str, str]:
    """One turn."""
    token = params.workDoneToken
    progress = server.work_done_progress
    progress.begin(token, types.WorkDoneProgressBegin(title="chat"))
    text: list[str] = []
    async with model.stream("POST", f"{sys.argv[1]}/api/chat", json=chat_request(params.message.content)) as response:
        async for line in response.aiter_lines():
            piece: str = json.loads(line)["message"]["content"]
            text.append(piece)
            progress.report(token, types.WorkDoneProgressReport(message=piece))
    progress.end(token, types.WorkDoneProgressEnd())
    return {"final": "".join(text)}


def chat_request(content: str) -> dict[str, Any]:
    """The body of `/api/chat` for one message."""
    return {"model": "bench:latest", "messages": [{"role": "user", "content": content}], "stream": True}


if __name__ == "__main__":
    server.start_io()
