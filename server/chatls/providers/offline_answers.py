"""The offline assistant's answers, in Markdown: places as `path:line`, code fenced with its language.

Only wording; what is to be said was found out by `offline_plans.py`. Nothing is named here that a tool did not name.
"""

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Literal

from chatls.providers.offline_intents import Connect, Defined, Greeting, Help, Missing, Unclear, Used, Words
from chatls.providers.offline_markdown import block, code, fenced
from chatls.providers.offline_results import Definition, Hit, Result, hits, numbered
from chatls.providers.offline_words import NAME_PARTS
from chatls.providers.ollama import SUGGESTED_MODEL

MAX_LINES = 30
"""Places that one answer lists."""
MAX_PATHS = 50

INTRODUCTION = (
    "_I am chatls' offline assistant, not a language model: I look things up in your workspace. For a model, start "
    f"[Ollama](https://ollama.com), `ollama pull {SUGGESTED_MODEL}`, or configure one (“how do I connect a model?”)._"
)
CONNECT = f"""\
1. Install [Ollama](https://ollama.com) and start it (`ollama serve`, or its application).
2. Get a model that can use tools: `ollama pull {SUGGESTED_MODEL}`.
3. Ask again. Once Ollama answers, its first such model is used instead of me; to choose another, name it as \
`ollama/NAME` (`/model` in the terminal chat, or the setting `model`).

If Ollama runs elsewhere, set `ollama.address` in `config.toml`, or `OLLAMA_HOST`. `chatls models` lists what can be \
reached, `chatls doctor` says what is wrong with a set-up."""
_EXAMPLES = (
    "where is `parse_config` defined?",
    "who calls `parse_config`?",
    "outline `src/app.py`",
    "what does this project do?",
)
_ABILITIES = """\
I can say where something is defined or used, who calls it, which files mention a text or have a name, what is in a \
folder, what a file defines, what has changed since the last commit, and show a file or some lines of it."""


def _examples(examples: Sequence[str]) -> str:
    return "\n".join(f"- {example}" for example in examples)


HELP = f"{INTRODUCTION}\n\n{_ABILITIES} For example:\n\n{_examples(_EXAMPLES)}"

_SAID_ALREADY = ("source files looked at", "nothing is spelled")


def failed(result: Result) -> str:
    """A tool could not do it; it says itself why."""
    return f"I could not look that up: {result.message.partition('; start_line')[0].rstrip('.')}."


def no_tool(tool: str, *, any_tools: bool) -> str:
    if not any_tools:
        return "I have no tools here, and without them I cannot look anything up in the workspace."
    return f"To answer that I need the tool `{tool}`, which is not available here."


def at_once(intent: Words) -> str:
    """What is said without looking anything up."""
    match intent:
        case Connect():
            return CONNECT
        case Help():
            return HELP
        case Greeting():
            return f"Hello! {HELP}"
        case Missing(what="name"):
            return "Which name do you mean? Write it out, for example: where is `parse_config` defined?"
        case Missing():
            return "Which file do you mean? Attach it, or write its path, for example: outline `src/app.py`"
        case Unclear():
            return unclear(intent)


def unclear(it: Unclear) -> str:
    """What can be asked instead, about what was mentioned."""
    name, path = next(iter(it.names), None), next(iter(it.paths), None)
    fitted: list[str] = []
    if name:
        fitted += [f"where is {code(name)} defined?", f"where is {code(name)} used?", f"who calls {code(name)}?"]
    if path:
        fitted += [f"outline {code(path)}", f"show {code(path)}"]
    if name and not path:
        fitted.append(f"which files mention {code(name)}?")
    examples = [*fitted, *(_EXAMPLES[-1:] if fitted else ()), *(() if len(fitted) > 2 else _EXAMPLES)]
    why = "That takes a language model, and I am none." if it.for_model else "I did not understand that."
    return f"{why} {_ABILITIES} For example:\n\n{_examples(list(dict.fromkeys(examples))[:4])}"


