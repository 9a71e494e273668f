"""bubblewrap, the program that confines commands on Linux: where it is, and whether it works on this machine.

Knows nothing of the workspace (`tools/commands/sandbox.py` does), so that `chatls doctor` can ask here too.
"""

import subprocess
import sys
from collections.abc import Iterable
from typing import NamedTuple

from chatls.tools.installed import installed

CONFINED = (
    # One by one instead of all: what cannot be had must be an error, but for control groups, which old kernels lack.
    *("--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-net", "--unshare-cgroup-try"),
    # Also for root: no rights of its own, and none to be had in another namespace.
    *("--disable-userns", "--cap-drop", "ALL"),
    # No terminal to type into; nothing outlives the server.
    *("--new-session", "--die-with-parent"),
)
"""What holds for everything that is run confined."""

PROBE_SECONDS = 10.0

_APPARMOR = "AppArmor forbids it: give bwrap a profile, or `sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`."
_MENDS = (
    ("disable-userns", "Update bubblewrap to version 0.8 or newer."),
    ("uid map", _APPARMOR),
    ("RTM_NEWADDR", _APPARMOR),
    ("mount proc", "This container forbids it: start it with `--security-opt systempaths=unconfined`."),
    ("namespace", "User namespaces are off: `sysctl -w user.max_user_namespaces=15000`; in a container, allow them."),
)
"""What bubblewrap says, and what helps then."""


class Trouble(NamedTuple):
    """Why commands cannot be confined, and what would mend it."""

    text: str
    mend: str


def find(path: str | None = None, folders: Iterable[str] = ()) -> str | Trouble:
    """The program, outside of `folders`; see `tools/installed.py`."""
    if sys.platform != "linux":
        return Trouble("commands can be confined on Linux only", "")
    found = installed("bwrap", path, folders)
    return found or Trouble("bubblewrap is not installed", "Install it (`apt install bubblewrap`).")


def examine(program: str) -> Trouble | None:
    """Try it once for real; None if it works. Takes some milliseconds, `PROBE_SECONDS` at most."""
    command = [program, *CONFINED, "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]
    try:
        done = subprocess.run(
            [*command, "--", program, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PROBE_SECONDS,
            check=False,
            env={},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Trouble(f"{program} cannot be run: {type(error).__name__}", "Install bubblewrap anew.")
    if done.returncode == 0:
        return None
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    said = lines[-1] if lines else f"exit code {done.returncode}"
    return Trouble(f"bubblewrap does not work here: {said.removeprefix('bwrap: ')}", _mend(said))


def _mend(said: str) -> str:
    known = (mend for word, mend in _MENDS if word in said)
    return next(known, "Commands run unconfined until then, each only after you allowed it.")
