"""`workspace/applyEdit` in Neovim (`edits.lua`): exact versions or nothing, and one undo step for a turn and a file."""

from typing import Any

import pytest

from tests.support.neovim import Neovim

Json = dict[str, Any]
TEXT = "one = 1\ntwo = 2\n"

OPEN = """
vim.cmd.edit("src/alpha.py")
CLIENT = require("chatls.client")
CONV = require("chatls").current()
CLIENT.request(CONV.root, "chat/listTools", nil, function() READY = true end)
"""
APPLY = """
local edits, version = ...
local change = {
  textDocument = { uri = vim.uri_from_bufnr(0), version = version or vim.lsp.util.buf_versions[vim.fn.bufnr()] },
  edits = edits,
}
local answer
local context = { client_id = CLIENT.lsp(CONV.root).id }
require("chatls.edits").on_apply({ edit = { documentChanges = { change } } }, context, function(result)
  answer = result
end)
return answer
"""
LINES = "return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\\n') .. '\\n'"


@pytest.fixture
def editor(nvim: Neovim) -> Neovim:
    """A Neovim with a file that the server sees, and a turn that runs."""
    nvim.lua(OPEN)
    nvim.wait("return READY and vim.lsp.util.buf_versions[vim.fn.bufnr()] ~= nil and CLIENT.lsp(CONV.root) ~= nil")
    nvim.lua("CONV.turns = { { state = 'running' } }")
    return nvim


def insert(line: int, text: str) -> Json:
    place = {"line": line, "character": 0}
    return {"range": {"start": place, "end": place}, "newText": text}


def press(nvim: Neovim, keys: str) -> None:
    """Press keys as a user does, each ending what Neovim would undo at once."""
    nvim.lua("vim.api.nvim_feedkeys(vim.keycode(...), 'tx', false)", keys)


def test_an_edit_of_the_version_it_was_made_for_lands(editor: Neovim) -> None:
    assert editor.lua(APPLY, [insert(1, "half = 1.5\n")]) == {"applied": True}
    assert editor.lua(LINES) == "one = 1\nhalf = 1.5\ntwo = 2\n"


def test_a_stale_edit_changes_nothing_and_says_so(editor: Neovim) -> None:
    version = editor.lua("return vim.lsp.util.buf_versions[vim.fn.bufnr()]")
    press(editor, "x")
    answer = editor.lua(APPLY, [insert(0, "never\n")], version)
    assert answer == {"applied": False, "failureReason": "alpha.py: it has changed since"}
    assert editor.lua(LINES) == "ne = 1\ntwo = 2\n"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("vim.bo.modifiable = false", "it is read-only in Neovim"),
        ("vim.bo.readonly = true", "it is read-only in Neovim"),
        ("vim.api.nvim_buf_set_lines(0, 0, 1, false, { 'a\\rb' })", "it has lone carriage returns"),
    ],
)
def test_what_cannot_be_edited_well_is_not_edited(editor: Neovim, code: str, reason: str) -> None:
    editor.lua(code)
    before = editor.lua(LINES)
    answer = editor.lua(APPLY, [insert(0, "never\n")])
    assert answer["applied"] is False
    assert reason in answer["failureReason"]
    assert editor.lua(LINES) == before


@pytest.mark.parametrize("version", ["vim.NIL", "nil"])
def test_an_edit_without_a_version_is_refused(editor: Neovim, version: str) -> None:
    document = f"{{ uri = vim.uri_from_bufnr(0), version = {version} }}"
    answer = editor.lua(f"""
        local params = {{ edit = {{ documentChanges = {{ {{ textDocument = {document}, edits = {{}} }} }} }} }}
        local answer
        require("chatls.edits").on_apply(params, {{ client_id = CLIENT.lsp(CONV.root).id }}, function(result)
          answer = result
        end)
        return answer""")
    assert answer["applied"] is False


def test_every_document_of_an_edit_is_checked_before_the_first_is_changed(editor: Neovim) -> None:
    answer = editor.lua("""
        local version = vim.lsp.util.buf_versions[vim.fn.bufnr()]
        local place = { line = 0, character = 0 }
        local edits = { { range = { start = place, ["end"] = place }, newText = "never\\n" } }
        local changes = {}
        for _, name in ipairs({ "alpha.py", "not-open.py" }) do
          local uri = vim.uri_from_fname(vim.fn.getcwd() .. "/src/" .. name)
          table.insert(changes, { textDocument = { uri = uri, version = version }, edits = edits })
        end
        local context, answer = { client_id = CLIENT.lsp(CONV.root).id }, nil
        require("chatls.edits").on_apply({ edit = { documentChanges = changes } }, context, function(result)
          answer = result
        end)
        return answer""")
    assert answer == {"applied": False, "failureReason": "not-open.py: it is not open"}
    assert editor.lua(LINES) == TEXT


