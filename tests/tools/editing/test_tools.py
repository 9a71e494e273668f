from tests.support.changing import Changing


def test_models_are_told_of_the_tools_that_change_files(desk: Changing) -> None:
    specs = {spec.name: spec for spec in desk.tools.specs()}
    assert {name: spec.kind for name, spec in specs.items()} == {
        "edit_file": "edit",
        "delete_file": "delete",
        "move_file": "move",
    }
    assert "$ref" not in str(specs["edit_file"].input_schema)
