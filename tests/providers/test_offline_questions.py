"""What is understood: questions as people put them, and what they want."""

import pytest

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
)
from chatls.providers.offline_questions import MAX_MESSAGES, understand
from chatls.providers.offline_words import Place

TURN = ("Turn",)
PARSE = ("parse_config",)

CHANGED = {
    "what changed?": Changed(),
    "What has changed since the last commit?": Changed(),
    "what did I change in src/a.py": Changed("src/a.py"),
    "what files have been modified": Changed(),
    "git diff": Changed(),
    "git status": Changed(),
    "show me the diff of src/a.py": Changed("src/a.py"),
    "any uncommitted changes?": Changed(),
    "are there unstaged changes in src/": Changed("src/"),
    "list all modified files": Changed(),
}
COMMITS = {
    "show the last commits": Commits(),
    "git log": Commits(),
    "what was committed recently?": Commits(),
    "recent commits to src/a.py": Commits("src/a.py"),
    "what is the history of src/a.py": Commits("src/a.py"),
}
NOT_ABOUT_CHANGES = {
    "where is apply_changes defined": Defined(("apply_changes",)),
    "where is the status bar defined": Defined(("StatusBar", "status_bar")),
    "change parse_config to return a list": Unclear(PARSE, for_model=True),
    "who calls commit()": Used(("commit",), calls=True),
}
DEFINED = {
    "where is parse_config defined?": Defined(PARSE),
    "Where is `parse_config` defined": Defined(PARSE),
    "could you please tell me where the function parse_config lives?": Defined(PARSE),
    "Hi! I'm new here. Where does parse_config come from? Thanks!": Defined(PARSE),
    "wheres parse_config": Defined(PARSE),
    "pls find def of parse_config": Defined(PARSE),
    "I'm looking for the Turn class": Defined(TURN),
    "in which file is Turn implemented?": Defined(TURN),
    "Show me where Turn is": Defined(TURN),
    "yo where the heck is Turn": Defined(TURN),
    "which module has Turn": Defined(TURN),
    "is there a class called Turn?": Defined(TURN),
    "which file has the function parse_config in it": Defined(PARSE),
    "in what file can i find the turn struct": Defined(("turn",)),
    "jump to Turn.run": Defined(("Turn.run",)),
    "Turn.run": Defined(("Turn.run",)),
    "where in src/chat is Turn defined": Defined(TURN, "src/chat"),
    "where is the response buffer defined?": Defined(("ResponseBuffer", "response_buffer")),
    "WHERE IS PARSE_CONFIG DEFINED": Defined(PARSE),
    "where is call defined": Defined(("call",)),
    "what does parse_config do?": Defined(PARSE, explain=True),
    "explain the orchestrator": Defined(("orchestrator",), explain=True),
    "show me the source of parse_config": Defined(PARSE, whole=True),
}
USED = {
    "who calls parse_config()?": Used(PARSE, calls=True),
    "show me all callers of parse_config": Used(PARSE, calls=True),
    "find where parse_config is called": Used(PARSE, calls=True),
    "where is the method open called?": Used(("open",), calls=True),
    "Who uses Turn": Used(TURN),
    "where is turn used": Used(("turn",)),
    "references to Turn.run": Used(("Turn.run",)),
    "is parse_config used anywhere?": Used(PARSE),
    "what depends on parse_config": Used(PARSE),
    "which files import errors": Used(("errors",)),
    "what uses Turn in src/": Used(TURN, "src/"),
}
TEXT_AND_FILES = {
    "which files mention backpressure": Mentions("backpressure"),
    'where is "hello world" printed': Mentions("hello world"),
    'where is "chat/stream" handled': Mentions("chat/stream"),
    "grep TODO": Mentions("TODO"),
    "search for retry policy in src/": Mentions("retry policy", "src/"),
    "where is the log written": Mentions("log"),
    "where is the log written in @src/?": Mentions("log", "src/"),
    "where are session titles stored": Mentions("session titles"),
    "find files named config": Files("config"),
    "is there a file called config?": Files("config"),
    "find all python files": Files("*.py"),
    "are there any java files here?": Files("*.java"),
    "which files end with .lua": Files("*.lua"),
    "list all *.go files": Files("*.go"),
    "where is config.toml?": Files("config.toml"),
}
FOLDERS_AND_FILES = {
    "what is in the server folder?": Listing("server"),
    "whats in src/lib": Listing("src/lib"),
    "what is in @src/lib/": Listing("src/lib/"),
    "list files": Listing("."),
    "ls -la tests": Listing("tests"),
    "how many files are there": Listing("."),
    "contents of src/": Listing("src/"),
    "src/": Listing("src/"),
    "show src/x.py:10-20": Show(Place("src/x.py", 10, 20)),
    "@src/x.py:5": Show(Place("src/x.py", 5, 5)),
    "show me lines 10 to 20 of src/x.py": Show(Place("src/x.py", 10, 20)),
    "cat Makefile please": Show(Place("Makefile")),
    "open the booking file": Show(Place("booking")),
    "outline src/x.py": Outline("src/x.py"),
    "which classes does src/x.py define?": Outline("src/x.py"),
    "what's in queue.go": Outline("queue.go"),
    "summarize src/x.py": Outline("src/x.py"),
}
THE_REST = {
    "what does this project do?": Project(),
    "show me the README": Project(),
    "how do i connect a model?": Connect(),
    "is ollama running?": Connect(),
    "what can you do?": Help(),
    "are you an AI?": Help(),
    "Hello there!": Greeting(),
    "thanks, that helped!": Greeting(),
    "where is it used?": Missing("name"),
    "outline this file": Missing("file"),
    "list all classes": Missing("file"),
    "tell me a joke": Unclear(),
    "what is love": Unclear(),
    "write a test for Turn.run": Unclear(("Turn.run",), for_model=True),
    "can you fix the bug in src/x.py?": Unclear((), ("src/x.py",), for_model=True),
    "why is parse_config slow": Unclear(PARSE, for_model=True),
    "what does parse_config call": Defined(PARSE, explain=True),
}
ASKED = {
    **CHANGED,
    **COMMITS,
    **NOT_ABOUT_CHANGES,
    **DEFINED,
    **USED,
    **TEXT_AND_FILES,
    **FOLDERS_AND_FILES,
    **THE_REST,
}