def test_all_edits_of_a_turn_are_one_undo_step_also_with_commands_between(editor: Neovim) -> None:
    editor.lua(APPLY, [insert(0, "a\n")])
    press(editor, "jk")
    editor.lua("vim.cmd.write()")
    editor.lua(APPLY, [insert(0, "b\n"), insert(2, "c\n")])
    assert editor.lua(LINES) == "b\na\none = 1\nc\ntwo = 2\n"
    press(editor, "u")
    assert editor.lua(LINES) == TEXT


def test_another_turn_is_another_undo_step(editor: Neovim) -> None:
    editor.lua(APPLY, [insert(0, "a\n")])
    editor.lua("CONV.turns = { CONV.turns[1], { state = 'running' } }")
    editor.lua(APPLY, [insert(0, "b\n")])
    press(editor, "u")
    assert editor.lua(LINES) == "a\n" + TEXT


def test_what_the_user_typed_before_and_after_is_not_undone_with_it(editor: Neovim) -> None:
    press(editor, "Obefore<Esc>")
    editor.lua(APPLY, [insert(0, "ours\n")])
    press(editor, "Goafter<Esc>")
    editor.lua(APPLY, [insert(0, "ours again\n")])
    assert editor.lua(LINES) == "ours again\nours\nbefore\n" + TEXT + "after\n"
    press(editor, "u")
    assert editor.lua(LINES) == "ours\nbefore\n" + TEXT + "after\n"
    press(editor, "u")
    assert editor.lua(LINES) == "ours\nbefore\n" + TEXT
    press(editor, "u")
    assert editor.lua(LINES) == "before\n" + TEXT


def test_an_edit_that_comes_while_the_user_types_is_a_step_of_its_own(editor: Neovim) -> None:
    editor.lua("vim.api.nvim_input('Otyped')")
    editor.wait("return vim.fn.mode() == 'i' and vim.fn.getline(1) == 'typed'")
    editor.lua(APPLY, [insert(3, "ours\n")])
    editor.lua("vim.api.nvim_input(' more<Esc>')")
    editor.wait("return vim.fn.mode() == 'n' and vim.fn.getline(1) == 'typed more'")
    press(editor, "u")
    assert editor.lua(LINES) == "typed\n" + TEXT + "ours\n"
    press(editor, "u")
    assert editor.lua(LINES) == "typed\n" + TEXT


def test_an_edit_after_the_user_undid_the_last_one_lands(editor: Neovim) -> None:
    editor.lua(APPLY, [insert(0, "a\n")])
    press(editor, "u")
    assert editor.lua(APPLY, [insert(0, "b\n")]) == {"applied": True}
    assert editor.lua(LINES) == "b\n" + TEXT


def test_a_file_that_was_changed_on_the_disk_is_read_again_instead_of_edited(editor: Neovim) -> None:
    version = editor.lua("return vim.lsp.util.buf_versions[vim.fn.bufnr()]")
    (editor.user.workspace / "src" / "alpha.py").write_text("zero = 0\n")
    assert editor.lua(APPLY, [insert(0, "never\n")], version)["applied"] is False
    assert editor.lua(LINES) == "zero = 0\n"


def test_a_file_is_moved_and_deleted_with_its_buffer(editor: Neovim) -> None:
    operate = """
        local answer
        local params = { edit = { documentChanges = { ... } } }
        require("chatls.edits").on_apply(params, { client_id = CLIENT.lsp(CONV.root).id }, function(result)
          answer = result
        end)
        return answer"""
    folder = editor.user.workspace / "src"
    old, new = (folder / "alpha.py").as_uri(), (folder / "omega.py").as_uri()
    assert editor.lua(operate, {"kind": "rename", "oldUri": old, "newUri": new}) == {"applied": True}
    assert editor.lua("return vim.fn.expand('%:t')") == "omega.py"
    assert editor.lua(operate, {"kind": "delete", "uri": new}) == {"applied": True}
    assert not (folder / "omega.py").exists()
