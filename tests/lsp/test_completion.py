"""What a client is offered behind `@` and `/`."""

from typing import Any

import pytest

from chatls.chat.commands import Command
from tests.support.connection import Connection, connection

Json = dict[str, Any]


async def complete(server: Connection, text: str, line: int = 0, character: int | None = None) -> Json:
    """The list for a position; for the end of the text without one. Every edit is carried out and must be in place."""
    position = {"line": line, "character": len(text) if character is None else character}
    response = await server.request("chat/complete", {"text": text, "position": position}, text)
    return response["result"]


def offers(found: Json) -> list[tuple[str, str]]:
    return [(item["data"]["type"], item["textEdit"]["newText"]) for item in found["items"]]


async def test_paths_follow_an_at_sign() -> None:
    async with connection() as server:
        found = await complete(server, "look at @sr")
        assert offers(found) == [("path", "@src/"), ("path", "@src/b.py")]
        folder, file = found["items"]
        assert folder["textEdit"]["range"] == {
            "start": {"line": 0, "character": 8},
            "end": {"line": 0, "character": 11},
        }
        assert (folder["label"], folder["kind"], folder["filterText"], folder["sortText"]) == (
            "src/",
            19,
            "@src/",
            "000",
        )
        assert (file["kind"], file["sortText"]) == (17, "001")
        assert not found["isIncomplete"]


async def test_a_path_with_spaces_is_offered_in_quotes() -> None:
    async with connection() as server:
        assert offers(await complete(server, "@my")) == [("path", '@"my file.txt"')]
        (item,) = (await complete(server, 'x @"my f'))["items"]
        assert (item["textEdit"]["newText"], item["filterText"]) == ('@"my file.txt"', '@"my file.txt')
        assert item["textEdit"]["range"]["start"]["character"] == 2


async def test_agents_follow_an_at_sign_where_the_message_begins() -> None:
    async with connection() as server:
        assert offers(await complete(server, "@ch")) == [("agent", "@chat ")]
        assert offers(await complete(server, "ask @ch")) == []


async def test_ranges_follow_a_path_and_a_colon() -> None:
    async with connection() as server:
        found = await complete(server, "see @a.py:")
        assert offers(found) == [("range", "@a.py:1-9"), ("range", "@a.py:12-20")]
        assert [(item["label"], item["detail"]) for item in found["items"]] == [
            ("1-9", "class A"),
            ("12-20", "function run"),
        ]
        assert offers(await complete(server, "@a.py:12")) == [("range", "@a.py:12-20")]
        (item,) = (await complete(server, "@a.py:ru"))["items"]
        assert (item["textEdit"]["newText"], item["filterText"]) == ("@a.py:12-20", "@a.py:run")
        assert offers(await complete(server, "@src/b.py:")) == []


async def test_commands_follow_a_slash_at_the_beginning() -> None:
    async with connection() as server:
        server.commands = {name: Command(name, f"Do {name}", "") for name in ("fix", "explain", "exit")}
        found = await complete(server, "/ex")
        assert offers(found) == [("command", "/exit "), ("command", "/explain ")]
        assert (found["items"][1]["label"], found["items"][1]["detail"]) == ("/explain", "Do explain")
        assert len(offers(await complete(server, "/"))) == 3
        for text in ("see /ex", "/explain ", "/etc/ex", "/explain x", "\n\n/ex x"):
            assert offers(await complete(server, text)) == []


@pytest.mark.parametrize("text", ["", "hello", "me@example", "@a.py and", '@"a.py"', "x" * 5000 + "@" + "a" * 300])
async def test_elsewhere_nothing_is_offered(text: str) -> None:
    async with connection() as server:
        assert await complete(server, text) == {"isIncomplete": False, "items": []}


async def test_only_what_stands_before_the_cursor_counts() -> None:
    async with connection() as server:
        assert offers(await complete(server, "see @src and more", character=7)) == [
            ("path", "@src/"),
            ("path", "@src/b.py"),
        ]


# "é" is two bytes in UTF-8, "😀" four bytes, two UTF-16 units, one character.
@pytest.mark.parametrize(("encoding", "start", "end"), [("utf-8", 7, 10), ("utf-16", 4, 7), ("utf-32", 3, 6)])
async def test_positions_count_in_the_encoding_agreed_on(encoding: str, start: int, end: int) -> None:
    async with connection(initialize=False) as server:
        await server.initialize(capabilities={"general": {"positionEncodings": [encoding]}})
        found = await complete(server, "first\r\n😀é @sr", 1, end)
        assert found["items"][0]["textEdit"] == {
            "range": {"start": {"line": 1, "character": start}, "end": {"line": 1, "character": end}},
            "newText": "@src/",
        }


async def test_a_list_that_is_not_all_says_so() -> None:
    async with connection() as server:
        server.names.complete = False
        assert (await complete(server, "see @a"))["isIncomplete"]
        server.names.complete = True
        server.commands = {f"c{number:02}".replace("0", "o"): Command("", "", "") for number in range(60)}
        found = await complete(server, "/")
        assert (len(found["items"]), found["isIncomplete"]) == (50, True)


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({}, "text"),
        ({"text": "@"}, "position"),
        ({"text": 1, "position": {"line": 0, "character": 0}}, "text"),
        ({"text": "@", "position": {"line": -1, "character": 0}}, "position.line"),
    ],
)
async def test_wrong_params_are_refused_by_name(params: Json, field: str) -> None:
    async with connection() as server:
        error = (await server.request("chat/complete", params))["error"]
        assert (error["code"], error["data"]["field"]) == (-32602, field)


async def test_a_position_beyond_the_text_is_its_end() -> None:
    async with connection() as server:
        found = await complete(server, "see @sr", 9, 99)
        assert found["items"][0]["textEdit"]["range"]["end"] == {"line": 0, "character": 7}
