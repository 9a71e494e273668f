"""The process that parses: sources in, definitions out, until its input ends.

A request is a line with the language and the number of bytes, then the source; the answer is one line of JSON, a list
for each definition. It may be killed at any time. Started by `tools/symbols/process.py` as `python -m`; imports little,
for somebody waits for it.
"""

import json
import sys
from contextlib import suppress
from operator import attrgetter
from typing import BinaryIO

from chatls.tools.symbols.parse import definitions

try:
    import resource
except ImportError:  # Windows
    resource = None

FIELDS = ("kind", "within", "own", "separator", "line", "depth", "signature")
"""What an answer tells of a definition, in this order: all there is."""
MAX_MEMORY = 1024**3
"""Bytes of address space: a source of 1 MiB needs a tenth, one made to be slow would take what there is."""


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until there are no more."""
    fields = attrgetter(*FIELDS)
    while header := requests.readline():
        language, size = header.decode().split()
        found = [fields(each) for each in definitions(requests.read(int(size)), language)]
        answers.write(json.dumps(found).encode() + b"\n")
        answers.flush()


def main() -> None:
    if resource is not None:
        # macOS knows the limit and refuses to set it.
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    with open(1, "wb", closefd=False) as answers:
        serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
