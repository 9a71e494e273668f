"""Linux's `openat2(2)`: one call that opens a path and cannot be led out of a folder, whoever moves links meanwhile.

Only the call itself. `tools/guard/folder_root.py` is the only caller, and does without where the kernel (before 5.6) or
a container's filter refuses it.
"""

import ctypes
import errno
import functools
import os
import sys
from collections.abc import Sequence
from typing import Any

_NUMBER = 437  # the same on every architecture that Python runs on
_RESOLVE_NO_MAGICLINKS = 0x02
_RESOLVE_NO_SYMLINKS = 0x04
_RESOLVE_BENEATH = 0x08


class _OpenHow(ctypes.Structure):
    _fields_ = (("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64))


@functools.cache
def available() -> bool:
    """Whether this system lets us use it; asked once."""
    if sys.platform != "linux":
        return False
    try:
        os.close(open_beneath(None, (), os.O_RDONLY | os.O_CLOEXEC))
    except (OSError, AttributeError):
        return False
    return True


def open_beneath(folder: int | None, parts: Sequence[str], flags: int) -> int:
    """Open `parts` below the folder of that descriptor (None: the current one). A new descriptor.

    Raises:
        OSError: ELOOP where any part is a symbolic link, else as `open(2)`.
    """
    path = os.fsencode("/".join(parts) or ".")
    at_current = -100
    at = at_current if folder is None else folder
    fd = _system_call()(_NUMBER, at, path, _how(flags), ctypes.sizeof(_OpenHow))
    if fd < 0:
        code = ctypes.get_errno() or errno.EIO
        raise OSError(code, os.strerror(code))
    return fd


@functools.cache
def _how(flags: int) -> Any:
    """The call's third argument, which the kernel only reads."""
    return ctypes.byref(_OpenHow(flags, 0, _RESOLVE_BENEATH | _RESOLVE_NO_SYMLINKS | _RESOLVE_NO_MAGICLINKS))


@functools.cache
def _system_call() -> Any:
    call = ctypes.CDLL(None, use_errno=True).syscall
    call.argtypes = (ctypes.c_long, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_size_t)
    call.restype = ctypes.c_long
    return call
