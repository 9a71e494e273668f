"""What a user can want of the offline assistant, as values. Made by `offline_questions.py`, carried out by
`offline_plans.py`.
"""

from dataclasses import dataclass
from typing import Literal

from chatls.providers.offline_words import Place


@dataclass(frozen=True, slots=True)
class Defined:
    """Where a name is defined. `names` are spellings of it, tried in turn; `scope` is where to look.

    `explain` says that more than that was asked for, `whole` that the definition itself is wanted.
    """

    names: tuple[str, ...]
    scope: str = "."
    explain: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Used:
    """Where a name is used; with `calls` where it is called."""

    names: tuple[str, ...]
    scope: str = "."
    calls: bool = False


@dataclass(frozen=True, slots=True)
class Mentions:
    """Where a text stands."""

    text: str
    scope: str = "."


@dataclass(frozen=True, slots=True)
class Files:
    """Which files have such a name: a glob or a part of it."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What is in a folder."""

    path: str


@dataclass(frozen=True, slots=True)
class Show:
    """What is in a file."""

    place: Place


@dataclass(frozen=True, slots=True)
class Outline:
    """What a file defines."""

    path: str


@dataclass(frozen=True, slots=True)
class Changed:
    """What was changed since the last commit: in a file, a folder, or at all."""

    path: str | None = None


@dataclass(frozen=True, slots=True)
class Commits:
    """What was committed lately: to a file, a folder, or at all."""

    path: str | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """What the project is about."""


@dataclass(frozen=True, slots=True)
class Connect:
    """How to get a model."""


@dataclass(frozen=True, slots=True)
class Help:
    """What the assistant is and can do."""


@dataclass(frozen=True, slots=True)
class Greeting:
    """A word of politeness."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A question that lacks what it is about."""

    what: Literal["name", "file"]


@dataclass(frozen=True, slots=True)
class Unclear:
    """Something else. `names` and `paths` were mentioned; `for_model` says that it is work for a model."""

    names: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    for_model: bool = False


Words = Connect | Help | Greeting | Missing | Unclear
"""What is answered without looking anything up."""
Intent = Defined | Used | Mentions | Files | Listing | Show | Outline | Changed | Commits | Project | Words


def names_of(intent: Intent | None) -> tuple[str, ...]:
    """The name that an intent is about, in its spellings: what the next question may call "it"."""
    match intent:
        case Defined() | Used() | Unclear():
            return intent.names
        case Mentions():
            return () if " " in intent.text else (intent.text,)
        case _:
            return ()


def path_of(intent: Intent | None) -> str | None:
    """The path that an intent is about."""
    match intent:
        case Listing() | Outline() | Changed() | Commits():
            return intent.path
        case Show():
            return intent.place.path
        case Files():
            return None if "*" in intent.pattern else intent.pattern
        case Unclear():
            return intent.paths[0] if intent.paths else None
        case _:
            return None
