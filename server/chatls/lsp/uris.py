"""URIs as clients spell them: the same document or folder, however it is written.

Pure. Which file a URI means is known to `tools/` alone. Used by `lsp/editor.py` and its neighbours.
"""

from pathlib import PurePath
from urllib.parse import quote, unquote, urlsplit


def same(uri: str) -> str:
    """A spelling that is the same for the same document: no percent signs, a Windows drive in lower case."""
    plain = unquote(uri)
    drive = plain.removeprefix("file:///")
    return f"file:///{drive[0].lower()}{drive[1:]}" if drive != plain and drive[1:2] == ":" else plain


def canonical(uri: str) -> str:
    """One valid spelling of a folder's URI."""
    return quote(same(uri), safe="/:").rstrip("/")


def last_part(uri: str) -> str:
    """What a folder is called that has no name."""
    return PurePath(unquote(urlsplit(uri).path)).name or uri