@pytest.mark.parametrize(("question", "intent"), ASKED.items(), ids=list(ASKED))
def test_a_question_is_understood(question: str, intent: Intent) -> None:
    assert understand([question]) == intent


@pytest.mark.parametrize(
    ("questions", "intent"),
    [
        (["where is Turn defined?", "and where is it used?"], Used(TURN)),
        (["who calls parse_config", "show it"], Defined(PARSE, whole=True)),
        (["outline a.py", "show it"], Show(Place("a.py"))),
        (["show a.py:1-5", "show lines 6-10"], Show(Place("a.py", 6, 10))),
        (["list src", "what is in it?"], Listing("src")),
        (["where is Turn used?", "what about parse_config?"], Used(PARSE)),
        (["outline a.py", "and b.py?"], Outline("b.py")),
        (["where is Turn?", "thanks!", "who uses it"], Used(TURN)),
        (["I saw parse_config in the log. Where is it?"], Defined(PARSE)),
        (["hi", "who uses it"], Missing("name")),
    ],
)
def test_it_is_what_was_asked_about_before(questions: list[str], intent: Intent) -> None:
    assert understand(questions) == intent


def test_what_was_said_long_ago_is_forgotten() -> None:
    assert understand(["where is Turn?", *["thanks"] * MAX_MESSAGES, "who uses it"]) == Missing("name")


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("outline this file", Outline("src/a.py")),
        ("what is this?", Outline("src/a.py")),
        ("", Outline("src/a.py")),
        ("show it", Show(Place("src/a.py"))),
        ("where is parse_config used?", Used(PARSE)),
    ],
)
def test_this_file_is_the_one_that_is_attached(question: str, intent: Intent) -> None:
    text = '<file path="src/a.py">\nwhere is x defined?\n</file>'
    assert understand([f"{question}\n\n{text}" if question else text]) == intent


def test_an_attached_folder_is_listed_and_text_is_only_text() -> None:
    assert understand(['what is in here?\n\n<folder path="src">\na.py\n</folder>']) == Listing("src")
    assert understand(['<folder path="src">\na.py\n</folder>']) == Listing("src")
    assert understand(['<text name="notes">\nx\n</text>']) == Help()


def test_no_message_at_all_gets_help() -> None:
    assert understand([]) == Help()
    assert understand([""]) == Help()


@pytest.mark.parametrize("text", ["?", "...", "`", "''", "\x00", "🙂", "in", "it", "of", "a" * 5000, "where " * 500])
def test_nothing_that_is_said_is_too_strange(text: str) -> None:
    assert understand([text])