def defined(
    it: Defined,
    found: Sequence[Definition],
    result: Result,
    source: Sequence[tuple[int, str]] = (),
    *,
    cut: bool = False,
) -> str:
    """Where it is; with `source`, the lines from there on, also how it looks. `cut` says that there are more lines."""
    parts: list[str] = []
    if any(note.startswith("nothing is spelled exactly") for note in result.notes):
        parts.append(f"Nothing is spelled exactly {code(it.names[0])}, but in another case:")
    elif not _is_asked_for(it, found[0]):
        parts.append(f"I found no {code(it.names[0])}, but this:")
    if len(found) == 1 or source:
        parts += _one(found[0], source, cut=cut, whole=it.whole)
    if len(found) > 1:
        parts.append(_several(found[1:], "Also:") if source else _several(found, ""))
    if it.explain:
        parts.append("What it is for, its source must tell: to explain it takes a language model.")
    return _joined(parts, result)


def _one(it: Definition, source: Sequence[tuple[int, str]], *, cut: bool, whole: bool) -> list[str]:
    lines = block(source)
    told = f"{code(it.name)} is {_article(it.kind)}, defined at {_at(it)}"
    parts = [f"{told}:\n\n{fenced(lines, it.path)}" if lines else f"{told}."]
    if cut and len(lines) == len(source):
        following = source[-1][0] + 1
        more = f"show {code(f'{it.path}:{following}-{following + 99}')}" if whole else "show it"
        parts.append(f"It goes on after that: “{more}” shows more.")
    return parts


def _several(found: Sequence[Definition], head: str) -> str:
    head = head or f"{code(NAME_PARTS.split(found[0].name)[-1])} is defined in {len(found)} places:"
    shown = [f"- {_at(each)} {each.kind} {code(each.name)}: {code(each.signature)}" for each in found[:MAX_LINES]]
    return "\n".join([head, "", *shown, *_more(len(found))])


def not_defined(it: Defined, searched: Result, named: Sequence[str], mentions: Result) -> str:
    """Nothing defines it; what else has the name."""
    found = hits(mentions)
    name = " or ".join(map(code, it.names))
    looked = next(iter(searched.notes), "")
    none = f"I found no definition of {name} ({looked})" if looked else f"I found no definition of {name}"
    if not named and not found:
        if it.explain:
            return f"{unclear(Unclear(for_model=True))}\n\n{none}, and no file or line of text that has the name."
        return f"{none}, no file of that name, and no line of text in the workspace that has it."
    parts = [f"{none}."]
    if named:
        parts.append("\n".join(["These files have the name in their path:", "", *_paths(named)]))
    if found:
        parts.append("\n".join(["These lines mention it:", "", *_places(found)]))
    return _joined(parts, mentions)


def used(
    it: Used, names: Sequence[str], found: Sequence[Definition], uses: Sequence[Hit], known: Result, result: Result
) -> str:
    """The lines that have the name, but for those that define it."""
    name = " or ".join(map(code, names if found else it.names))
    word = "called" if it.calls else "used"
    calls = [hit for hit in uses if _calls(hit.text, names)] if it.calls else uses
    where = f"It is defined at {', '.join(map(_at, found[:3]))}." if found else ""
    if not uses and not found:
        looked = next(iter(known.notes), "")
        return f"I found nothing called {name}: no definition ({looked}), and no line of text that has the name."
    if not uses:
        return _joined([f"I found no place where {name} is {word}.", where], result)
    if not calls:
        head = f"I found no call of {name}, but lines that mention it:"
        return _joined(["\n".join([head, "", *_places(uses)]), where], result)
    files = len({hit.path for hit in calls})
    lines = "1 line" if len(calls) == 1 else f"{len(calls)} lines of {files} file{'s' if files > 1 else ''}"
    nowhere = "" if found or not known.text else "I found no definition of it, but: "
    return _joined(["\n".join([f"{nowhere}{name} is {word} in {lines}:", "", *_places(calls)]), where], result)


