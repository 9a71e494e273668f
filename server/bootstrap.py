"""Sets chatls up in this clone and runs it: `python3 server/bootstrap.py chat`, or any other subcommand.

Keeps `.venv` at the top of the clone: the pinned packages, chatls itself as an editable install, and a stamp that says
what it was made from. Standard library only, since it runs before anything is there; it imports nothing of chatls and
writes nothing to stdout, which belongs to the program it starts. `tests/run.py` uses it for its own set-up.
"""

import hashlib
import importlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import cast

# Before the first definition: an older Python can read this far, and stops here with a sentence instead of a traceback.
MINIMUM = (3, 11)
if sys.version_info[:2] < MINIMUM:
    sys.exit(
        "chatls needs Python {}.{} or newer, and this is {}.{}: run the same command with a newer one, "
        "for example python3.13.".format(*MINIMUM, *sys.version_info[:2])
    )

if sys.platform == "win32":
    import msvcrt

    def try_lock(descriptor: int) -> bool:
        """Lock an open file against other processes without waiting; False: another one has it."""
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def try_lock(descriptor: int) -> bool:
        """Lock an open file against other processes without waiting; False: another one has it."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = "server/requirements.txt"
LOCK = ".lock"
STAMP = "chatls-stamp.json"
WINDOWS = os.name == "nt"
STARTED = time.monotonic()


class SetupError(Exception):
    """The set-up cannot go on; the text says why, and what a person can do about it."""


def main(arguments: Sequence[str]) -> int:
    """Set up what is needed to run chatls, and run it in place of this process; the exit code where it cannot be."""
    try:
        prepare(ROOT, REQUIREMENTS)
    except (SetupError, OSError) as error:
        say(f"set-up failed: {error}")
        return 1
    except KeyboardInterrupt:
        return 130
    return run_chatls(ROOT, arguments)


def run_chatls(root: Path, arguments: Sequence[str]) -> int:
    """Run the installed program: by exec where there is one, so that signals and the exit code are its own."""
    program = scripts(root) / ("chatls.exe" if WINDOWS else "chatls")
    if not WINDOWS:
        os.execv(program, [str(program), *arguments])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program, which has the same console
    return subprocess.run([program, *arguments], check=False).returncode


def prepare(root: Path, *requirements: str) -> Path:
    """Make `.venv` hold these pinned requirements and chatls, and return its Python. Quick when it does already.

    Several processes may call this at once: one works, the others wait for it.

    Raises:
        SetupError, OSError: it cannot be done.
    """
    wanted = fingerprint(root, requirements)
    if not is_current(root, wanted):
        with exclusive(root / ".venv"):
            if not is_current(root, wanted):
                install(root, requirements, wanted)
    return interpreter(root)


def fingerprint(root: Path, requirements: Sequence[str]) -> dict[str, str]:
    """What a `.venv` is made from: this kind of Python, its place on disk, and the files that name its packages."""
    files = {name: (root / name).read_bytes() for name in ("pyproject.toml", *requirements)}
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    return {"python": str(sys.implementation.cache_tag), "place": str(root / ".venv"), **digests}


def is_current(root: Path, wanted: dict[str, str]) -> bool:
    """Whether `.venv` was made, to the end, from at least what is wanted, and its Python is still there."""
    return wanted.items() <= read_stamp(root).items() and interpreter(root).exists()


def install(root: Path, requirements: Sequence[str], wanted: dict[str, str]) -> None:
    """Bring `.venv` up to date. The stamp goes first and comes back last: without one, the next run begins anew."""
    stamp = read_stamp(root)
    (root / ".venv" / STAMP).unlink(missing_ok=True)
    if any(stamp.get(key) != wanted[key] for key in ("python", "place")) or not interpreter(root).exists():
        make_venv(root / ".venv")
    say("installing the pinned packages")
    files = [argument for name in requirements for argument in ("--requirement", str(root / name))]
    pip(root, "install", "--require-hashes", *files)
    pip(root, "install", "--no-deps", "--no-build-isolation", "--editable", str(root))
    (root / ".venv" / STAMP).write_text(json.dumps(wanted, indent=1), encoding="utf-8")
    say("set-up done")


def make_venv(folder: Path) -> None:
    """Make a virtual environment in a folder whose lock this process holds; what was in the folder goes."""
    require_ensurepip()
    say(f"making {folder}")
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry.name != LOCK:
            entry.unlink()
    import venv  # here: the quick way needs none of it

    try:
        venv.EnvBuilder(symlinks=not WINDOWS, with_pip=True).create(folder)
    except subprocess.CalledProcessError as error:
        raise SetupError(f"this Python ({sys.executable}) could not put pip into {folder}") from error


def require_ensurepip() -> None:
    """See to it that this Python can make a `.venv`; Debian and Ubuntu keep what that takes in a package of its own."""
    if importlib.util.find_spec("ensurepip") is not None:
        return
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if may_apt():
        say(f"installing {package}, which this Python lacks")
        apt_install(package)
        importlib.invalidate_caches()
    if importlib.util.find_spec("ensurepip") is None:
        raise SetupError(
            f"this Python ({sys.executable}) comes without ensurepip, which makes virtual environments: "
            f"install it (Debian, Ubuntu: apt install {package}) and run this again"
        )


def may_apt() -> bool:
    """Whether this process can install system packages: Debian's tools, and root."""
    return not WINDOWS and shutil.which("apt-get") is not None and os.geteuid() == 0


def apt_install(*packages: str) -> bool:
    """Install Debian packages as root, waiting for an apt that already runs; True: they are there now."""
    apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
    run([*apt, "update"])  # lists that are partly out of date may still be good enough: the install says
    return run([*apt, "install", "-y", "--no-install-recommends", *packages])


def pip(root: Path, *arguments: str) -> None:
    """Run the pip of `.venv` as it is configured on this machine."""
    options = ["--disable-pip-version-check", "--no-input", "--quiet"]
    if not run([str(interpreter(root)), "-I", "-m", "pip", *options, *arguments]):
        raise SetupError("pip could not install the packages (see above): check the network, then run this again")


def run(command: Sequence[str]) -> bool:
    """Run a command to its end, its output on stderr; whether it succeeded."""
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=2, check=False).returncode == 0


@contextmanager
def exclusive(folder: Path) -> Generator[None]:
    """Hold a folder, which is made where it is missing, against other processes."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as file:
        waiting = False
        while not try_lock(file.fileno()):
            if not waiting:
                say(f"waiting for another process that works in {folder}")
                waiting = True
            time.sleep(0.1)
        yield


def read_stamp(root: Path) -> dict[str, str]:
    """The stamp of `.venv`; empty where there is none that can be read."""
    try:
        stamp = json.loads((root / ".venv" / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return cast("dict[str, str]", stamp) if isinstance(stamp, dict) else {}


def scripts(root: Path) -> Path:
    """Where the programs of `.venv` are."""
    return root / ".venv" / ("Scripts" if WINDOWS else "bin")


def interpreter(root: Path) -> Path:
    """The Python of `.venv`."""
    return scripts(root) / ("python.exe" if WINDOWS else "python")


def say(text: str) -> None:
    """Tell the person at the terminal what is being done, and how many seconds it has taken so far."""
    sys.stderr.write(f"chatls [{time.monotonic() - STARTED:5.1f} s] {text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
