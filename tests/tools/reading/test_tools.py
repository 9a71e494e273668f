from tests.support.workspaces import Workspace


def test_the_tools_that_read_are_offered(ws: Workspace) -> None:
    specs = ws.tools.specs()
    assert [(spec.name, spec.kind) for spec in specs] == [
        ("read_file", "read"),
        ("list_directory", "read"),
        ("find_files", "search"),
        ("search_text", "search"),
    ]


def test_every_argument_of_a_tool_is_described_or_speaks_for_itself(ws: Workspace) -> None:
    for spec in ws.tools.specs():
        assert 80 < len(spec.description) < 400
        silent = [name for name, field in spec.input_schema["properties"].items() if "description" not in field]
        assert silent in ([], ["ignore_case"])
