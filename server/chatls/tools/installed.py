"""Programs of the system that we start ourselves, found by name: never one that came with the workspace.

Called by the tools that start one, and by `chatls doctor`.
"""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path


def installed(name: str, path: str | None, folders: Iterable[str]) -> str | None:
    """The real path of a program on `path` (as the variable PATH; None: this process's own); None if there is none.

    What lies in one of `folders`, the workspace's real paths, is passed over.
    """
    inside = [Path(folder) for folder in folders]
    for place in os.get_exec_path() if path is None else path.split(os.pathsep):
        found = shutil.which(name, path=place) if Path(place).is_absolute() else None
        if found is not None:
            real = Path(found).resolve()
            if not any(real.is_relative_to(folder) for folder in inside):
                return str(real)
    return None
