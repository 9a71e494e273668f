import pytest

from chatls.providers.offline_intents import (
    Defined,
    Files,
    Help,
    Intent,
    Mentions,
    Outline,
    Show,
    Unclear,
    Used,
    names_of,
    path_of,
)
from chatls.providers.offline_words import Place


@pytest.mark.parametrize(
    ("intent", "names", "path"),
    [
        (Defined(("Turn",)), ("Turn",), None),
        (Used(("Turn", "turn")), ("Turn", "turn"), None),
        (Mentions("ebb"), ("ebb",), None),
        (Mentions("low tide"), (), None),
        (Files("a.py"), (), "a.py"),
        (Files("*.py"), (), None),
        (Show(Place("a.py", 1, 2)), (), "a.py"),
        (Outline("a.py"), (), "a.py"),
        (Unclear(("Turn",), ("a.py",)), ("Turn",), "a.py"),
        (Help(), (), None),
        (None, (), None),
    ],
)
def test_an_intent_is_about_names_or_a_path(intent: Intent | None, names: tuple[str, ...], path: str | None) -> None:
    assert (names_of(intent), path_of(intent)) == (names, path)
