"""The one place that starts an asyncio task which is not inside a `TaskGroup`.

A request's handler, and what runs as long as the server does, begin here; everything below a request lives in a
`TaskGroup` of its own. The loop keeps only weak references to tasks: this module keeps the strong ones.
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
logger = logging.getLogger(__name__)
_running: set[asyncio.Task[Any]] = set()


def spawn(coroutine: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T]:
    """Start a task that lives until it ends by itself; a failure that nobody awaits is logged by its type."""
    task = asyncio.get_running_loop().create_task(coroutine, name=name)
    _running.add(task)
    task.add_done_callback(_forget)
    return task


def running() -> int:
    """How many of these tasks are alive: back to what it was after every request."""
    return len(_running)


def _forget(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.error("task %s ended with %s", task.get_name(), type(error).__name__)
