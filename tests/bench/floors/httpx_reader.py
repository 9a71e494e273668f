"""The first floor: httpx alone, reading the model's stream and parsing its JSON.

It speaks just enough of the protocol to be asked like a server, tells when the first token came and gives the whole
text at the end; there is nothing between.
"""

import asyncio
import json
import os
import sys
from typing import Any

import httpx

Json = dict[str, Any]


async def main(address: str) -> None:
    """Answer requests one after the other until stdin closes."""
    loop = asyncio.get_running_loop()
    stdin = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stdin), sys.stdin)
    async with httpx.AsyncClient(base_url=address, timeout=None, trust_env=False) as model:
        while (message := await read_message(stdin)) is not None:
            if message["method"] == "chat/stream":
                send({"id": message["id"], "result": {"final": await read_answer(model, message["params"])}})
            elif "id" in message:
                send({"id": message["id"], "result": {}})


async def read_answer(model: httpx.AsyncClient, params: Json) -> str:
    """Ask the model and read its whole answer."""
    text: list[str] = []
    async with model.stream("POST", "/api/chat", json=chat_request(params["message"]["content"])) as response:
        async for line in response.aiter_lines():
            record: Json = json.loads(line)
            if not text:
                send({"method": "first", "params": {"token": params["workDoneToken"]}})
            text.append(record["message"]["content"])
    return "".join(text)


def chat_request(content: str) -> Json:
    """The body of `/api/chat` for one message."""
    return {"model": "bench:latest", "messages": [{"role": "user", "content": content}], "stream": True}


async def read_message(stdin: asyncio.StreamReader) -> Json | None:
    """The next frame's message; None at the end."""
    try:
        header = await stdin.readuntil(b"\r\n\r\n")
        return json.loads(await stdin.readexactly(int(header.removeprefix(b"Content-Length: "))))
    except asyncio.IncompleteReadError:
        return None


def send(message: Json) -> None:
    """Write a frame."""
    body = json.dumps(message).encode()
    data = b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
    while data:
        data = data[os.write(sys.stdout.fileno(), data) :]


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
