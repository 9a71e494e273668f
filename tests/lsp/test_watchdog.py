"""A loop that stands still is noticed, and the log says where; one that is only idle is left alone."""

import logging
import threading
from collections.abc import Callable

import pytest

from chatls.lsp.watchdog import Watchdog
from tests.support.process_facts import until

PATIENCE = 0.02


def hold_the_loop(until: Callable[[], bool], seconds: float = 5.0) -> None:
    """What no handler may do."""
    held = threading.Event()
    for _ in range(round(seconds / PATIENCE)):
        if until():
            return
        held.wait(PATIENCE)


async def warmed(watchdog: Watchdog) -> None:
    """Wait until its thread looks."""
    await until(lambda: watchdog.awake)


async def test_f69_what_holds_the_loop_is_logged_with_the_place(caplog: pytest.LogCaptureFixture) -> None:
    watchdog = Watchdog(PATIENCE)
    with watchdog.watching(), caplog.at_level(logging.WARNING, "chatls"):
        await warmed(watchdog)
        hold_the_loop(lambda: bool(caplog.records))
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "hold_the_loop" in caplog.text


async def test_f69_one_hold_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    watchdog = Watchdog(PATIENCE)
    with watchdog.watching(), caplog.at_level(logging.WARNING, "chatls"):
        await warmed(watchdog)
        hold_the_loop(lambda: False, 10 * PATIENCE)
    assert len(caplog.records) == 1


async def test_a_loop_without_requests_is_not_watched(caplog: pytest.LogCaptureFixture) -> None:
    watchdog = Watchdog(PATIENCE)
    with watchdog.watching():
        await warmed(watchdog)
    await until(lambda: not watchdog.awake)
    with caplog.at_level(logging.WARNING, "chatls"):
        hold_the_loop(lambda: False, 10 * PATIENCE)
    assert caplog.records == []


async def test_a_closed_one_leaves_no_thread_behind() -> None:
    before = threading.active_count()
    watchdog = Watchdog(PATIENCE)
    with watchdog.watching():
        await warmed(watchdog)
        assert threading.active_count() == before + 1
        watchdog.close()
        await until(lambda: threading.active_count() == before)
