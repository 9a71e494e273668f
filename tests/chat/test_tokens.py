import pytest

from chatls.chat.events import ToolCall
from chatls.chat.messages import Message, ToolSpec
from chatls.chat.tokens import (
    HIGHEST,
    SMALLEST_SAMPLE,
    Calibration,
    conversation_tokens,
    message_tokens,
    text_tokens,
    tools_tokens,
)

CODE = "def total(items: list[int]) -> int:\n    return sum(item * 2 for item in items)\n"


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("", 0, 0),
        ("The window of a model is what it can hold in one piece, the answer included.", 15, 20),
        (CODE, 20, 32),
        ("聊天服务器是一个进程,它让任何编辑器都能与语言模型对话。", 20, 42),
        ("Чат-сервер — это процесс, который даёт любому редактору беседу.", 18, 36),
        ("🚀🦙🎉🔥✅", 9, 18),
        ("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", 30, 50),
        ("\ud800", 1, 1),
    ],
    ids=["empty", "prose", "code", "Chinese", "Russian", "emoji", "hash", "lone surrogate"],
)
def test_a_text_has_about_as_many_tokens_as_common_tokenizers_make_of_it(text: str, least: int, most: int) -> None:
    assert least <= text_tokens(text) <= most


@pytest.mark.parametrize("tail", ["a", " ", "\n", "7", "}", "ä", "語", "🚀", "\x00", "\ud800"])
def test_more_text_never_has_fewer_tokens(tail: str) -> None:
    for text in ("", CODE, "Größe", "語", "1 🚀"):
        assert text_tokens(text + tail) > text_tokens(text)


def test_the_calls_of_a_message_count() -> None:
    call = ToolCall("c", "write_file", {"path": "a.py", "text": CODE * 10})
    assert message_tokens(Message("assistant", "", tool_calls=(call,))) > text_tokens(CODE * 10)


def test_thinking_counts_as_long_as_the_turn_lasts() -> None:
    thought = Message("assistant", "Yes.", thinking=CODE)
    asked = Message("user", "And?")
    assert conversation_tokens([asked, thought]) > conversation_tokens([asked, Message("assistant", "Yes.")])
    assert conversation_tokens([asked, thought, asked]) == conversation_tokens(
        [asked, Message("assistant", "Yes."), asked]
    )


def test_tools_count_with_their_schemas() -> None:
    spec = ToolSpec("read_file", "Read a file.", "read", {"properties": {"path": {"description": CODE}}})
    assert tools_tokens([spec, spec]) == 2 * tools_tokens([spec]) > 2 * text_tokens(CODE)


def test_before_any_count_the_estimate_stands() -> None:
    assert Calibration().tokens("m", 1000.4) == 1001


def test_a_count_corrects_the_estimates_for_its_model_alone() -> None:
    calibration = Calibration()
    calibration.learn("m", 1000, 1300)
    assert (calibration.tokens("m", 2000), calibration.tokens("other", 2000)) == (2600, 2000)
    calibration.learn("m", 1000, 900)
    assert calibration.tokens("m", 2000) == 1800


@pytest.mark.parametrize(
    ("estimate", "counted"),
    [(SMALLEST_SAMPLE - 1, 2 * SMALLEST_SAMPLE), (1000, 499), (1000, 8001), (1000, 0)],
    ids=["a small request", "only what was not cached", "more than bytes", "none"],
)
def test_a_count_that_says_nothing_about_text_is_not_believed(estimate: float, counted: int) -> None:
    calibration = Calibration()
    calibration.learn("m", estimate, counted)
    assert calibration.tokens("m", 1000) == 1000


def test_a_higher_count_never_leads_to_a_lower_estimate() -> None:
    estimates: list[int] = []
    for counted in range(500, 8001, 100):
        calibration = Calibration()
        calibration.learn("m", 1000, counted)
        estimates.append(calibration.tokens("m", 3000))
    assert estimates == sorted(estimates)


def test_an_overflow_raises_the_estimates_to_what_was_refused_and_never_lowers_them() -> None:
    calibration = Calibration()
    calibration.learn_at_least("m", 1000, 2000)
    assert calibration.tokens("m", 1000) == 2000
    calibration.learn_at_least("m", 1000, 1500)
    assert calibration.tokens("m", 1000) == 2000
    calibration.learn_at_least("m", 0, 10**9)
    assert calibration.tokens("m", 1000) == 1000 * HIGHEST
