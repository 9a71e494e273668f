import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest
from jsonschema import Draft202012Validator

from chatls.config import Settings
from chatls.lsp.methods import METHODS
from chatls.lsp.schemas import documents, drifted, slug, write
from tests.support.schemas import SCHEMAS, check_value, names, read_schema


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "chatls.lsp.schemas", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def objects(schema: Any) -> list[dict[str, Any]]:
    """All objects inside a schema, itself first."""
    if isinstance(schema, list):
        return [found for item in cast("list[Any]", schema) for found in objects(item)]
    if not isinstance(schema, dict):
        return []
    table = cast("dict[str, Any]", schema)
    return [table, *(found for item in table.values() for found in objects(item))]


def test_the_schemas_say_what_the_models_say() -> None:
    assert drifted(SCHEMAS) == [], "run `python -m chatls.lsp.schemas`"


def test_the_check_names_what_has_drifted(tmp_path: Path) -> None:
    assert run(str(tmp_path)).returncode == 0
    assert run(str(tmp_path), "--check").returncode == 0
    (tmp_path / "event.json").write_text("{}\n", encoding="utf-8")
    (tmp_path / "progress.json").unlink()
    (tmp_path / "gone.json").write_text("{}\n", encoding="utf-8")
    checked = run(str(tmp_path), "--check")
    assert checked.returncode == 1
    assert "event.json, gone.json, progress.json" in checked.stderr
    assert checked.stdout == ""


def test_writing_takes_away_what_belongs_to_no_model(tmp_path: Path) -> None:
    (tmp_path / "gone.json").write_text("{}\n", encoding="utf-8")
    (tmp_path / "README.md").write_text("kept", encoding="utf-8")
    write(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {*documents(), "README.md"}
    assert drifted(tmp_path) == []


def test_two_runs_write_the_same() -> None:
    assert documents() == documents()
    assert all(text.endswith("}\n") for text in documents().values())


@pytest.mark.parametrize("name", names())
def test_every_schema_is_json_schema_2020_12(name: str) -> None:
    schema = read_schema(name)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", names())
def test_nothing_of_ours_is_ever_null(name: str) -> None:
    assert all(
        found.get("type") != "null" and found.get("default", 0) is not None for found in objects(read_schema(name))
    )


@pytest.mark.parametrize("method", METHODS, ids=[method.name for method in METHODS])
def test_every_method_has_its_files(method: Any) -> None:
    assert f"{slug(method.name)}.params" in names()
    assert (f"{slug(method.name)}.result" in names()) == (method.result is not None)


def test_every_setting_is_described_with_its_default() -> None:
    schema = read_schema("config")
    check_value("config", Settings().model_dump(mode="json", by_alias=True, exclude_none=True))
    ollama = schema["$defs"]["Ollama"]["properties"]
    assert ollama["numCtx"]["default"] == 16384
    assert schema["properties"]["agent"]["default"] == "chat"
    settings = [*ollama.values(), *schema["$defs"]["Limits"]["properties"].values(), *schema["properties"].values()]
    assert all("description" in setting or "$ref" in setting for setting in settings)
    with pytest.raises(AssertionError, match="numctx"):
        check_value("config", {"ollama": {"numctx": 1}})


def test_the_openrpc_document_describes_every_method() -> None:
    document = read_schema("openrpc")
    assert document["openrpc"].startswith("1.3.")
    described = {method["name"]: method["x-direction"].split("-")[0] for method in document["methods"]}
    assert described == {method.name: method.asks for method in METHODS}
    for method in document["methods"]:
        assert {"name", "summary", "params", "paramStructure", "examples"} <= method.keys()


def test_the_examples_of_the_openrpc_document_fit_its_schemas() -> None:
    document = read_schema("openrpc")
    for method in document["methods"]:
        (example,) = method["examples"]
        pairs = [(method["x-params"], {param["name"]: param["value"] for param in example["params"]})]
        if "result" in method:
            pairs.append((method["result"]["schema"], example["result"]["value"]))
        for reference, value in pairs:
            schema = {**reference, "components": document["components"]}
            errors = list(Draft202012Validator(schema).iter_errors(value))  # pyright: ignore[reportUnknownMemberType]
            assert errors == [], method["name"]


def test_every_reference_of_the_openrpc_document_leads_somewhere() -> None:
    document = read_schema("openrpc")
    for found in objects(document):
        if isinstance(reference := found.get("$ref"), str):
            _, kind, section, name = reference.split("/")
            assert name in document[kind][section], reference
