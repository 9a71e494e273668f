"""What a confined command sees of the machine: the system, and the tools to build and test with; nothing of the user.

The root is empty to begin with: what is not named here is not there (other projects, `/run` with its sockets, `/home`).
Pure but for looking at what exists. Used by `tools/commands/sandbox.py`, once for each process.
"""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from chatls.tools.guard.secrets import secret

SYSTEM = ("usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "etc", "opt", "nix", "gnu", "snap")
"""Folders at the top that hold programs and their settings."""

TOOLCHAINS = (
    *(".cargo/bin", ".cargo/git", ".cargo/registry", ".rustup", "go/bin", "go/pkg/mod", ".ghcup", ".opam", ".juliaup"),
    *(".local/bin", ".local/lib", ".local/pipx", ".local/share/pipx", ".local/share/uv/python"),
    *("miniconda3", "anaconda3", "miniforge3", "mambaforge", ".local/share/mise", ".asdf", ".rbenv", ".rvm"),
    *(".nvm", ".fnm", ".local/share/fnm", ".volta", ".bun/bin", ".deno/bin", ".local/share/pnpm"),
    *(".npm-global/bin", ".npm-global/lib", ".pyenv", ".rye", ".pixi", ".virtualenvs", ".local/share/virtualenvs"),
    *(".local/share/pypoetry", ".cache/pypoetry/virtualenvs", ".local/share/hatch", ".local/share/uv/tools"),
    *(".sdkman/candidates", ".jdks", ".m2/repository", ".dotnet", ".nuget/packages", ".gem/ruby"),
)
"""Where languages and what they have downloaded live in a home folder: the parts that hold no passwords."""

PRIVATE = (".dotnet/corefx", ".local/share/uv/credentials", ".npm-global/etc")
"""Where some of these keep passwords and keys after all."""

CACHES = (".cache", ".npm")
"""What is empty in the home folder and can be written to: compilers and package managers do not work without."""

PRIVATE_TMP = ("/tmp", "/var/tmp")

_DEPTH = 3
"""So deep the settings of the system are searched for what not everybody may read."""


class Machine:
    """The machine under this environment; `empty` is an empty file, to stand for what must not be seen."""

    def __init__(self, environment: Mapping[str, str], empty: str) -> None:
        home = environment.get("HOME", "")
        self.home = os.path.realpath(home) if Path(home).is_absolute() else None
        self._empty = empty
        self._path = environment.get("PATH", "")

    def unfit(self, folder: str) -> str | None:
        """Why a folder cannot be given to a command without giving away what lies in it; None if it can."""
        private = [self.home, *(f"/{name}" for name in SYSTEM), *PRIVATE_TMP, "/dev", "/proc", "/run"]
        if any(Path(place).is_relative_to(folder) for place in private if place):
            return f"the workspace folder {folder} holds all of a user's or the system's files"
        return None

    def system(self) -> list[str]:
        """bubblewrap's arguments for what belongs to the system."""
        return list(self._system())

    def tools(self) -> list[str]:
        """The same for the home folder, and for what was installed elsewhere."""
        return [*self._outside_home(), *self._in_home()]

    def seal(self) -> list[str]:
        """Arguments after which nothing can be made outside the workspace; they come last."""
        return [*(("--remount-ro", self.home) if self.home else ()), "--remount-ro", "/"]

    def _system(self) -> Iterator[str]:
        for name in SYSTEM:
            path = f"/{name}"
            if Path(path).is_symlink():
                yield from ("--symlink", str(Path(path).readlink()), path)
            elif Path(path).is_dir():
                yield from ("--ro-bind", path, path)
        for path in _closed(Path("/etc"), _DEPTH):
            yield from ("--tmpfs", str(path)) if path.is_dir() else ("--ro-bind", self._empty, str(path))
        yield from ("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--symlink", "../tmp", "/var/tmp")

    def _in_home(self) -> Iterator[str]:
        if self.home is None:
            return
        yield from ("--tmpfs", self.home)
        for name in CACHES:
            yield from ("--tmpfs", f"{self.home}/{name}")
        toolchains = [Path(self.home, name) for name in TOOLCHAINS]
        for path in _outermost([*toolchains, *self._programs_in_home(Path(self.home))]):
            yield from ("--ro-bind", str(path), str(path))
        for path in (Path(self.home, name) for name in PRIVATE):
            if path.is_dir():
                yield from ("--tmpfs", str(path), "--remount-ro", str(path))

    def _programs_in_home(self, home: Path) -> Iterator[Path]:
        """Folders of the home folder on PATH, as far as their names are harmless."""
        for path in self._searched():
            parts = path.relative_to(home).parts if path.is_relative_to(home) else ()
            if parts and not any(secret((part,)) or part == ".config" for part in parts):
                yield path

    def _outside_home(self) -> Iterator[str]:
        """Folders on PATH outside of home and system, with what was installed beside them (`lib` beside `bin`)."""
        system = tuple(Path("/", name) for name in SYSTEM)
        hidden = (
            *system,
            *map(Path, PRIVATE_TMP),
            Path("/proc"),
            Path("/dev"),
            *([Path(self.home)] if self.home else []),
        )
        found = [_installation(path) for path in self._searched() if not any(map(path.is_relative_to, hidden))]
        for path in _outermost(path for path in found if self.unfit(str(path)) is None):
            yield from ("--ro-bind", str(path), str(path))

    def _searched(self) -> Iterator[Path]:
        for name in self._path.split(os.pathsep):
            if Path(name).is_absolute():
                yield Path(os.path.realpath(name))


def _installation(programs: Path) -> Path:
    """The folder of an installation by its folder of programs; that one itself where it stands alone."""
    above = programs.parent
    beside = (above / name for name in ("lib", "libexec", "pyvenv.cfg"))
    return above if programs.name == "bin" and any(os.access(path, os.F_OK) for path in beside) else programs


def _outermost(paths: Iterable[Path]) -> list[Path]:
    """Those that are folders this process can enter, without what lies in another of them."""
    kept: list[Path] = []
    for path in sorted(set(paths)):
        if os.access(path, os.R_OK | os.X_OK) and path.is_dir() and not any(map(path.is_relative_to, kept)):
            kept.append(path)
    return kept


def _closed(folder: Path, depth: int) -> Iterator[Path]:
    """What this process can read below a folder, but not everybody: root's secrets, where we are root."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.is_symlink() or not (entry.is_dir() or entry.is_file()):
            continue
        mode = entry.stat().st_mode
        if not mode & stat.S_IROTH and os.access(entry, os.R_OK) and _holds_something(Path(entry)):
            yield Path(entry)
        elif mode & stat.S_IROTH and entry.is_dir() and depth > 1:
            yield from _closed(Path(entry), depth - 1)


def _holds_something(path: Path) -> bool:
    return any(path.iterdir()) if path.is_dir() else path.stat().st_size > 0
