"""What the offline assistant does about an intent: which tools it asks, and what it answers.

A plan is a generator: it yields a call, is sent the result, and returns the answer. `offline.py` runs it anew for
every step, over the results that the conversation holds, so that nothing need be remembered. A plan must therefore
depend on nothing but those. The words are in `offline_answers.py`.
"""

import re
from collections.abc import Generator, Mapping, Sequence
from typing import Any

from chatls.providers import offline_answers as answers
from chatls.providers import offline_changes
from chatls.providers.offline_intents import (
    Changed,
    Commits,
    Defined,
    Files,
    Intent,
    Listing,
    Mentions,
    Outline,
    Project,
    Show,
    Used,
)
from chatls.providers.offline_results import Call, Plan, Result, Steps, definitions, hits, numbered, paths
from chatls.providers.offline_words import NAME_PARTS, Place

SHOWN_LINES = 200
"""Lines of a file that are shown where nobody says how many."""
EXCERPT = 10
"""Lines of a definition that are shown with its place."""
WHOLE = 80
"""Lines of a definition that are shown where it is asked for itself."""
README_LINES = 40

_MODULE = re.compile(r"[a-z]\w*(?:\.[a-z]\w*)+")
_PLAIN = re.compile(r"\w+(?:[./]\w+)*")


def plan(intent: Intent) -> Plan | str:
    """The plan for an intent, or the answer where nothing need be looked up."""
    match intent:
        case Defined():
            return _defined(intent)
        case Used():
            return _used(intent)
        case Mentions():
            return _mentions(intent)
        case Files():
            return _files(intent)
        case Listing():
            return _listing(intent.path)
        case Show():
            return _show(intent.place)
        case Outline():
            return _outline(intent.path)
        case Changed() | Commits():
            return offline_changes.plan(intent)
        case Project():
            return _project()
        case _:
            return answers.at_once(intent)


def _defined(it: Defined) -> Plan:
    result = yield from _definitions(it.names, it.scope)
    found = definitions(result)
    if not found:
        return (yield from _elsewhere(it, result))
    if len(found) > 1 and not it.whole:
        return answers.defined(it, found, result)
    first = found[0]
    count = WHOLE if it.whole else EXCERPT
    source = numbered((yield Call("read_file", {"path": first.path, "start_line": first.line, "line_count": count})))
    return answers.defined(it, found, result, source, cut=len(source) == count)


def _definitions(names: Sequence[str], scope: str = ".") -> Steps:
    """What find_symbol says of the first spelling that it knows. A qualified name that is nowhere loses its front."""
    result = Result("")
    for name in dict.fromkeys([*names, *(NAME_PARTS.split(name)[-1] for name in names)]):
        result = yield from _in_scope("find_symbol", {"name": name}, scope)
        if definitions(result):
            break
    return result


def _in_scope(tool: str, arguments: Mapping[str, Any], scope: str) -> Steps:
    """A call below a path; below the whole workspace where there is no such path."""
    if scope != ".":
        result = yield Call(tool, {**arguments, "path": scope})
        if result.failure != "not_found":
            return result
    return (yield Call(tool, arguments))


def _elsewhere(it: Defined, searched: Result) -> Plan:
    """No definition: the name may be that of a file or a folder, or stand in text."""
    if searched.failure:
        return answers.failed(searched)
    named: list[str] = []
    if all(_PLAIN.fullmatch(_module(name)) for name in it.names):
        ends = ",".join(f"{_module(name)}{end}" for name in it.names for end in ("", ".*", "/**"))
        named = paths((yield Call("find_files", {"pattern": f"**/{{{ends}}}"})))
    mentions = yield from _in_scope("search_text", _by_name(it.names, ignore_case=True), it.scope)
    return answers.not_defined(it, searched, named, mentions)


def _module(name: str) -> str:
    """A module's name as a path: `package.module`, `crate::module`."""
    return name.replace("::", "/").replace(".", "/").replace("crate/", "")


def _by_name(names: Sequence[str], *, ignore_case: bool = False) -> dict[str, Any]:
    """The arguments that search for a name as a word of its own."""
    last = [NAME_PARTS.split(name)[-1] or name for name in names]
    case = {"ignore_case": True} if ignore_case else {}
    if not all(re.fullmatch(r"\w+", name, re.ASCII) for name in last):
        return {"pattern": last[0], "literal": True, **case}
    # "retry policy" may stand in text as it was said.
    spelled = [name.replace("_", "[ _-]") for name in last] if len(last) > 1 else last
    return {"pattern": rf"\b({'|'.join(spelled)})\b" if len(spelled) > 1 else rf"\b{spelled[0]}\b", **case}


