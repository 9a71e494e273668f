import pytest

from chatls.providers.offline_words import MAX_QUESTION, Attachment, Place, is_file, lines_in, place, read, tokens


def kinds(sentence: str) -> list[tuple[str, str]]:
    return [(token.text, token.kind) for token in tokens(sentence) if token.kind != "word"]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("where is `run` defined?", [("run", "name")]),
        ("where is parse_config(path)?", [("parse_config", "name")]),
        ("where is run() called", [("run", "name")]),
        (
            "what about ResponseBuffer, Turn.run and a::b?",
            [("ResponseBuffer", "name"), ("Turn.run", "name"), ("a::b", "name")],
        ),
        ("where is Turn defined", [("Turn", "capital")]),
        ("Where do I find it", []),
        ("show src/a.py:10-20!", [("src/a.py:10-20", "path")]),
        ("what is in src/, .gitignore and @b.ts?", [("src/", "path"), (".gitignore", "path"), ("b.ts", "path")]),
        ("find **/*.py", [("**/*.py", "path")]),
        ('show @"my cart.c":1-3 now', [("my cart.c:1-3", "path")]),
        ('outline "my cart ü.c"', [("my cart ü.c", "path")]),
        ("which files mention \"low tide\" or 'ebb'", [("low tide", "quoted"), ("ebb", "quoted")]),
        ("I don't think it's 3.11, e.g. and/or", []),
        ("WHERE IS PARSE_CONFIG", [("parse_config", "name")]),
        ("is `a b` in “c d”", [("a b", "quoted"), ("c d", "quoted")]),
        ("(see `run`)", [("run", "name")]),
    ],
)
def test_names_paths_and_quotes_are_told_from_words(sentence: str, found: list[tuple[str, str]]) -> None:
    assert kinds(sentence) == found


@pytest.mark.parametrize("sentence", ["what's in it", "whats in it", "what is in it", "What’s in it?"])
def test_contractions_are_two_words(sentence: str) -> None:
    assert [token.word for token in tokens(sentence)] == ["what", "is", "in", "it"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a.py", Place("a.py")),
        ("@src/a.py:10-20", Place("src/a.py", 10, 20)),
        ("a.py:7", Place("a.py", 7, 7)),
        ("a.py#L3-L5", Place("a.py", 3, 5)),
        ("a:b/c", Place("a:b/c")),
    ],
)
def test_a_path_may_name_lines(text: str, found: Place) -> None:
    assert place(text) == found


@pytest.mark.parametrize(
    ("sentence", "lines"),
    [
        ("lines 10 to 20 of a.py", (10, 20)),
        ("Line 5", (5, 5)),
        ("the first 12 lines of it", (1, 12)),
        ("a.py 3-9 please", (3, 9)),
        ("in 2024-2025", (2024, 2025)),
        ("a-1-2", None),
        ("no lines", None),
    ],
)
def test_a_sentence_may_name_lines(sentence: str, lines: tuple[int, int] | None) -> None:
    assert lines_in(sentence) == lines


@pytest.mark.parametrize(("name", "yes"), [("a.py", True), ("Makefile", True), ("x/A.RS:3", True), ("Foo.bar", False)])
def test_a_file_is_known_by_its_end(name: str, yes: bool) -> None:
    assert is_file(name) is yes


def test_a_message_is_read_sentence_by_sentence() -> None:
    assert read("Hi! Where is x.py?\nThanks. ").sentences == ("Hi!", "Where is x.py?", "Thanks.")


def test_what_is_attached_is_not_the_users_words() -> None:
    message = read('outline this\n\n<file path="a &amp; &quot;b&quot;.py" lines="1-2">\nwhere is x?\n</file>')
    assert message.sentences == ("outline this",)
    assert message.attached == Attachment("file", 'a & "b".py')


def test_an_attachment_may_stand_alone_or_hold_a_single_name() -> None:
    assert read('<folder path="src">\na.py\nb.py\n</folder>').attached == Attachment("folder", "src")
    selected = read('<selection path="a.py" lines="3-3">\nTurn.run\n</selection>').attached
    assert selected == Attachment("selection", "a.py", "Turn.run")


def test_of_a_long_message_only_the_beginning_is_read() -> None:
    message = read("where is it? " + "x" * 5_000_000)
    assert sum(map(len, message.sentences)) <= MAX_QUESTION


@pytest.mark.parametrize("filler", ["`", "'", '"', "(", "a'", ":1", "1", "a.b", "_a", "[", "’s"])
def test_a_message_made_of_marks_is_only_strange(filler: str) -> None:
    (sentence,) = read("x" + filler * MAX_QUESTION).sentences
    assert all(token.text for token in tokens(sentence))
    assert [place(token.text).path for token in tokens(sentence)]
