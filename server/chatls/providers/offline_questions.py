"""What a user wants of the offline assistant: from messages to one intent, by rules of thumb.

Pure. The words come from `offline_words.py` and `offline_vocabulary.py`; what is done about an intent is
`offline_plans.py`. A rule looks at one sentence and gives an intent or None; the first that gives one wins.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from chatls.providers import offline_vocabulary as vocabulary
from chatls.providers.offline_intents import (
    Changed,
    Commits,
    Connect,
    Defined,
    Files,
    Greeting,
    Help,
    Intent,
    Listing,
    Mentions,
    Missing,
    Outline,
    Project,
    Show,
    Unclear,
    Used,
    names_of,
    path_of,
)
from chatls.providers.offline_sentence import Sentence, spellings
from chatls.providers.offline_words import Attachment, Place, is_file, is_glob, lines_in, place, read

MAX_MESSAGES = 20
"""How many of the user's messages are looked at for what "it" is."""
_WHAT = frozenset({"what", "which", "files", "file", "anything", "many"})
_CONTENTS = frozenset({"contents", "content", "contain", "contains"})


def understand(contents: Sequence[str]) -> Intent:
    """The intent of the last of a user's messages; what "it" is there follows from those before it."""
    topic: Intent | None = None
    intent: Intent = Help()
    for content in contents[-MAX_MESSAGES:]:
        intent = _intent(content, topic)
        topic = intent if names_of(intent) or path_of(intent) else topic
    return intent


def _intent(content: str, topic: Intent | None) -> Intent:
    """The intent of one message: of its first sentence that has one."""
    message = read(content)
    if not message.sentences:
        return _of_attachment(message.attached)
    best: Intent | None = None
    for text in message.sentences:
        intent = _first(Sentence(text, message.attached, topic))
        if not isinstance(intent, Greeting | Unclear):
            return intent
        # A name that a sentence mentions is what the next one may call "it".
        topic = intent if names_of(intent) else topic
        best = intent if best is None or isinstance(intent, Unclear) else best
    assert best is not None
    return best


def _of_attachment(attached: Attachment | None) -> Intent:
    if attached is None or attached.kind in ("text", "diagnostics"):
        return Help()
    return Listing(attached.path) if attached.kind == "folder" else Outline(attached.path)


Rule = Callable[[Sentence], Intent | None]


def _first(sentence: Sentence) -> Intent:
    for rule in _RULES:
        if intent := rule(sentence):
            return intent
    return Unclear(sentence.names[:1] if sentence.certain else (), tuple(sentence.of_kind("path")[:1]))


def _greeting(it: Sentence) -> Intent | None:
    plain = all(token.kind in ("word", "capital") for token in it.tokens)
    return Greeting() if plain and all(token.word in vocabulary.GREETINGS for token in it.tokens) else None


def _help(it: Sentence) -> Intent | None:
    text = " ".join(token.word for token in it.tokens)
    asks = any(text == phrase or text.startswith(phrase + " ") for phrase in vocabulary.HELP_PHRASES[2:])
    return Help() if asks or text in vocabulary.HELP_PHRASES else None


def _connect(it: Sentence) -> Intent | None:
    about_models = any(token.word.partition(":")[0] in vocabulary.MODEL_WORDS for token in it.body)
    asks = it.has(vocabulary.SETUP_WORDS) or it.first in ("which", "what")
    return Connect() if about_models and asks and it.first not in ("where", "who", "find", "list", "show") else None


def _change(it: Sentence) -> Intent | None:
    """Work that only a model does."""
    if it.first not in vocabulary.EDIT_VERBS or it.has(frozenset({"where"})):
        return None
    return Unclear(it.certain, tuple(it.of_kind("path")[:1]), for_model=True)


def _changed(it: Sentence) -> Intent | None:
    """ "what changed", "git diff", "the last commits" """
    changes, commits = it.has(vocabulary.CHANGES), it.has(vocabulary.COMMITS)
    asks = it.first in ("what", "which", "git", "any", "are", "is", "did", "list", "show", "the", "last", "recent")
    if not (changes or commits) or it.certain or not (asks or len(it.body) == 1) or it.has(vocabulary.USES):
        return None
    if set(map(str.lower, it.rest())) - vocabulary.CHANGES - vocabulary.COMMITS - vocabulary.ABOUT_CHANGES:
        return None  # about something that is called so
    return Commits(it.path) if commits and not it.has(vocabulary.UNCOMMITTED) else Changed(it.path)


