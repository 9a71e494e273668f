"""The server goes when the editor that started it is gone, on systems of every kind."""

import asyncio
import errno
import os
import sys

import pytest

from chatls.lsp.parent import wait_until_gone


async def short_lived() -> asyncio.subprocess.Process:
    """A process that ends when its stdin does."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-S", "-c", "import sys; sys.stdin.read()", stdin=asyncio.subprocess.PIPE
    )


async def end(process: asyncio.subprocess.Process) -> None:
    assert process.stdin is not None
    process.stdin.close()
    await process.wait()


def without_pidfd(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "pidfd_open", raising=False)


def refused_pidfd(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(pid: int) -> int:
        raise OSError(errno.ENOSYS, "not here")

    monkeypatch.setattr(os, "pidfd_open", refuse, raising=False)


def with_pidfd(monkeypatch: pytest.MonkeyPatch) -> None:
    if not hasattr(os, "pidfd_open"):
        pytest.skip("only Linux has pidfds")


@pytest.mark.parametrize("system", [with_pidfd, without_pidfd, refused_pidfd])
async def test_f78_the_end_of_a_process_is_noticed_within_a_second(
    monkeypatch: pytest.MonkeyPatch, system: object
) -> None:
    assert callable(system)
    system(monkeypatch)
    process = await short_lived()
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        waiting = group.create_task(wait_until_gone(process.pid))
        await asyncio.wait([waiting], timeout=0.05)
        assert not waiting.done()
        await end(process)
        async with asyncio.timeout(1):
            await waiting


@pytest.mark.parametrize("system", [with_pidfd, without_pidfd])
async def test_a_process_that_is_no_more_needs_no_waiting(monkeypatch: pytest.MonkeyPatch, system: object) -> None:
    assert callable(system)
    system(monkeypatch)
    process = await short_lived()
    await end(process)
    async with asyncio.timeout(1):
        await wait_until_gone(process.pid)


async def test_a_wait_that_is_broken_off_leaves_no_descriptor_open() -> None:
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 (a name, not a path, is counted)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await wait_until_gone(os.getpid())
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
