"""Patterns that models and repositories write, matched by RE2: in linear time, whatever they are.

Python's `re` backtracks and holds the interpreter while it does, so it never sees one of these. RE2 is imported here
and nowhere else, when the first pattern comes.
"""

from typing import Any, Protocol, cast

from chatls.tools.base import ToolError

MAX_PATTERN = 2_000
"""Characters of a pattern."""


class Match(Protocol):
    def start(self) -> int: ...

    def end(self) -> int: ...


class Pattern(Protocol):
    """A compiled pattern. Texts are UTF-8, positions bytes; safe to use in several threads."""

    def search(self, text: bytes, pos: int = 0) -> Match | None: ...

    def fullmatch(self, text: bytes) -> Match | None: ...


def compiled(pattern: str, *, ignore_case: bool = False) -> Pattern:
    """Compile a pattern in RE2's syntax; `^` and `$` match at line ends.

    Raises:
        ToolError: `unsupported_pattern`: no pattern, too large, or more than RE2 can do.
    """
    re2 = _re2()
    if len(pattern) > MAX_PATTERN:
        raise ToolError("unsupported_pattern", f"The pattern is longer than {MAX_PATTERN:,} characters.")
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = not ignore_case
    try:
        return cast("Pattern", re2.compile("(?m)" + pattern, options))
    except re2.error as error:
        raise ToolError("unsupported_pattern", _refusal(error)) from None
    except UnicodeEncodeError:
        raise ToolError("unsupported_pattern", "The pattern holds half a character.") from None
    finally:
        re2.purge()  # its cache would keep up to 8 MiB for each of 128 patterns


def escaped(text: str) -> str:
    """The pattern that matches just this text."""
    return str(_re2().escape(text))


def failure() -> type[Exception]:
    """What RE2 raises for a pattern that it cannot take."""
    return _re2().error


def _refusal(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    reason = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return (
        f"The pattern cannot be used: {reason[:200]}. It must be a regular expression as RE2 has them, without "
        "back-references and look-around; set literal to search for the text as it stands."
    )


def _re2() -> Any:
    import re2

    return re2
