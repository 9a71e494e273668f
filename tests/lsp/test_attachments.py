"""What a user attaches reaches the model as they see it, or refuses the message naming which one is wrong."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from chatls.chat.events import Token
from tests.support.clock import settle
from tests.support.connection import Connection, connection, turn_params
from tests.support.heart import END, FakeProvider
from tests.support.turns import check_turn, events, told, values

Json = dict[str, Any]
EMOJI = "a😀é = 1\nb\u2028c\nd\r\ne\n"


def lsp_range(start: tuple[int, int], end: tuple[int, int]) -> Json:
    return {
        "start": {"line": start[0], "character": start[1]},
        "end": {"line": end[0], "character": end[1]},
    }


async def sent(server: Connection, *attachments: Json, content: str = "Look") -> str:
    """What the model is given for a message with these attachments."""
    await server.turn(message={"content": content, "attachments": list(attachments)})
    return server.provider.requests[-1].messages[-1].content


async def refusal(server: Connection, *attachments: Json) -> Json:
    """The error's data for a message with these attachments, which must be refused before anything begins."""
    params = {"message": {"content": "Look", "attachments": list(attachments)}, "workDoneToken": "t"}
    response = await server.request("chat/stream", params, "refused")
    assert response["error"]["code"] == -32602
    assert values(server.received, "t") == []
    assert server.provider.requests == []
    return response["error"]["data"]


def open_document(server: Connection, uri: str, text: str) -> None:
    document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
    server.notify("textDocument/didOpen", {"textDocument": document})


