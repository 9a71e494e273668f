"""Which of many paths a user may mean who typed a part of one. Pure; used by `tools/reading/path_index.py`.

A path that begins with what was typed comes first, then one whose name does, then one that has it anywhere in its name,
then anywhere; and where these are few, one that has its characters in this order. Case does not count.
"""

import heapq
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

Passed = Callable[[], bool]

_BATCH = 2_000
"""Paths looked at between two looks at the clock."""


@dataclass(frozen=True, slots=True)
class Known:
    """A path as it is shown (a folder ends with a slash), prepared for being looked for."""

    path: str
    folded: str
    name_at: int
    depth: int


def known(path: str) -> Known:
    folded = path.casefold()
    inside = folded.removesuffix("/")
    return Known(path, folded, inside.rfind("/") + 1, inside.count("/"))


def ranked(candidates: Sequence[Known], typed: str, limit: int, passed: Passed) -> tuple[list[str], bool]:
    """At most `limit` paths, the likeliest first, and whether there are no more. Stops early where time has passed."""
    wanted = typed.casefold().removeprefix("./")
    if not wanted:
        top = sorted((each for each in candidates if not each.depth), key=lambda each: each.folded)
        return [each.path for each in top[:limit]], len(top) == len(candidates) <= limit
    places = list(_within(candidates, wanted, passed))
    best = [each.path for _, each in heapq.nsmallest(limit, places, key=lambda place: (place[0], *_order(place[1])))]
    if len(places) >= limit:
        return best, len(places) == limit and not passed()
    taken = set(best)
    loose = [each for each in _loosely(candidates, wanted, passed) if each.path not in taken]
    more = heapq.nsmallest(limit - len(best), loose, key=_order)
    complete = len(best) + len(loose) <= limit and not passed()
    return [*best, *(each.path for each in more)], complete


def _order(each: Known) -> tuple[int, int, str]:
    return each.depth, len(each.path), each.path


def _within(candidates: Sequence[Known], wanted: str, passed: Passed) -> Iterator[tuple[int, Known]]:
    for each in _until(candidates, passed):
        at = each.folded.find(wanted)
        if at >= 0:
            yield _place(each, wanted, at), each


def _place(each: Known, wanted: str, at: int) -> int:
    """How well a path fits that has `wanted` in it: 0 is best."""
    if at == 0:
        return 0
    if each.folded.startswith(wanted, each.name_at):
        return 1
    return 2 if each.folded.find(wanted, each.name_at) >= 0 else 3


def _loosely(candidates: Sequence[Known], wanted: str, passed: Passed) -> Iterator[Known]:
    # Each class leaves out what it waits for: there is one way to match, and so no backtracking.
    pattern = re.compile("".join(f"[^{re.escape(char)}]*{re.escape(char)}" for char in wanted), re.S)
    return (each for each in _until(candidates, passed) if pattern.match(each.folded))


def _until(candidates: Sequence[Known], passed: Passed) -> Iterable[Known]:
    batches = iter(candidates)
    while not passed() and (batch := list(islice(batches, _BATCH))):
        yield from batch
