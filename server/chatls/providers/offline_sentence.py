"""One sentence of a user's, and what can be seen in it without knowing what is asked: names, a path, "it".

Pure. `offline_questions.py` makes it and looks at it, rule by rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from chatls.providers import offline_vocabulary as vocabulary
from chatls.providers.offline_intents import Intent, names_of, path_of
from chatls.providers.offline_words import Attachment, Token, is_name, place, tokens

_MAX_NAME_WORDS = 4


@dataclass(frozen=True)
class Sentence:
    """One sentence, and what "it" and "this file" can be in it."""

    text: str
    attached: Attachment | None
    topic: Intent | None

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        return tokens(self.text)

    @cached_property
    def body(self) -> tuple[Token, ...]:
        """Without "could you please tell me"."""
        begin = 0
        while begin < len(self.tokens) - 1 and self.tokens[begin].word in vocabulary.LEADING:
            begin += 1
        return self.tokens[begin:]

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of the body that are no names."""
        return tuple(token.word for token in self.body if token.kind in ("word", "capital"))

    @property
    def first(self) -> str:
        return self.body[0].word if self.body else ""

    def has(self, words: frozenset[str]) -> bool:
        return not words.isdisjoint(self.words)

    def of_kind(self, kind: str) -> list[str]:
        return [token.text for token in self.body if token.kind == kind]

    def rest(self, stop: frozenset[str] = vocabulary.STOP_WORDS) -> list[str]:
        """Plain words that say something."""
        plain = (token for token in self.body if token.kind in ("word", "capital") and not token.text.startswith("-"))
        return [token.text for token in plain if token.word not in stop]

    @cached_property
    def pronoun(self) -> bool:
        return self.has(vocabulary.PRONOUNS)

    @cached_property
    def certain(self) -> tuple[str, ...]:
        """Names that can be nothing else: marked as code, or written as only code is."""
        quoted = [text for text in self.of_kind("quoted") if is_name(text)]
        return tuple(self.of_kind("name") or quoted)[:1]

    @cached_property
    def likely(self) -> tuple[str, ...]:
        """A name that is certain, or the only word with a capital."""
        capital = self.of_kind("capital")
        return self.certain or (tuple(capital) if len(capital) == 1 and capital[0] in self.rest() else ())

    @cached_property
    def names(self) -> tuple[str, ...]:
        """How the name that is asked for may be spelled; () if there is none."""
        if self.certain:
            return self.certain
        if found := spellings(self.rest()):
            return tuple(dict.fromkeys((*self.likely, *found)))
        # "where is search defined": a name that is also a word of ours.
        if not self.pronoun:
            barely = self.rest(vocabulary.GRAMMAR | vocabulary.DEFINES | vocabulary.KINDS)
            left = [word for word in barely if word.lower() not in vocabulary.USES] if len(barely) > 1 else barely
            return (left[0],) if len(left) == 1 else ()
        if self.attached and self.attached.name:
            return (self.attached.name,)
        return names_of(self.topic)

    @cached_property
    def path(self) -> str | None:
        """The path that is meant: written, attached, or "it"."""
        if paths := self.of_kind("path"):
            return paths[0]
        if self.attached and self.attached.kind in ("file", "selection", "folder"):
            return self.attached.path
        return path_of(self.topic) if self.pronoun else None

    @cached_property
    def file(self) -> str | None:
        """The path, where it can be a file's."""
        folder = self.attached is not None and self.attached.kind == "folder" and not self.of_kind("path")
        return None if folder or self.path is None or self.path.endswith("/") else self.path

    @cached_property
    def scope(self) -> str:
        """Where to look for a name: "in src/"."""
        for before, token in zip(self.body, self.body[1:], strict=False):
            if token.kind == "path" and before.word in vocabulary.INSIDE | vocabulary.FOLDER_WORDS | {"of", "from"}:
                return place(token.text).path
        return "."


def spellings(words: Sequence[str]) -> tuple[str, ...]:
    """A name of several words, as code may spell it: "response buffer" is ResponseBuffer or response_buffer."""
    if not words or len(words) > _MAX_NAME_WORDS:
        return ()
    if len(words) == 1:
        return (words[0],)
    return "".join(word[:1].upper() + word[1:] for word in words), "_".join(word.lower() for word in words)
