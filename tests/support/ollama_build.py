"""Has a real Ollama: the one on PATH, else one built from its Go module into the cache folder, once per machine.

`tests/run.py` runs this as a program early, so that the minutes it takes pass beside other checks; `ollama.py`, which
serves with it, waits for that. The version is the last that builds whole with Go and a C++ compiler alone.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import bootstrap
from tests.support.install import Unavailable, cache, install_packages

VERSION = "v0.24.0"
MINIAUDIO = "github.com/gen2brain/malgo@v0.11.24"
"""A Go module that carries miniaudio.h. Modules leave out folders named `vendor`, and Ollama's copy with them."""
HEADERS = {
    "nlohmann-json3-dev": Path("/usr/include/nlohmann/json.hpp"),
    "libstb-dev": Path("/usr/include/stb/stb_image.h"),
}
"""Left out for the same reason: Debian packages, and a header of each."""


def main() -> int:
    """Have the program ready; a machine that cannot has its reason told, and again by each test that is skipped."""
    try:
        bootstrap.say(f"real Ollama: {find_ollama()}")
    except Unavailable as error:
        bootstrap.say(f"no real Ollama: {error}")
    return 0


def find_ollama() -> Path:
    """The path of the program, built if need be: minutes the first time.

    Raises:
        Unavailable: it is neither on PATH nor can it be built here.
    """
    if found := shutil.which("ollama"):
        return Path(found)
    folder = cache() / f"ollama-{VERSION}"
    with bootstrap.exclusive(folder):
        if not (folder / "ollama").exists():
            build(folder)
    return folder / "ollama"


def build(folder: Path) -> None:
    """Build the program into a folder; it gets its name there when it is whole."""
    missing = [tool for tool in ("go", "gcc", "g++") if shutil.which(tool) is None]
    if missing:
        raise Unavailable(f"no ollama on PATH, and building one takes {' and '.join(missing)}, not found here")
    if packages := [package for package, header in HEADERS.items() if not header.exists()]:
        install_packages(*packages)
    bootstrap.say(f"building Ollama {VERSION} beside the other checks: 3 to 4 minutes on 2 cores, once")
    include = folder / "include" / "miniaudio"
    include.mkdir(parents=True, exist_ok=True)
    shutil.copy(go_module(MINIAUDIO) / "miniaudio.h", include)
    unfinished = folder / "unfinished"
    go(
        "install",
        f"github.com/ollama/ollama@{VERSION}",
        environment={"CGO_ENABLED": "1", "CGO_CPPFLAGS": f"-I{folder / 'include'}", "GOBIN": str(unfinished)},
    )
    (unfinished / "ollama").replace(folder / "ollama")


def go_module(module: str) -> Path:
    """Where Go keeps the unpacked files of a module, fetched if need be."""
    return Path(json.loads(go("mod", "download", "-json", module))["Dir"])


def go(*arguments: str, environment: Mapping[str, str] | None = None) -> str:
    """Run go with settings of its own (`environment`), behind everything else that wants the CPU; its output."""
    settings = [f"{name}={value}" for name, value in (environment or {}).items()]
    command = ["nice", "-n", "15", "env", *settings, "go", *arguments]
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        reason = (result.stderr.strip().splitlines() or ["without a word"])[-1]
        raise Unavailable(f"go {arguments[0]} {arguments[-1]} failed: {reason}")
    return result.stdout


if __name__ == "__main__":
    sys.exit(main())
