"""The package that people install: it holds what it needs, and nothing more."""

import json
import zipfile
from pathlib import Path

import bootstrap
import chatls

LIMIT = 1024 * 1024
START_LIMIT = 128 * 1024
"""Bytes that are read before the extension is active; the library that speaks with the server alone is thrice that."""
WHEEL = f"extension/dist/chatls-{chatls.__version__}-py3-none-any.whl"
CONTENT = {
    "[Content_Types].xml",
    "extension.vsixmanifest",
    "extension/LICENSE.txt",
    "extension/package.json",
    "extension/readme.md",
    "extension/screenshot.png",
    "extension/dist/extension.js",
    "extension/dist/languageclient.js",
    "extension/dist/webview.css",
    "extension/dist/webview.js",
    "extension/media/chatls.svg",
    "extension/media/icon.png",
    WHEEL,
}


def test_the_package_is_no_larger_than_a_megabyte(package: Path) -> None:
    assert package.stat().st_size <= LIMIT


def test_the_library_for_the_server_is_not_loaded_with_the_extension(package: Path) -> None:
    with zipfile.ZipFile(package) as archive:
        assert archive.getinfo("extension/dist/extension.js").file_size <= START_LIMIT
        assert archive.getinfo("extension/dist/languageclient.js").file_size > START_LIMIT


def test_the_package_holds_the_extension_the_server_and_nothing_else(package: Path) -> None:
    with zipfile.ZipFile(package) as archive:
        assert set(archive.namelist()) == CONTENT


def test_the_package_carries_the_licence(package: Path) -> None:
    with zipfile.ZipFile(package) as archive:
        assert archive.read("extension/LICENSE.txt") == (bootstrap.ROOT / "LICENSE").read_bytes()


def test_the_extension_has_the_version_of_its_server(package: Path) -> None:
    with zipfile.ZipFile(package) as archive:
        assert json.loads(archive.read("extension/package.json"))["version"] == chatls.__version__


def test_the_server_in_the_package_is_whole(package: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(package) as archive, zipfile.ZipFile(archive.extract(WHEEL, tmp_path)) as wheel:
        modules = {name for name in wheel.namelist() if name.endswith(".py")}
    folder = bootstrap.ROOT / "server"
    assert modules == {path.relative_to(folder).as_posix() for path in folder.glob("chatls/**/*.py")}
