"""The offline assistant as a user meets it: real tools, the real orchestrator, a small workspace in six languages."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from chatls.chat.messages import ModelInfo, ToolSpec
from chatls.providers.offline import OfflineProvider
from chatls.providers.offline_answers import INTRODUCTION
from tests.support.offline_chat import OfflineChat, offline_chat

FIXTURES = Path(__file__).parent / "fixtures"
HARBOR = FIXTURES / "harbor"
MODEL = ModelInfo("offline/assistant", "offline", "assistant", None, ("tools",))
FIND = ToolSpec("find_symbol", "", "search", {})
HONEST = re.compile(r"I found no(thing)? |There is no |No file in the workspace ")


@dataclass(frozen=True)
class Question:
    """An entry of questions.toml."""

    asks: tuple[str, ...]
    says: tuple[str, ...]
    never: tuple[str, ...]
    nothing: bool


def questions() -> list[Question]:
    read = tomllib.loads((FIXTURES / "questions.toml").read_text(encoding="utf-8"))["question"]
    return [
        Question(
            tuple([entry["ask"]] if isinstance(entry["ask"], str) else entry["ask"]),
            tuple(entry.get("says", ())),
            tuple(entry.get("never", ())),
            entry.get("nothing", False),
        )
        for entry in read
    ]


@pytest.fixture
def chat() -> OfflineChat:
    """A new conversation over the harbor."""
    return offline_chat(("harbor", str(HARBOR)))


def places(answer: str) -> list[tuple[str, int]]:
    """Every `path:line` and `path:line-line` in an answer."""
    found = re.findall(r"`([^`\s:]+):(\d+)(?:-(\d+))?`", answer)
    return [(path, int(number)) for path, first, last in found for number in (first, last) if number]


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.asks[-1])
async def test_a_question_as_people_put_it_gets_a_true_answer(chat: OfflineChat, question: Question) -> None:
    answer = ""
    for ask in question.asks:
        answer = await chat.ask(ask)
    assert [text for text in question.says if text not in answer] == [], answer
    assert [text for text in question.never if text in answer] == [], answer
    if question.nothing:
        assert HONEST.search(answer), answer
        assert places(answer) == [], answer
    for path, line in places(answer):
        lines = (HARBOR / path).read_text(encoding="utf-8").splitlines()
        assert 1 <= line <= len(lines), f"{path}:{line} is invented"


def test_the_table_is_what_it_says() -> None:
    asked = questions()
    assert len(asked) >= 40
    assert sum(question.nothing for question in asked) * 3 >= len(asked)


async def test_it_says_what_it_is_in_the_first_answer_and_never_again(chat: OfflineChat) -> None:
    first = await chat.ask("where is TideTable defined?")
    assert first.endswith(INTRODUCTION)
    assert "not a language model" in INTRODUCTION
    assert "ollama pull" in INTRODUCTION
    assert "language model" not in await chat.ask("who calls berth_is_free?")


@pytest.mark.parametrize("greeting", ["hi", "help", "how do I connect a model?"])
async def test_who_says_only_hello_is_not_told_twice(chat: OfflineChat, greeting: str) -> None:
    answer = await chat.ask(greeting)
    assert answer.count("ollama pull") == 1
    assert chat.calls == []


async def test_it_asks_for_the_tools_it_needs_one_after_the_other(chat: OfflineChat) -> None:
    await chat.ask("where is ShippingLane defined?")
    assert chat.calls == ["find_symbol", "find_files", "search_text"]


async def test_it_answers_what_only_a_model_can_do_with_what_it_can_do_itself(chat: OfflineChat) -> None:
    answer = await chat.ask("please refactor `book_berth`")
    assert "takes a language model" in answer
    assert answer.count("\n- ") == 4
    assert "- where is `book_berth` used?" in answer


async def test_what_is_attached_is_what_this_file_means(chat: OfflineChat) -> None:
    attached = '\n\n<file path="gateway/queue.go">\nwhere is TideTable defined?\n</file>'
    assert "16: method RelayQueue.Push" in await chat.ask(f"outline this file{attached}")
    assert "`server/store/tide_table.py:6`" in await chat.ask(f"and where is TideTable?{attached}")


async def test_a_selected_name_is_what_this_means(chat: OfflineChat) -> None:
    selection = '\n\n<selection path="server/booking.py" lines="24-24">\nbook_berth\n</selection>'
    assert "`server/booking.py:24`" in await chat.ask(f"where is this defined?{selection}")


async def test_without_tools_it_says_so(chat: OfflineChat) -> None:
    chat.tools = ()
    assert "I have no tools here" in await chat.ask("where is TideTable defined?")
    assert chat.calls == []


async def test_a_tool_that_the_agent_may_not_use_is_not_called(chat: OfflineChat) -> None:
    chat.tools = ("find_symbol", "search_text")
    assert "`server/store/tide_table.py:6`" in await chat.ask("where is TideTable used?")
    assert "need the tool `list_directory`" in await chat.ask("what is in server/?")
    assert chat.calls == []


async def test_without_a_folder_it_tells_why_it_found_nothing() -> None:
    assert "There are no workspace files: no folder is open" in await offline_chat().ask("where is TideTable defined?")


async def test_there_is_one_model_and_it_can_use_tools() -> None:
    assert await OfflineProvider().models() == [MODEL]
