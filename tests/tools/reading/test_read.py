import asyncio
import os
import tracemalloc

import pytest

from chatls.chat.events import ToolCall, ToolText
from chatls.tools.base import MAX_SHOWN
from chatls.tools.text import encoding_of
from tests.support.workspaces import Workspace


async def test_every_line_has_its_number(ws: Workspace) -> None:
    ws.write({"a.py": "import os\n\nprint(os.name)\n"})
    result = await ws.call("read_file", path="a.py")
    assert result == ToolText("1\timport os\n2\t\n3\tprint(os.name)", uris=((ws.folder / "a.py").as_uri(),))


async def test_lines_end_where_an_editor_ends_them(ws: Workspace) -> None:
    ws.write({"a": "one\r\ntwo\rthree\u2028still three\x0c\x85\nfour"})
    assert await ws.text("read_file", path="a") == "1\tone\n2\ttwo\n3\tthree\u2028still three\x0c\x85\n4\tfour"


@pytest.mark.parametrize(
    ("window", "shown"),
    [
        ({"line_count": 2}, "1\tline 1\n2\tline 2\n[lines 1-2 of 5 shown; go on with start_line 3]"),
        ({"start_line": 2, "line_count": 2}, "2\tline 2\n3\tline 3\n[lines 2-3 of 5 shown; go on with start_line 4]"),
        ({"start_line": 4}, "4\tline 4\n5\tline 5"),
        ({"start_line": 5, "line_count": 9}, "5\tline 5"),
    ],
)
async def test_a_window_says_how_to_go_on(ws: Workspace, window: dict[str, int], shown: str) -> None:
    ws.write({"a": "".join(f"line {number}\n" for number in range(1, 6))})
    assert await ws.text("read_file", path="a", **window) == shown


async def test_a_window_as_far_down_as_there_are_lines(ws: Workspace) -> None:
    ws.write({"a": "".join(f"line {number}\n" for number in range(1, 200_001))})
    assert await ws.text("read_file", path="a", start_line=199_999) == "199999\tline 199999\n200000\tline 200000"


async def test_a_line_beyond_the_end_is_told_with_their_number(ws: Workspace) -> None:
    ws.write({"a": "one\ntwo\n"})
    failure = await ws.failure("read_file", path="a", start_line=3)
    assert failure.code == "invalid_arguments"
    assert "a has 2 lines" in failure.message


async def test_what_does_not_fit_is_left_for_the_next_call(ws: Workspace) -> None:
    ws.write({"a": "".join(f"{number:>99}\n" for number in range(1, 1001))})
    seen: list[str] = []
    start = 1
    while start:
        result = await ws.call("read_file", path="a", start_line=start)
        assert isinstance(result, ToolText)
        assert len(result.text.encode()) <= MAX_SHOWN
        *lines, last = result.text.split("\n")
        more = last.startswith("[")
        assert bool(result.truncated) == more
        seen += lines if more else [*lines, last]
        start = int(last.rpartition(" ")[2].rstrip("]")) if more else 0
    assert seen == [f"{number}\t{number:>99}" for number in range(1, 1001)]


async def test_a_line_longer_than_all_room_is_cut(ws: Workspace) -> None:
    ws.write({"a": "é" * MAX_SHOWN + "\nnext\n"})
    text = await ws.text("read_file", path="a")
    assert len(text.encode()) <= MAX_SHOWN
    first, *notes = text.split("\n")
    assert first.startswith("1\téé")
    assert first.endswith("é…")
    assert notes == [
        "[lines 1-1 of 2 shown; go on with start_line 2]",
        "[line 1 is cut: search_text finds what stands further on in it]",
    ]


async def test_an_empty_file_is_called_empty(ws: Workspace) -> None:
    ws.write({"a": ""})
    assert await ws.text("read_file", path="a") == "[the file is empty]"


async def test_unsaved_text_wins_and_is_said_to_be(ws: Workspace) -> None:
    ws.write({"a": "on disk"})
    ws.open("a", "in the editor\r\nof the user")
    note = "[as it is open in the editor, unsaved changes included]"
    assert await ws.text("read_file", path="a") == f"{note}\n1\tin the editor\n2\tof the user"


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        pytest.param(b"a\0b", "[binary file, 3 bytes]", id="T26 NUL"),
        pytest.param("hé\n".encode("utf-16"), "[read as UTF-16]\n1\thé", id="T26 UTF-16"),
        pytest.param(b"caf\xe9", "[read as Latin-1 (it is not valid UTF-8)]\n1\tcafé", id="T26 Latin-1"),
        pytest.param(b"a\xffb", "[read as Latin-1 (it is not valid UTF-8)]\n1\taÿb", id="T26 lone byte"),
        pytest.param(b"\xef\xbb\xbfa", "1\ta", id="T26 UTF-8 with a mark"),
    ],
)
async def test_what_is_not_utf8_is_decoded_with_a_note(ws: Workspace, content: bytes, shown: str) -> None:
    ws.write({"a": content})
    assert await ws.text("read_file", path="a") == shown


@pytest.mark.parametrize(
    ("beginning", "size", "first", "told"),
    [
        pytest.param(b"", 1 << 40, "[binary file, 1,099,511,627,776 bytes]", "", id="T24 sparse"),
        pytest.param(
            b"text\n" * 20_000, 1 << 40, "1\ttext", "of a file of 1,099,511,627,776 bytes", id="T24 with text"
        ),
        pytest.param(b"x" * 70_000, 1 << 31, "1\t" + "x" * 1000, "[line 1 is cut", id="T25 one line"),
    ],
)
async def test_a_huge_file_is_read_no_further_than_shown(
    guarded: Workspace, monkeypatch: pytest.MonkeyPatch, beginning: bytes, size: int, first: str, told: str
) -> None:
    monkeypatch.setattr("chatls.tools.reading.read.SECONDS", 3600.0)  # not the clock shall end it
    guarded.write({"a": beginning})
    os.truncate(guarded.folder / "a", size)
    await guarded.text("read_file", path="a")  # imports what is imported late
    tracemalloc.start()
    async with asyncio.timeout(5):
        text = await guarded.text("read_file", path="a")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * 1024 * 1024
    assert text.startswith(first)
    assert told in text
    assert len(text.encode()) <= MAX_SHOWN


async def test_t24_a_line_too_far_into_a_huge_file_is_told_in_time(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chatls.tools.reading.read.SECONDS", 0.05)
    ws.write({"a": b"text\n" * 20_000})
    os.truncate(ws.folder / "a", 1 << 40)
    async with asyncio.timeout(5):
        failure = await ws.failure("read_file", path="a", start_line=1_000_000)
    assert failure.code == "timeout"
    assert "1,000,000" in failure.message


@pytest.mark.parametrize("after", ["", "more\n" * 1000], ids=["T25 truncated", "T25 grown"])
async def test_a_file_that_changes_while_it_is_read_is_marked(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    ws.write({"a": "line\n" * 100_000})

    def change(head: bytes, *, whole: bool) -> object:
        (ws.folder / "a").write_text(after)
        return encoding_of(head, whole=whole)

    monkeypatch.setattr("chatls.tools.reading.view.encoding_of", change)
    text = await ws.text("read_file", path="a")
    assert text.startswith("[the file changed while it was read]\n1\tline")


def test_a_call_is_described_by_its_path(ws: Workspace) -> None:
    described = [
        ws.tools.describe(ToolCall("1", "read_file", arguments))
        for arguments in ({"path": "a.py"}, {"path": "a.py", "start_line": 10})
    ]
    assert described == [("read", "Read a.py"), ("read", "Read a.py from line 10")]
