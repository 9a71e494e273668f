"""Tasks outside any group: kept alive until they end, and never failing unheard."""

import asyncio
import gc

import pytest

from chatls import tasks
from tests.support.clock import settle


async def test_a_task_that_nobody_holds_lives_until_it_ends() -> None:
    before = tasks.running()
    began, may_end, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        began.set()
        await may_end.wait()
        ended.set()

    tasks.spawn(work(), name="work")
    await began.wait()
    gc.collect()
    assert tasks.running() == before + 1
    may_end.set()
    async with asyncio.timeout(5):
        await ended.wait()
    await settle()
    assert tasks.running() == before


async def test_a_failure_that_nobody_awaits_is_logged_without_its_values(caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> None:
        raise KeyError("sk-secret")

    tasks.spawn(fail(), name="probe")
    await settle()
    assert "task probe ended with KeyError" in caplog.text
    assert "secret" not in caplog.text


async def test_a_failure_goes_to_who_asked_for_it_and_not_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> None:
        raise KeyError("x")

    ended: list[asyncio.Task[None]] = []
    tasks.spawn(fail(), name="probe", on_done=ended.append)
    await settle()
    assert isinstance(ended[0].exception(), KeyError)
    assert caplog.text == ""


async def test_a_cancelled_task_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    task = tasks.spawn(asyncio.Event().wait(), name="wait")
    task.cancel()
    await settle()
    assert task.cancelled()
    assert caplog.text == ""
