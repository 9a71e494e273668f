"""From `file:` URIs (RFC 8089) to local paths, and which spellings of a path are refused at once.

Pure. Nothing here looks at the disk; `tools/guard/paths.py` says what lies in the workspace.
"""

import os
import re
from urllib.parse import unquote_to_bytes

MAX_PATH = 4096
"""Characters of a path as it is given: PATH_MAX of Linux."""

# Two letters or more: a single one before the colon is a drive of Windows.
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_UNUSABLE = re.compile("[\0\r\n\ud800-\udfff]")
_WINDOWS = os.name == "nt"


def scheme_of(text: str) -> str | None:
    """The scheme in lower case of what begins like a URI, else None ("./a:b" is a path)."""
    found = _SCHEME.match(text)
    return found[1].lower() if found else None


def path_of(uri: str) -> str | None:
    """The absolute path that a `file:` URI names, percent-decoded once; None for what is not on this machine."""
    if scheme_of(uri) != "file":
        return None
    rest = uri[len("file:") :]
    host = ""
    if rest.startswith("//"):
        host, slash, path = rest[2:].partition("/")
        rest = slash + path
    path = os.fsdecode(unquote_to_bytes(re.split("[?#]", rest, maxsplit=1)[0]))
    if _WINDOWS:
        return _windows_path(host, path)
    return path if host in ("", "localhost") and path.startswith("/") else None


def problem(path: str) -> str | None:
    """Why a spelling cannot be a path at all, as the end of a sentence; None if it can."""
    if _UNUSABLE.search(path):
        return "holds a line break, a NUL or half a character"
    return f"is longer than {MAX_PATH:,} characters" if len(path) > MAX_PATH else None


def _windows_path(host: str, path: str) -> str | None:
    """`/c:/x` is `c:\\x`, and a host makes a share; anything else has no drive and is nowhere."""
    if host and host != "localhost":
        return f"\\\\{host}{path}".replace("/", "\\")
    return path[1:].replace("/", "\\") if re.match("/[A-Za-z]:/", path) else None
