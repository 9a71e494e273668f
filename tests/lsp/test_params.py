"""Params as they came: the specification's become its types, empty Lua tables become objects, ours stay as they are."""

from typing import Any

import pytest
from lsprotocol import converters, types

from chatls.errors import InvalidParams
from chatls.lsp.params import structure

CONVERTER = converters.get_converter()


INITIALIZE: dict[str, Any] = {"processId": None, "rootUri": None, "capabilities": {}}


def structured(method: str, params: object) -> Any:
    return structure(CONVERTER, method, params)


def test_params_of_the_specification_become_its_types() -> None:
    found = structured("$/setTrace", {"value": "verbose"})
    assert found == types.SetTraceParams(types.TraceValue.Verbose)


@pytest.mark.parametrize("method", ["chat/stream", "no/such", "workspace/executeCommand"])
def test_params_of_ours_keep_their_keys_and_their_tuples_of_nothing(method: str) -> None:
    params: dict[str, Any] = {"jsonrpc": "1.0", "class": 1, "a-b": [[], {"id": 5}]}
    assert structured(method, params) is params


@pytest.mark.parametrize("params", [None, [], {}])
def test_no_params_are_an_empty_object(params: object) -> None:
    assert structured("chat/listModels", params) == {}
    assert structured("initialized", params) == types.InitializedParams()


def test_an_empty_lua_table_is_an_object_where_the_specification_has_one() -> None:
    found = structured("initialize", {**INITIALIZE, "capabilities": {"workspace": [], "window": {"showMessage": []}}})
    assert found.capabilities.workspace == types.WorkspaceClientCapabilities()
    assert found.capabilities.window.show_message == types.ShowMessageRequestClientCapabilities()


def test_an_empty_list_stays_one_where_the_specification_has_a_list() -> None:
    found = structured("initialize", {**INITIALIZE, "capabilities": [], "workspaceFolders": []})
    assert list(found.workspace_folders) == []


@pytest.mark.parametrize(
    ("method", "params", "field"),
    [
        ("textDocument/didOpen", {"textDocument": {"uri": 5}}, "textDocument"),
        ("textDocument/didOpen", {}, "textDocument"),
        ("initialize", {"capabilities": 5}, "capabilities"),
        ("$/setTrace", 5, ""),
    ],
)
def test_params_that_do_not_fit_name_the_first_wrong_field(method: str, params: object, field: str) -> None:
    with pytest.raises(InvalidParams) as caught:
        structured(method, params)
    assert caught.value.field.startswith(field)
    assert method in caught.value.expected
