"""Has what the tests of the VS Code extension take: real VS Codes, a real Chromium, and the extension's own packages.

`python -m tests.support.vscode_install` installs all of it, so that `tests/run.py` can have that done beside other
checks; the fixtures of `tests/vscode/` wait for it. VS Code is code-server, which npm has: the same editor, the same
extension host, drawn by a browser. Everything but Debian packages and `node_modules` lies in the cache folder.
"""

import json
import os
import shutil
import sys
from pathlib import Path

import bootstrap
from tests.support.install import Unavailable, cache, install_packages
from tests.support.node import Node, any_node, node, run

OLD, NEW = "4.100.3", "4.139.1"
"""VS Code 1.100, the oldest that the extension supports, and 1.139."""
VERSIONS = (OLD, NEW) if os.environ.get("CI") == "true" else (OLD,)
"""The newer one takes 800 MB and half of the time: it is for full runs."""
EXTENSION = bootstrap.ROOT / "editor-clients" / "vscode"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NPM = ("--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error")
"""Install scripts would compile modules that no test needs, and download programs."""
STAND_INS = {
    "node_modules/argon2": "argon2.js",
    "lib/vscode/node_modules/@vscode/native-watchdog": "watchdog.js",
    "lib/vscode/node_modules/@vscode/spdlog": "spdlog.js",
    "lib/vscode/node_modules/native-watchdog": "watchdog.js",
}
"""For native modules without a binary for this machine: the module's folder, and the file in `code_server/`."""


def main() -> int:
    """Install everything; a machine that cannot has its reason told, and again by each test that is skipped."""
    try:
        extension_packages()
        chromium()
        for version in VERSIONS:
            bootstrap.say(f"VS Code: {code_server(version)}")
    except Unavailable as error:
        bootstrap.say(f"no VS Code: {error}")
    return 0


def chromium() -> str:
    """The path of a Chromium or Chrome, installed if need be.

    Raises:
        Unavailable: there is none, and it cannot be installed here.
    """
    wanted = (os.environ.get("CHROMIUM", ""), *BROWSERS)
    if not any(shutil.which(name) for name in wanted):
        install_packages("chromium")
    return next(path for name in wanted if (path := shutil.which(name)))


def extension_packages() -> Node:
    """Install the extension's packages as its lock file has them; the Node that runs its scripts."""
    tools = any_node()
    stamp = EXTENSION / "node_modules" / ".package-lock.json"
    lock = EXTENSION / "package-lock.json"
    with bootstrap.exclusive(cache() / "vscode-packages"):
        if not stamp.exists() or packages(stamp) != packages(lock):
            bootstrap.say("installing the packages of the VS Code extension")
            run((*tools.npm, "ci", "--loglevel=error"), EXTENSION, tools.environment)
    return tools


def packages(lock: Path) -> dict[str, str]:
    """Name and version of the packages in a lock file, but for those of other systems, which npm leaves out."""
    entries = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    return {
        path: entry["version"] for path, entry in entries.items() if path and not ({"os", "optional"} & entry.keys())
    }


def code_server(version: str) -> Path:
    """The program of a code-server, installed if need be.

    Raises:
        Unavailable: npm does not give it, or it does not start here.
    """
    folder = cache() / f"code-server-{version}"
    program = folder / "code-server"
    with bootstrap.exclusive(folder):
        if not program.exists():
            bootstrap.say(f"installing code-server {version}, once")
            install_code_server(version, folder)
    return program


def install_code_server(version: str, folder: Path) -> None:
    """Install into a folder; the program gets its name there when it has started once."""
    app = folder / "app"
    shutil.rmtree(app, ignore_errors=True)
    tools = any_node()
    archive = run((*tools.npm, "pack", "--silent", f"code-server@{version}"), folder, tools.environment).strip()
    shutil.unpack_archive(folder / archive, folder / "unpacked", filter="data")
    (folder / archive).unlink()
    (folder / "unpacked" / "package").rename(app)
    (folder / "unpacked").rmdir()
    # Each in its own folder, where its list of exact versions counts: a package's is passed over when it is installed.
    wrong_node = ("--engine-strict=false", "--omit-lockfile-registry-resolved")
    run((*tools.npm, "ci", *NPM, *wrong_node), app, tools.environment)
    run((*tools.npm, "install", *NPM, *wrong_node), app / "lib" / "vscode", tools.environment)
    fill_gaps(app)
    start_with(own_node(app), app, folder / "code-server")


def own_node(app: Path) -> Path:
    """The Node that this code-server was made for: another major version fails at the start."""
    wanted = json.loads((app / "package.json").read_text(encoding="utf-8"))["engines"]["node"]
    return node(int("".join(filter(str.isdigit, wanted.split(".")[0])))).program


def fill_gaps(app: Path) -> None:
    """Put in place what install scripts would have built or downloaded."""
    for name, file in STAND_INS.items():
        module = app / name
        if module.exists() and not list(module.glob("prebuilds/*/*.node")):
            main_file = json.loads((module / "package.json").read_text(encoding="utf-8")).get("main", "index.js")
            shutil.copy(Path(__file__).parent / "code_server" / file, module / main_file)
    ripgrep = app / "lib/vscode/node_modules/@vscode/ripgrep"
    if ripgrep.exists() and not (ripgrep / "bin/rg").exists():
        if shutil.which("rg") is None:
            install_packages("ripgrep")
        (ripgrep / "bin").mkdir(exist_ok=True)
        (ripgrep / "bin/rg").symlink_to(shutil.which("rg") or "rg")


def start_with(program: Path, app: Path, launcher: Path) -> None:
    """Write the program that starts this code-server; it gets its name when it has said its version."""
    unfinished = launcher.with_suffix(".unfinished")
    unfinished.write_text(f'#!/bin/sh\nexec "{program}" "{app}/out/node/entry.js" "$@"\n', encoding="utf-8")
    unfinished.chmod(0o755)
    run((str(unfinished), "--version"))
    unfinished.rename(launcher)


if __name__ == "__main__":
    sys.exit(main())
