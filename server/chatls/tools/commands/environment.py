"""The environment of the programs that tools start: a short list of what they need, nothing of what they do not.

Keys and tokens live in environments, so everything that is not listed stays away. Pure; `rooms.py` has the values.
"""

from collections.abc import Mapping
from types import MappingProxyType

ALLOWED = frozenset({"PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "TMPDIR", "TZ"})
ALLOWED_PREFIX = "LC_"

FIXED = MappingProxyType(
    {
        # Nobody is there to answer a question, to scroll, or to see a colour.
        "CI": "1",
        "GIT_PAGER": "cat",
        "GIT_TERMINAL_PROMPT": "0",
        "NO_COLOR": "1",
        "PAGER": "cat",
        "TERM": "dumb",
        # Git would refresh its index on the way, in a repository that others work in.
        "GIT_OPTIONAL_LOCKS": "0",
    }
)
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def clean_environment(inherited: Mapping[str, str]) -> dict[str, str]:
    """What a program gets of an environment, and what it gets besides."""
    kept = {name: value for name, value in inherited.items() if name in ALLOWED or name.startswith(ALLOWED_PREFIX)}
    return {"PATH": DEFAULT_PATH, **kept, **FIXED}
