"""Watches the process that started us (`processId` of `initialize`): when it is gone, nobody needs us any more.

Linux tells by a pidfd, which also outlives a reused process id; elsewhere the process is asked for twice a second.
Called by `lsp/server.py`.
"""

import asyncio
import os
import sys

POLL_SECONDS = 0.5


async def wait_until_gone(pid: int) -> None:
    """Return when the process has ended, or at once if there is none."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    except (AttributeError, OSError):  # not Linux, or a kernel or sandbox that refuses it
        await _wait_asking(pid)
    else:
        await _wait_pidfd(descriptor)


async def _wait_asking(pid: int) -> None:
    while _is_alive(pid):  # noqa: ASYNC110 (nothing tells: the system has to be asked)
        await asyncio.sleep(POLL_SECONDS)


async def _wait_pidfd(descriptor: int) -> None:
    loop = asyncio.get_running_loop()
    gone = asyncio.Event()
    try:
        loop.add_reader(descriptor, gone.set)
        await gone.wait()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)


def _is_alive(pid: int) -> bool:
    if sys.platform == "win32":
        return _is_alive_on_windows(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_alive_on_windows(pid: int) -> bool:
    """There `os.kill(pid, 0)` would be a Ctrl-C."""
    import ctypes

    synchronize, wait_timeout = 0x00100000, 0x102
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 (the attribute exists on Windows alone)
    handle = kernel.OpenProcess(synchronize, False, pid)
    if not handle:
        return False
    alive = kernel.WaitForSingleObject(handle, 0) == wait_timeout
    kernel.CloseHandle(handle)
    return bool(alive)
