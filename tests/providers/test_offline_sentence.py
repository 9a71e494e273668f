import pytest

from chatls.providers.offline_intents import Defined, Outline
from chatls.providers.offline_sentence import Sentence, spellings
from chatls.providers.offline_words import Attachment


def sentence(text: str, attached: Attachment | None = None) -> Sentence:
    return Sentence(text, attached, None)


def test_politeness_stands_before_the_question() -> None:
    assert sentence("Hi, could you please tell me where it is").words == ("where", "it", "is")
    assert sentence("please").words == ("please",)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("where is `run` or Turn", ("run",)),
        ("who calls 'run'", ("run",)),
        ("where is the tide table", ("TideTable", "tide_table")),
        ("where is the search function defined", ("search",)),
        ("where is open called", ("open",)),
        ("where is that", ()),
        ("where are the one two three four five things", ()),
    ],
)
def test_a_name_is_what_says_something(text: str, names: tuple[str, ...]) -> None:
    assert sentence(text).names == names


def test_it_is_what_was_talked_about_last() -> None:
    assert Sentence("where is it used", None, Defined(("Turn",))).names == ("Turn",)
    assert Sentence("show it", None, Outline("a.py")).path == "a.py"
    assert Sentence("show all", None, Outline("a.py")).path is None


def test_what_is_attached_comes_before_what_was_talked_about() -> None:
    attached = Attachment("selection", "b.py", "Run")
    asked = Sentence("where is this", attached, Defined(("Turn",)))
    assert (asked.names, asked.path) == (("Run",), "b.py")
    assert sentence("what is in it", Attachment("text", "notes")).path is None


def test_a_folder_is_no_file() -> None:
    assert sentence("what is in src/").file is None
    assert sentence("what is this", Attachment("folder", "src")).file is None
    assert sentence("what is this in a.py", Attachment("folder", "src")).file == "a.py"


def test_where_to_look_is_a_path_behind_a_preposition() -> None:
    assert sentence("where in src/chat is Turn").scope == "src/chat"
    assert sentence("where is Turn in a.py:3").scope == "a.py"
    assert sentence("where is a.py").scope == "."


def test_several_words_may_be_one_name() -> None:
    assert spellings(["Retry", "policy"]) == ("RetryPolicy", "retry_policy")
    assert spellings(["Retry"]) == ("Retry",)
    assert spellings([]) == ()
