"""What a message mentions goes to the model as if it had been attached; what names nothing is only text."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from chatls.lsp.mentions import MOST, MOST_TOLD
from tests.support.connection import Connection, connection
from tests.support.heart import END, FakeProvider
from tests.support.turns import told

Json = dict[str, Any]
TEN = "".join(f"line {number}\n" for number in range(1, 11))


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Connection]:
    """A server on a folder with some files, whose model ends every answer at once."""
    folder = tmp_path / "ws"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "ten.txt").write_text(TEN)
    (folder / "my file.py").write_text("X = 1\n")
    (folder / ".env").write_text("KEY=S3CRET\n")
    (folder / "property").mkdir()
    (folder / "data.bin").write_bytes(b"\0")
    (tmp_path / "secret").write_text("S3CRET")
    async with connection(FakeProvider(*[[END]] * 40), folder=folder) as made:
        yield made


async def sent(server: Connection, content: str, *attachments: Json) -> str:
    """What the model is given beside the message itself."""
    number = len(server.provider.requests)
    message = {"content": content, "attachments": list(attachments)}
    await server.turn("", "t" * (number + 1), number + 1, message=message)
    text = server.provider.requests[-1].messages[-1].content
    assert text.startswith(content)
    return text.removeprefix(content).strip()


def uri(server: Connection, path: str) -> str:
    assert server.folder is not None
    return (server.folder / path).as_uri()


@pytest.mark.parametrize(
    ("content", "block"),
    [
        ("See @src/ten.txt.", f'<file path="src/ten.txt">\n{TEN}</file>'),
        ("@src/ten.txt:2-3?", '<file path="src/ten.txt" lines="2-3">\nline 2\nline 3\n</file>'),
        ("(@src/ten.txt:10)", '<file path="src/ten.txt" lines="10-10">\nline 10\n</file>'),
        ('@"my file.py":1', '<file path="my file.py" lines="1-1">\nX = 1\n</file>'),
        ("what is in @src/", '<folder path="src">\nten.txt  (71 bytes)\n</folder>'),
        ("what is in @./src", '<folder path="src">\nten.txt  (71 bytes)\n</folder>'),
    ],
)
async def test_what_is_mentioned_is_attached(server: Connection, content: str, block: str) -> None:
    assert await sent(server, content) == block
    assert told(server.received, "t") == []


@pytest.mark.parametrize(
    "content", ["mail me@src/ten.txt", "@property", "@anna, look", "`@src/ten.txt`", "@", "a decorator\n@src"]
)
async def test_what_is_no_file_stays_text_without_a_word(server: Connection, content: str) -> None:
    assert await sent(server, content) == ""
    assert told(server.received, "t") == []


@pytest.mark.parametrize(
    ("mention", "why"),
    [
        ("@missing.py", "is no readable file of the workspace: it is only text."),
        ("@src/ten.txt/x", "is no readable file of the workspace: it is only text."),
        ("@src:3", "is no readable file of the workspace: it is only text."),
        ("@../secret", "lies outside the workspace: it is only text."),
        ("@/etc/hostname", "lies outside the workspace: it is only text."),
        ("@.env", "may hold passwords or keys: it is only text, and nothing of it is sent."),
        ("@data.bin", "cannot be attached: data.bin is a binary file, 1 bytes."),
        ("@src/ten.txt:11-20", "the file ends before these lines, so they are not attached."),
    ],
)
async def test_the_user_is_told_why_a_path_is_only_text(server: Connection, mention: str, why: str) -> None:
    assert await sent(server, f"See {mention} please") == ""
    (word,) = told(server.received, "t")
    assert word in (f"{mention} {why}", f"{mention}: {why}")
    assert "S3CRET" not in str(server.received)


async def test_unsaved_text_wins(server: Connection) -> None:
    document = {"uri": uri(server, "my file.py"), "languageId": "python", "version": 1, "text": "a\nunsaved\n"}
    server.notify("textDocument/didOpen", {"textDocument": document})
    assert "\nunsaved\n</file>" in await sent(server, '@"my file.py":2')


async def test_lines_far_down_a_long_file_are_attached(server: Connection, tmp_path: Path) -> None:
    (tmp_path / "ws" / "long").write_text("".join(f"line {number:06}\n" for number in range(1, 60_001)))
    assert await sent(server, "@long:59999-60000") == (
        '<file path="long" lines="59999-60000">\nline 059999\nline 060000\n</file>'
    )


async def test_what_the_client_attached_is_not_attached_twice(server: Connection) -> None:
    whole: Json = {"type": "file", "uri": uri(server, "src/ten.txt")}
    lines = {"start": {"line": 1, "character": 0}, "end": {"line": 3, "character": 0}}
    for given in (whole, {**whole, "range": lines}, {**whole, "type": "selection", "range": lines, "text": "line 2\n"}):
        assert (await sent(server, "@src/ten.txt:2-3", given)).count("line 2") == 1
    assert (await sent(server, "@src/ten.txt @src/ten.txt", whole)).count("<file") == 1
    assert (await sent(server, "@src/", {"type": "folder", "uri": uri(server, "src")})).count("<folder") == 1
    assert (await sent(server, "@src/ten.txt", {**whole, "range": lines})).count("<file") == 2


async def test_a_message_of_mentions_is_bounded(server: Connection, tmp_path: Path) -> None:
    for number in range(MOST + 5):
        (tmp_path / "ws" / f"f{number}.py").touch()
    text = await sent(server, " ".join(f"@f{number}.py" for number in range(MOST + 5)))
    assert text.count("<file") == MOST
    assert told(server.received, "t") == [f"Only the first {MOST} files that the message mentions are attached."]


async def test_pasted_text_full_of_signs_is_told_of_in_a_few_words(server: Connection) -> None:
    assert await sent(server, " ".join(f"@none{number}.py" for number in range(2000))) == ""
    words = told(server.received, "t")
    assert len(words) == MOST_TOLD
    assert words[-1].endswith("more of what the message mentions is only text.")


async def test_the_conversation_keeps_what_was_typed(server: Connection) -> None:
    response = await server.turn("See @src/ten.txt:1")
    session = {"sessionId": response["result"]["sessionId"]}
    found = (await server.request("chat/getSession", session, 2))["result"]
    assert found["turns"][0]["message"] == {"content": "See @src/ten.txt:1"}
    assert found["session"]["title"] == "See @src/ten.txt:1"


async def test_without_a_workspace_a_mention_is_only_text() -> None:
    async with connection(FakeProvider([END])) as server:
        await server.turn("See @a.py and @b")
        assert server.said(0) == [("user", "See @a.py and @b")]
        assert told(server.received, "t") == ["@a.py is no readable file of the workspace: it is only text."]
