"""How the program ends: what it returns, and how it says why."""

import sys

DONE, FAILED, USAGE, CANCELLED = 0, 1, 2, 130
TWICE_WITHIN = 2.0
"""Seconds within which a second Ctrl-C ends the program."""


def fail(problem: str, code: int = FAILED) -> int:
    """Say on stderr what is wrong; returns the exit code."""
    sys.stderr.write(f"chatls: {problem}\n")
    return code
