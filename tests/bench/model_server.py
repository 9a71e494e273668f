"""The benchmarks' model server, a process of its own: the tests' fake of Ollama with answers made to order.

Sends one record per HTTP chunk. A path of its own, `/seen`, says when each chat came, when its first token went and
when its client was gone, by the clock that all processes of a machine share. Started by `model.py`.
"""

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Iterator

from tests.bench.prompts import MODEL, Prompt
from tests.support.fake_model_server import FakeModel, FakeModelServer, Received, Reply, Step
from tests.support.recordings import done, line


class Chats:
    """Answers the chats and remembers when what happened."""

    def __init__(self, tasks: asyncio.TaskGroup) -> None:
        self._tasks = tasks
        self._seen: dict[int, dict[str, float]] = {}

    def answer(self, request: Received) -> Reply:
        seen = {"received": time.monotonic()}
        prompt = Prompt.of(request.json["messages"][-1]["content"])
        self._seen[prompt.id] = seen
        self._tasks.create_task(_note_gone(request, seen))
        return Reply(_steps(prompt, seen))

    def seen(self, _request: Received) -> Reply:
        body = json.dumps(self._seen).encode()
        return Reply([body], content_type="application/json", framing="length")


def _steps(prompt: Prompt, seen: dict[str, float]) -> Iterator[Step]:
    records = itertools.cycle(map(_record, prompt.tokens()))
    if prompt.wait:
        yield prompt.wait
    begin = seen["first"] = time.monotonic()
    yield next(records)
    yield 0.0  # sends what there is: the first token goes alone
    if prompt.rate:
        for number in range(1, prompt.records):
            yield max(0.0, begin + number / prompt.rate - time.monotonic())
            yield next(records)
    else:
        yield from itertools.islice(records, prompt.records - 1)
    yield done(eval_count=prompt.records, eval_duration=10**9, prompt_eval_count=10)


def _record(token: str) -> bytes:
    """As long as a record of Ollama is, which has the time in it."""
    body = {"role": "assistant", "content": token}
    return line({"model": MODEL, "created_at": "2026-01-01T00:00:00.123456789Z", "message": body, "done": False})


async def _note_gone(request: Received, seen: dict[str, float]) -> None:
    await request.gone.wait()
    seen["gone"] = time.monotonic()


async def main() -> None:
    """Serve until stdin closes."""
    async with asyncio.TaskGroup() as tasks, FakeModelServer(FakeModel(MODEL)) as server:
        chats = Chats(tasks)
        server.chat = chats.answer
        server.on("/seen", chats.seen)
        sys.stdout.write(server.address + "\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