def _used(it: Sentence) -> Intent | None:
    if not it.has(vocabulary.USES) or _names_something(it):
        return None
    if it.has(vocabulary.DEFINES) and not it.certain:
        return None  # "where is call defined"
    if "does" in it.words and it.first in ("what", "which") and it.words[-1] in vocabulary.USES:
        return None  # "what does run call": the other way round
    return Used(it.names, it.scope, calls=it.has(vocabulary.CALLS)) if it.names else Missing("name")


def _names_something(it: Sentence) -> bool:
    """Whether "called" says here how something is called: "a file called config"."""
    before = dict(zip(it.words[1:], it.words, strict=False)).get("called", "")
    return before in vocabulary.KINDS | vocabulary.FILE_WORDS | vocabulary.FOLDER_WORDS and it.words[-1] != "called"


def _lines(it: Sentence) -> Intent | None:
    """ "lines 10-20 of a.py" """
    lines = lines_in(it.text)
    path = it.file or path_of(it.topic)
    return Show(Place(place(path).path, *lines)) if lines and path else None


def _outline(it: Sentence) -> Intent | None:
    asks = it.has(vocabulary.OUTLINES) or (it.has(vocabulary.KINDS) and not it.certain)
    inside = it.first in ("what", "explain", "describe", "summarize", "summarise") and not it.certain
    if it.file and (asks or (inside and is_file(it.file))):
        return Outline(place(it.file).path)
    if it.has(vocabulary.OUTLINES) and not it.has(vocabulary.DEFINES | vocabulary.PROJECT_WORDS) and not it.certain:
        rest = it.rest()
        return Outline(rest[0]) if len(rest) == 1 else Missing("file")
    named = it.pronoun or bool(it.certain or it.rest())
    lists = it.has(vocabulary.KINDS) and it.has(vocabulary.LISTS | {"what", "which"}) and not named
    return Missing("file") if lists or (inside and {"this", "file"} <= set(it.words)) else None


def _project(it: Sentence) -> Intent | None:
    asks = it.has(vocabulary.PROJECT_ASKS) and not it.has(vocabulary.FILE_WORDS | vocabulary.DEFINES)
    about = it.has(vocabulary.PROJECT_WORDS) or it.words in (("what", "is", "this"), ("what", "is", "it"))
    # "how do I install this project": its README is where that would be.
    named = bool(it.certain or it.of_kind("path") or (it.rest() and it.first != "how"))
    inside = it.words[:3] == ("what", "is", "in")
    return Project() if about and asks and not named and not inside and it.first != "where" else None


def _mentions(it: Sentence) -> Intent | None:
    quoted = it.of_kind("quoted")
    text_alone = bool(quoted) and not it.certain
    if not (it.has(vocabulary.MENTIONS) or text_alone):
        return None
    if not quoted and not it.certain and it.has(vocabulary.DEFINES):
        return None
    text = (quoted or list(it.certain) or [" ".join(it.rest())])[0] or " ".join(names_of(it.topic)[:1])
    return Mentions(text, it.scope) if text else Missing("name")


def _happens(it: Sentence) -> Intent | None:
    """ "where is the log written": of what is no name, the text is looked for."""
    rest = it.rest(vocabulary.STOP_WORDS | vocabulary.HAPPENS)
    asks = "where" in it.words and it.has(vocabulary.HAPPENS) and not it.has(vocabulary.DEFINES | vocabulary.KINDS)
    return Mentions(" ".join(rest), it.scope) if asks and rest and not it.likely else None


def _files(it: Sentence) -> Intent | None:
    if globs := [token.text for token in it.body if is_glob(token.text)]:
        return Files(globs[0])
    named = it.has(vocabulary.NAMED) and it.has(vocabulary.FILE_WORDS)
    if path := next((text for text in it.of_kind("path") if is_file(text) or text.startswith(".")), None):
        asks = named or (it.has(vocabulary.FINDS) and not it.certain)
        end = path.removeprefix(".") in vocabulary.FILE_ENDS
        return Files(f"*{path}" if end else place(path).path) if asks else None
    asks = it.has(vocabulary.FINDS | vocabulary.LISTS) or it.first in ("is", "are", "which", "any", "have", "what")
    if not (it.has(vocabulary.FILE_WORDS) and asks) or it.has(vocabulary.DEFINES):
        return None
    return _files_called(it, named=named)