def mentions(text: str, found: Sequence[Hit], result: Result) -> str:
    if not found:
        return _joined([f"No file in the workspace mentions {code(text)}: I searched all text, in any case."], result)
    files = len({hit.path for hit in found})
    head = f"{files} file{'s' if files > 1 else ''} mention{'' if files > 1 else 's'} {code(text)}:"
    lines: list[str] = []
    for path, group in groupby(found, key=lambda hit: hit.path):
        first, *more = group
        note = f" (and {len(more)} more line{'s' if len(more) > 1 else ''})" if more else ""
        lines.append(f"- {code(f'{path}:{first.line}')} {code(first.text.strip())}{note}")
    return _joined(["\n".join([head, "", *lines[:MAX_PATHS], *_more(len(lines), MAX_PATHS)])], result)


def files(pattern: str, found: Sequence[str], result: Result) -> str:
    what = f"matches {code(pattern)}" if "*" in pattern else f"has {code(pattern)} in its name"
    if not found:
        return _joined([f"No file in the workspace {what}."], result)
    head = f"{len(found)} files match {code(pattern)}:" if len(found) > 1 else f"One file {what}:"
    return _joined(["\n".join([head, "", *_paths(found)])], result)


def which(kind: Literal["file", "folder"], path: str, there: Sequence[str]) -> str:
    if not there:
        return f"There is no {kind} {code(path)} in the workspace."
    return "\n".join([f"There is no {kind} {code(path)}. Do you mean one of these?", "", *_paths(there)])


def listing(path: str, result: Result) -> str:
    if result.failure:
        return failed(result)
    if not result.lines:
        return f"{_folder(path)} is empty."
    return _joined([f"{_folder(path)} holds:\n\n{fenced(result.lines, '')}"], result)


def shown(path: str, result: Result) -> str:
    if result.failure:
        return failed(result)
    lines = numbered(result)
    if not lines:
        return _joined([f"{code(path)}:"], result)
    place = code(f"{path}:{lines[0][0]}-{lines[-1][0]}")
    return _joined([f"{place}:\n\n{fenced([text for _, text in lines], path)}"], result)


def outline(path: str, result: Result) -> str:
    lines = [line for line in result.lines if re.match(r"\d+:", line)]
    if not lines:
        return f"{code(path)} defines nothing that I can see."
    return _joined([f"{code(path)} defines (line: what):\n\n{fenced(lines, '')}"], result)


def readme(path: str, result: Result) -> str:
    lines = numbered(result)
    if not lines:
        return failed(result) if result.failure else f"{code(path)} is empty."
    quoted = "\n".join(f"> {text}".rstrip() for _, text in lines)
    return _joined([f"What {code(f'{path}:1-{lines[-1][0]}')} says of it:\n\n{quoted}"], result)


def no_readme(result: Result) -> str:
    return failed(result) if result.failure else f"There is no README. {listing('.', result)}"


def _is_asked_for(it: Defined, found: Definition) -> bool:
    """Whether a definition has the name that was asked for, not only the end of it."""
    parts = [NAME_PARTS.split(name) for name in it.names]
    return any(len(each) == 1 or each[-2].lower() in f"{found.path} {found.name}".lower() for each in parts)


def _calls(text: str, names: Sequence[str]) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(name)}\s*[(<\"'{{]", text) for name in names)


def _places(found: Sequence[Hit]) -> list[str]:
    lines = [f"- {code(f'{hit.path}:{hit.line}')} {code(hit.text.strip())}" for hit in found[:MAX_LINES]]
    return [*lines, *_more(len(found))]


def _paths(found: Sequence[str]) -> list[str]:
    return [*(f"- {code(path)}" for path in found[:MAX_PATHS]), *_more(len(found), MAX_PATHS)]


def _more(count: int, most: int = MAX_LINES) -> list[str]:
    return [f"- … and {count - most} more"] if count > most else []


def _joined(parts: Sequence[str], result: Result) -> str:
    """The parts as paragraphs, and what the tool had to say about its result."""
    told = [note.partition("; go on with start_line")[0] for note in result.notes if not note.startswith(_SAID_ALREADY)]
    notes = [f"_{note[:1].upper()}{note[1:]}._" for note in told]
    return "\n\n".join([*(part for part in parts if part), *notes])


def _at(place: Definition) -> str:
    return code(f"{place.path}:{place.line}")


def _folder(path: str) -> str:
    return "The workspace" if path in (".", "", "./") else code(path.rstrip("/") + "/")


def _article(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"