async def test_a_file_comes_after_the_words_between_tags_that_name_it(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("X = 1\n")
    async with connection(FakeProvider([END]), folder=tmp_path) as server:
        text = await sent(server, {"type": "file", "uri": (tmp_path / "a.py").as_uri()})
        assert text == 'Look\n\n<file path="a.py">\nX = 1\n</file>'


async def test_an_unsaved_buffer_wins_over_the_disk(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("old\n")
    async with connection(FakeProvider([END]), folder=tmp_path) as server:
        uri = (tmp_path / "a.py").as_uri()
        open_document(server, uri, "one\ntwo\n")
        change = {"range": lsp_range((0, 0), (0, 3)), "text": "unsaved"}
        server.notify(
            "textDocument/didChange", {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [change]}
        )
        assert "unsaved\ntwo" in await sent(server, {"type": "file", "uri": uri})


async def test_after_didclose_the_disk_counts_again(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("disk\n")
    async with connection(FakeProvider([END]), folder=tmp_path) as server:
        uri = (tmp_path / "a.py").as_uri()
        open_document(server, uri, "buffer\n")
        server.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        assert "disk" in await sent(server, {"type": "file", "uri": uri})


@pytest.mark.parametrize("uri", ["untitled:Untitled-1", "file:///elsewhere/notes.md"])
async def test_what_is_open_may_be_attached_wherever_it_lies(tmp_path: Path, uri: str) -> None:
    async with connection(FakeProvider([END]), folder=tmp_path) as server:
        open_document(server, uri, "scratch")
        assert "scratch" in await sent(server, {"type": "file", "uri": uri})


async def test_a_document_is_found_however_its_uri_is_spelled(tmp_path: Path) -> None:
    (tmp_path / "a b.py").write_text("disk\n")
    async with connection(FakeProvider([END]), folder=tmp_path) as server:
        uri = f"file://{tmp_path}/a%20b.py"
        open_document(server, uri, "buffer")
        assert "buffer" in await sent(server, {"type": "file", "uri": uri.replace("a%20b", "%61%20b")})


# "é" is two bytes in UTF-8, "😀" four bytes, two UTF-16 units, one character.
@pytest.mark.parametrize(
    ("encoding", "start", "end"),
    [("utf-8", 1, 7), ("utf-16", 1, 4), ("utf-32", 1, 3)],
    ids=["F86 utf-8", "F86 utf-16", "F86 utf-32"],
)
async def test_a_range_counts_in_the_encoding_agreed_on(tmp_path: Path, encoding: str, start: int, end: int) -> None:
    (tmp_path / "a.py").write_bytes(EMOJI.encode())
    async with connection(FakeProvider([END]), folder=tmp_path, initialize=False) as server:
        result = await server.initialize(
            capabilities={"general": {"positionEncodings": [encoding]}},
            workspaceFolders=[{"uri": tmp_path.as_uri(), "name": "ws"}],
        )
        assert result["capabilities"]["positionEncoding"] == encoding
        attachment = {"type": "file", "uri": (tmp_path / "a.py").as_uri(), "range": lsp_range((0, start), (0, end))}
        assert await sent(server, attachment) == 'Look\n\n<file path="a.py" lines="1-1">\n😀é\n</file>'


@pytest.mark.parametrize(
    ("start", "end", "text", "lines"),
    [
        ((0, 0), (1, 0), "a😀é = 1", "1-1"),
        ((1, 0), (2, 0), "b\u2028c", "2-2"),
        ((1, 0), (2, 1), "b\u2028c\nd", "2-3"),
        ((2, 0), (3, 1), "d\ne", "3-4"),
        ((2, 99), (3, 99), "\ne", "3-4"),
        ((3, 0), (9, 9), "e", "4-10"),
        ((7, 0), (9, 0), "", "8-9"),
    ],
    ids=[
        "end before a line's first character",
        "F86 U+2028 ends no line",
        "over two lines",
        "F86 CRLF",
        "beyond the ends of lines",
        "beyond the last line",
        "wholly beyond",
    ],
)
async def test_a_range_is_lines_as_lsp_counts_them(
    tmp_path: Path, start: tuple[int, int], end: tuple[int, int], text: str, lines: str
) -> None:
    (tmp_path / "a.py").write_bytes(EMOJI.encode())
    uri = (tmp_path / "a.py").as_uri()
    for is_open in (False, True):
        async with connection(FakeProvider([END]), folder=tmp_path) as server:
            if is_open:
                open_document(server, uri, EMOJI)
            found = await sent(server, {"type": "file", "uri": uri, "range": lsp_range(start, end)})
            assert found == f'Look\n\n<file path="a.py" lines="{lines}">\n{text}\n</file>'


async def test_every_other_kind_of_attachment_is_a_block_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "b.py").touch()
    uri = (tmp_path / "a.py").as_uri()
    async with connection(FakeProvider([END]), folder=tmp_path) as server:
        text = await sent(
            server,
            {"type": "folder", "uri": (tmp_path / "pkg").as_uri()},
            {"type": "selection", "uri": uri, "range": lsp_range((4, 0), (6, 0)), "text": "def f(): ..."},
            {"type": "text", "name": 'clip "board" & more', "text": "pasted"},
            content="",
        )
        assert '<folder path="pkg">\n' in text
        assert "b.py" in text
        assert '<selection path="a.py" lines="5-6">\ndef f(): ...\n</selection>' in text
        assert '<text name="clip &quot;board&quot; &amp; more">\npasted\n</text>' in text


async def test_diagnostics_are_asked_of_a_client_that_announces_them(tmp_path: Path) -> None:
    uri = (tmp_path / "a.py").as_uri()
    async with diagnosing(FakeProvider([END]), tmp_path) as server:
        server.begin("chat/stream", with_diagnostics(uri))
        question = await server.wait_for(lambda message: message.get("method") == "chat/getDiagnostics")
        assert question["params"] == {"uri": uri}
        items = [
            {"range": lsp_range((2, 4), (2, 9)), "severity": 2, "message": "unused"},
            {"range": None, "severity": "?", "message": "odd"},
            "nonsense",
        ]
        answer = {"items": [{"uri": uri, "diagnostics": items}]}
        server.send({"jsonrpc": "2.0", "id": question["id"], "result": answer})
        await server.response()
        text = server.provider.requests[0].messages[-1].content
        assert '<diagnostics path="a.py">\n3:5 warning: unused\n1:1 error: odd\n' in text


async def test_diagnostics_that_the_client_cannot_tell_refuse_the_message(tmp_path: Path) -> None:
    async with diagnosing(FakeProvider(), tmp_path) as server:
        server.begin("chat/stream", with_diagnostics((tmp_path / "a.py").as_uri()))
        question = await server.wait_for(lambda message: message.get("method") == "chat/getDiagnostics")
        server.send({"jsonrpc": "2.0", "id": question["id"], "error": {"code": 1, "message": "no"}})
        error = (await server.response())["error"]
        assert (error["code"], error["data"]["field"]) == (-32602, "message.attachments[0].uri")


async def test_a_cancel_while_the_client_is_asked_withdraws_the_question_and_ends_the_turn(tmp_path: Path) -> None:
    async with diagnosing(FakeProvider(), tmp_path) as server:
        server.begin("chat/stream", with_diagnostics((tmp_path / "a.py").as_uri()))
        question = await server.wait_for(lambda message: message.get("method") == "chat/getDiagnostics")
        await settle()
        server.notify("window/workDoneProgress/cancel", {"token": "t"})
        await server.response()
        messages = await server.settled()
        assert check_turn(messages, "t", 1)["result"]["stopReason"] == "cancelled"
        withdrawn = [message["params"] for message in messages if message.get("method") == "$/cancelRequest"]
        assert withdrawn == [{"id": question["id"]}]


async def test_diagnostics_from_a_client_that_has_none_to_tell_refuse_the_message() -> None:
    async with connection() as server:
        data = await refusal(server, {"type": "diagnostics", "uri": "file:///ws/a.py"})
        assert data["field"] == "message.attachments[0]"


@pytest.mark.parametrize(
    "uri",
    ["{ws}/missing.py", "{ws}/image.bin", "{ws}", "{ws}/../secret", "file:///etc/hostname", "https://example.org/a"],
    ids=["missing", "binary", "a folder", "outside by ..", "outside", "another scheme"],
)
async def test_a_file_that_cannot_be_read_refuses_the_message_naming_its_index(tmp_path: Path, uri: str) -> None:
    folder = tmp_path / "ws"
    folder.mkdir()
    (tmp_path / "secret").write_text("S3CRET")
    (folder / "a.py").write_text("X = 1\n")
    (folder / "image.bin").write_bytes(b"\x89PNG\0\0")
    async with connection(folder=folder) as server:
        good = {"type": "file", "uri": (folder / "a.py").as_uri()}
        data = await refusal(server, good, {"type": "file", "uri": uri.format(ws=folder.as_uri())})
        assert data["field"] == "message.attachments[1].uri"
        assert "S3CRET" not in str(server.received)
        assert str(tmp_path) not in data["expected"]


async def test_a_range_far_down_a_long_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "long.py").write_text("".join(f"line {number:06}\n" for number in range(40_000)))
    uri = (tmp_path / "long.py").as_uri()
    async with connection(FakeProvider([END]), folder=tmp_path) as server:
        text = await sent(server, {"type": "file", "uri": uri, "range": lsp_range((39_000, 5), (39_001, 4))})
        assert text == 'Look\n\n<file path="long.py" lines="39001-39002">\n039000\nline\n</file>'


async def test_what_is_too_large_is_cut_and_says_so_to_model_and_user(tmp_path: Path) -> None:
    (tmp_path / "long.py").write_text("x" * 600_000 + "\ny = 1\n")
    uri = (tmp_path / "long.py").as_uri()
    cut_short = "long.py is too large: only the beginning is attached."
    async with connection(FakeProvider([END]), folder=tmp_path) as server:
        text = await sent(server, {"type": "file", "uri": uri})
        assert text.endswith("xx\n[cut: 262,144 of 600,007 bytes shown]\n</file>")
        assert told(server.received, "t") == [cut_short]
    for end, cut in [((0, 600_000), True), ((0, 200_000), False), ((1, 0), True)]:
        async with connection(FakeProvider([END]), folder=tmp_path) as server:
            text = await sent(server, {"type": "file", "uri": uri, "range": lsp_range((0, 0), end)})
            assert text.endswith("\n[cut: 262,144 bytes of these lines shown]\n</file>") is cut
            assert told(server.received, "t") == ([cut_short] if cut else [])


async def test_a_folder_outside_refuses_the_message(tmp_path: Path) -> None:
    async with connection(folder=tmp_path) as server:
        data = await refusal(server, {"type": "folder", "uri": "file:///etc"})
        assert data["field"] == "message.attachments[0].uri"


async def test_a_session_that_was_taken_while_attachments_were_read_is_busy(tmp_path: Path) -> None:
    going_on = asyncio.Event()
    provider = FakeProvider([Token("One"), END], [Token("Two"), going_on, END])
    async with diagnosing(provider, tmp_path) as server:
        session = (await server.turn("One", "a", 1))["result"]["sessionId"]
        late = {**with_diagnostics((tmp_path / "a.py").as_uri()), "sessionId": session}
        server.begin("chat/stream", late, 2)
        question = await server.wait_for(lambda message: message.get("method") == "chat/getDiagnostics")
        server.begin("chat/stream", turn_params("Two", "b", sessionId=session), 3)
        await server.event("b", "token")
        server.send({"jsonrpc": "2.0", "id": question["id"], "result": {"items": []}})
        assert (await server.response(2))["error"]["data"]["reason"] == "session_busy"
        assert values(server.received, "t") == []
        going_on.set()
        await server.response(3)
        check_turn(await server.settled(), "b", 3)


async def test_reading_attachments_holds_up_nobody_else(tmp_path: Path) -> None:
    async with diagnosing(FakeProvider(), tmp_path) as server:
        server.begin("chat/stream", with_diagnostics((tmp_path / "a.py").as_uri()))
        async with asyncio.timeout(5):
            assert "result" in await server.request("chat/listAgents", None, 2)
        server.notify("$/cancelRequest", {"id": 1})
        await server.response()


def with_diagnostics(uri: str) -> Json:
    message = {"content": "Why?", "attachments": [{"type": "diagnostics", "uri": uri}]}
    return {"message": message, "workDoneToken": "t"}


@asynccontextmanager
async def diagnosing(provider: FakeProvider, folder: Path) -> AsyncGenerator[Connection]:
    """A connection whose client announces that it can tell diagnostics."""
    async with connection(provider, folder=folder, initialize=False) as server:
        await server.initialize(
            capabilities={"experimental": {"chatls": {"protocol": 1, "diagnostics": True}}},
            workspaceFolders=[{"uri": folder.as_uri(), "name": "ws"}],
        )
        yield server


def dotenv(folder: Path, **more: Any) -> Json:
    """An attachment of a file with a password in it."""
    (folder / ".env").write_text("PASSWORD=hunter2\n")
    return {"uri": (folder / ".env").as_uri(), **more}


@pytest.mark.parametrize(
    "more",
    [
        {"type": "file"},
        {"type": "selection", "range": lsp_range((0, 0), (1, 0)), "text": "PASSWORD=hunter2\n"},
        {"type": "text", "name": ".env", "text": "PASSWORD=hunter2\n"},
    ],
    ids=lambda more: str(more["type"]),
)
async def test_the_active_file_is_left_out_where_it_holds_secrets_and_the_user_is_told(
    tmp_path: Path, more: Json
) -> None:
    async with connection(FakeProvider([END]), folder=tmp_path) as server:
        chosen = {"type": "text", "name": "chosen", "text": "x = 1"}
        assert "hunter2" not in await sent(server, chosen, dotenv(tmp_path, **more, implicit=True))
        (phase,) = [event for event in events(server.received, "t") if "leftOut" in event]
        assert (phase["leftOut"], phase["message"]) == (1, ".env may hold passwords or keys: it is not sent along.")


async def test_the_active_file_is_left_out_where_it_cannot_be_read(tmp_path: Path) -> None:
    async with connection(FakeProvider([END]), folder=tmp_path) as server:
        gone = {"type": "file", "uri": (tmp_path / "gone.py").as_uri(), "implicit": True}
        assert await sent(server, gone) == "Look"
        assert told(server.received, "t") == ["gone.py cannot be read: it is not sent along."]


async def test_a_selection_that_the_user_chose_to_send_is_sent(tmp_path: Path) -> None:
    async with connection(FakeProvider([END]), folder=tmp_path) as server:
        chosen = dotenv(tmp_path, type="selection", range=lsp_range((0, 0), (0, 8)), text="PASSWORD")
        assert "PASSWORD" in await sent(server, chosen)


async def test_a_message_of_which_nothing_is_left_is_refused(tmp_path: Path) -> None:
    async with connection(FakeProvider([END]), folder=tmp_path) as server:
        message = {"content": "", "attachments": [dotenv(tmp_path, type="file", implicit=True)]}
        response = await server.request("chat/stream", {"message": message}, "refused")
        assert response["error"]["data"]["field"] == "message.content"
        assert ".env may hold passwords" in response["error"]["message"]
        assert server.provider.requests == []