def _files_called(it: Sentence, *, named: bool) -> Intent | None:
    rest = [*it.of_kind("quoted"), *it.of_kind("name"), *it.rest()]
    for word in [*rest, *it.words]:
        if word.lower() in vocabulary.LANGUAGE_GLOBS and "name" not in it.words:
            return Files(vocabulary.LANGUAGE_GLOBS[word.lower()])
        if word.lower() in vocabulary.FILE_ENDS and not named:
            return Files(f"*.{word.lower()}")
    in_folder = it.scope != "." or it.has(vocabulary.FOLDER_WORDS | vocabulary.INSIDE)
    return Files(rest[-1]) if rest and (named or not in_folder) else None


def _defined(it: Sentence) -> Intent | None:
    kind = it.has(vocabulary.KINDS | vocabulary.FILE_WORDS)
    asks = (
        it.has(vocabulary.DEFINES | {"where"})
        or it.first in vocabulary.FINDS
        or (kind and it.likely)
        or (it.has(vocabulary.FINDS) and it.has(vocabulary.KINDS))
        or {"is", "there"} <= set(it.words)
    )
    if not asks or (not it.names and it.of_kind("path")) or (it.has(vocabulary.SHOWS) and "where" not in it.words):
        return None
    return Defined(it.names, it.scope) if it.names else Missing("name")


def _listing(it: Sentence) -> Intent | None:
    inside = it.has(vocabulary.INSIDE) and it.has(_WHAT)
    asks = inside or it.has(vocabulary.LISTS | vocabulary.FOLDER_WORDS | _CONTENTS)
    if not asks and not (it.has(vocabulary.FILE_WORDS) and it.has(_WHAT - vocabulary.FILE_WORDS)):
        return None
    if it.certain or (it.path and is_file(it.path)):
        return None
    rest = it.rest()
    return Listing(it.path or (rest[0] if len(rest) == 1 else "."))


def _shown(it: Sentence) -> Intent | None:
    if not it.has(vocabulary.SHOWS):
        return None
    if it.file and not it.certain:
        return Show(place(it.file))
    if it.has(vocabulary.FILE_WORDS) and len(it.rest()) == 1:
        return Show(Place(it.rest()[0]))
    if it.names:
        return Defined(it.names, it.scope, whole=True)
    return Missing("file") if it.pronoun or it.has(vocabulary.FILE_WORDS) else None


def _again(it: Sentence) -> Intent | None:
    """Only a name or a path, or "what about" one: the question before, asked anew."""
    names = it.likely if it.certain or len(it.rest()) == 1 else ()
    if (it.rest() and not names) or ("about" not in it.words and len(it.body) > 1):
        return None
    if names:
        again = replace(it.topic, names=names) if isinstance(it.topic, Used | Defined) else None
        return again or Defined(names, explain="about" in it.words)
    if paths := it.of_kind("path"):
        if isinstance(it.topic, Outline) and is_file(paths[0]):
            return Outline(paths[0])
        return Show(place(paths[0])) if is_file(paths[0]) else Listing(paths[0])
    return None


def _explained(it: Sentence) -> Intent | None:
    """What needs a model; where it is can be told at least."""
    if it.first not in vocabulary.EXPLAINS:
        return None
    if it.certain:
        return Defined(it.certain, it.scope, explain=True)
    spelled = spellings(it.rest())
    vague = it.first == "what" and (len(spelled) > 1 or "the" not in it.words)
    return Defined(spelled, it.scope, explain=True) if spelled and not (vague and not it.of_kind("capital")) else None


_RULES: tuple[Rule, ...] = (
    _greeting,
    _help,
    _connect,
    _change,
    _changed,
    _used,
    _lines,
    _outline,
    _project,
    _mentions,
    _happens,
    _files,
    _defined,
    _listing,
    _shown,
    _again,
    _explained,
)
