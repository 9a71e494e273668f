"""LSP edits in a buffer (`text_edits.lua`) come to the text that the protocol says, by other arithmetic."""

import json
import random
from typing import Any

import pytest

from tests.support.model_editor import CODECS, ModelEditor
from tests.support.neovim import Neovim

Json = dict[str, Any]
URI = "file:///a"
ALPHABET = ("a", "b", "ä", "€", "🦙", " ")

APPLY = """
local case = ...
local bufnr = vim.api.nvim_create_buf(false, true)
vim.bo[bufnr].fileformat = case.fileformat
vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, case.lines)
require("chatls.text_edits").apply(bufnr, case.edits, case.encoding)
local lines = vim.api.nvim_buf_get_lines(bufnr, 0, -1, false)
vim.api.nvim_buf_delete(bufnr, { force = true })
return lines
"""


class Nobody:
    """A server that takes what it is told."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}

    def notify(self, method: str, params: Json) -> None:
        pass


def by_protocol(text: str, edits: list[Json], encoding: str) -> str:
    editor = ModelEditor(Nobody(), encoding)
    editor.open(URI, text)
    changes = [{"textDocument": {"uri": URI, "version": 1}, "edits": edits}]
    assert editor.apply({"edit": {"documentChanges": changes}}) == {"applied": True}
    return editor.texts[URI]


def random_text(chance: random.Random, lines: int) -> list[str]:
    return ["".join(chance.choices(ALPHABET, k=chance.randrange(6))) for _ in range(lines)]


def places(lines: list[str], encoding: str) -> list[Json]:
    """Every place of a document whose last line ends, in order."""
    codec, size = CODECS[encoding]
    found: list[Json] = []
    for number, line in enumerate(lines):
        ends = [len(line[:end].encode(codec)) // size for end in range(len(line) + 1)]
        found += [{"line": number, "character": character} for character in ends]
    return [*found, {"line": len(lines), "character": 0}]


def random_case(seed: int, encoding: str, line_end: str) -> tuple[Json, list[str]]:
    """A buffer with edits that do not touch one another, and the lines they come to."""
    chance = random.Random(seed)
    lines = random_text(chance, chance.randrange(1, 6))
    everywhere = places(lines, encoding)
    chosen = sorted(chance.sample(range(len(everywhere)), min(len(everywhere), 2 * chance.randrange(1, 3)) // 2 * 2))
    edits = [
        {
            "range": {"start": everywhere[start], "end": everywhere[end]},
            "newText": line_end.join(random_text(chance, chance.randrange(1, 4))),
        }
        for start, end in zip(chosen[::2], chosen[1::2], strict=True)
    ]
    text = by_protocol("".join(line + line_end for line in lines), edits, encoding)
    # A buffer cannot hold less than one line, and ends its last one when it is written.
    expected = text.removesuffix(line_end).split(line_end)
    fileformat = "dos" if line_end == "\r\n" else "unix"
    return {"fileformat": fileformat, "lines": lines, "edits": edits, "encoding": encoding}, expected


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_edit_changes_a_buffer_as_the_protocol_says(nvim: Neovim, encoding: str, line_end: str) -> None:
    for seed in range(300):
        case, expected = random_case(seed, encoding, line_end)
        assert nvim.lua(APPLY, case) == expected, json.dumps(case, ensure_ascii=False)


def test_a_carriage_return_at_the_end_of_a_line_of_a_unix_file_stays(nvim: Neovim) -> None:
    edit = {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 1}}, "newText": "b\r\nc"}
    case = {"fileformat": "unix", "lines": ["a\r", "z\r"], "edits": [edit], "encoding": "utf-16"}
    assert nvim.lua(APPLY, case) == ["b\r", "c\r", "z\r"]
