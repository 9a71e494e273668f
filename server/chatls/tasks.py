"""The one place that starts an asyncio task which is not inside a `TaskGroup`.

A request's handler, and what runs as long as the server does, begin here; everything below a request lives in a
`TaskGroup` of its own. The loop keeps only weak references to tasks: this module keeps the strong ones.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
logger = logging.getLogger(__name__)
_running: set[asyncio.Task[Any]] = set()


def spawn(
    coroutine: Coroutine[Any, Any, T], *, name: str, on_done: Callable[[asyncio.Task[T]], object] | None = None
) -> asyncio.Task[T]:
    """Start a task that lives until it ends by itself.

    `on_done` is called with the ended task, its failure included; without it a failure is logged by its type.
    """
    task = asyncio.get_running_loop().create_task(coroutine, name=name)
    _running.add(task)
    task.add_done_callback(_running.discard)
    task.add_done_callback(on_done or _log_failure)
    return task


def running() -> int:
    """How many of these tasks are alive: back to what it was after every request."""
    return len(_running)


def _log_failure(task: asyncio.Task[Any]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.error("task %s ended with %s", task.get_name(), type(error).__name__)