def _used(it: Used) -> Plan:
    if _MODULE.fullmatch(it.names[0]):
        result = yield from _in_scope("search_text", {"pattern": it.names[0], "literal": True}, it.scope)
        if found := hits(result):
            return answers.used(it, it.names, [], found, Result(""), result)
    known = yield from _definitions(it.names)
    defining = definitions(known)
    # As it is spelled where it is defined, whatever the question's spelling was.
    names = tuple(dict.fromkeys(NAME_PARTS.split(each.name)[-1] for each in defining)) or it.names
    result = yield from _in_scope("search_text", _by_name(names, ignore_case=not defining), it.scope)
    if result.failure:
        return answers.failed(result)
    places = {(each.path, each.line) for each in defining}
    uses = [hit for hit in hits(result) if (hit.path, hit.line) not in places]
    return answers.used(it, names, defining, uses, known, result)


def _mentions(it: Mentions) -> Plan:
    arguments = {"pattern": it.text, "literal": True, "ignore_case": True}
    result = yield from _in_scope("search_text", arguments, it.scope)
    return answers.failed(result) if result.failure else answers.mentions(it.text, hits(result), result)


def _files(it: Files) -> Plan:
    result = yield Call("find_files", {"pattern": it.pattern})
    return answers.failed(result) if result.failure else answers.files(it.pattern, paths(result), result)


def _listing(path: str) -> Plan:
    result = yield Call("list_directory", {"path": path})
    if result.failure == "not_a_folder":
        return (yield from _outline(path))
    if result.failure != "not_found":
        return answers.failed(result) if result.failure else answers.listing(path, result)
    inside = yield Call("find_files", {"pattern": f"**/{path.strip('/')}/**"})
    folders = _folders_called(path, paths(inside))
    if len(folders) == 1:
        return answers.listing(folders[0], (yield Call("list_directory", {"path": folders[0]})))
    modules = [] if folders else [each for each in (yield from _files_called(path)) if _stem(each) == path.lower()]
    return (yield from _outline(modules[0])) if len(modules) == 1 else answers.which("folder", path, folders or modules)


def _folders_called(path: str, found: Sequence[str]) -> list[str]:
    """The folders that a path without its beginning may mean, from the files in them."""
    wanted = f"/{path.strip('/')}/".lower()
    ends = [(file, f"/{file}".lower().find(wanted)) for file in found]
    return sorted({file[: begin + len(wanted) - 2] for file, begin in ends if begin >= 0})


def _stem(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0].lower()


def _show(place: Place) -> Plan:
    window: dict[str, Any] = {"line_count": SHOWN_LINES}
    if place.first is not None and place.last is not None:
        first, last = sorted((max(1, place.first), max(1, place.last)))
        window = {"start_line": first, "line_count": last - first + 1}
    result = yield Call("read_file", {"path": place.path, **window})
    if result.failure == "is_a_folder":
        return (yield from _listing(place.path))
    if result.failure == "not_found":
        there = yield from _files_called(place.path)
        if len(there) != 1:
            return answers.which("file", place.path, there)
        result = yield Call("read_file", {"path": there[0], **window})
        return answers.shown(there[0], result)
    return answers.shown(place.path, result)


def _outline(path: str) -> Plan:
    result = yield Call("outline_file", {"path": path})
    name = path
    if result.failure == "not_found":
        there = yield from _files_called(path)
        if len(there) != 1:
            return answers.which("file", path, there)
        name = there[0]
        result = yield Call("outline_file", {"path": name})
    if result.failure == "unsupported_language":
        return (yield from _show(Place(name)))
    return answers.failed(result) if result.failure else answers.outline(name, result)


def _files_called(path: str) -> Generator[Call, Result, list[str]]:
    """Files that are called as the last part of a path that is not there; those that fit more of it, if there are."""
    last = path.rstrip("/").rpartition("/")[2]
    found = paths((yield Call("find_files", {"pattern": last})))
    same = [each for each in found if each.rpartition("/")[2].lower() == last.lower()]
    ending = [each for each in same if f"/{each}".lower().endswith(f"/{path}".lower())]
    return ending or same or found


def _project() -> Plan:
    found = sorted(paths((yield Call("find_files", {"pattern": "readme*"}))), key=lambda path: path.count("/"))
    if not found:
        return answers.no_readme((yield Call("list_directory", {"path": "."})))
    return answers.readme(found[0], (yield Call("read_file", {"path": found[0], "line_count": README_LINES})))
