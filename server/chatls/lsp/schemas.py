"""`python -m chatls.lsp.schemas [DIR]`: writes `schemas/` from the pydantic models; `--check` tells what has drifted.

One JSON Schema (draft 2020-12) for each message and one OpenRPC document of all methods. Run by hand after a change
of a model; the tests run it with `--check`. The server never imports it.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from chatls.config import Settings
from chatls.lsp.event_messages import AnyEvent, ProgressValue
from chatls.lsp.methods import ERRORS, METHODS, ErrorName, Method
from chatls.lsp.result_messages import ClientCapability, InvalidParamsData, RequestFailedData, ServerCapability

DIALECT = "https://json-schema.org/draft/2020-12/schema"
PROTOCOL = "1"
INVALID_PARAMS = -32602
REQUEST_FAILED = -32803
OTHERS: dict[str, Any] = {
    "capability.client": ClientCapability,
    "capability.server": ServerCapability,
    "config": Settings,
    "error_data": InvalidParamsData | RequestFailedData,
    "event": AnyEvent,
    "progress": ProgressValue,
}
"""The schemas that belong to no single method."""

Json = dict[str, Any]


class WireSchema(GenerateJsonSchema):
    """JSON Schema as the wire has it: what has no value is left out, never null; only messages have titles."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        found = super().default_schema(schema)
        # The default of a section is what its own keys say.
        if found.get("default") is None or isinstance(found["default"], dict):
            found.pop("default", None)
        return found

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> JsonSchemaValue:
        found = super().tagged_union_schema(schema)
        found.pop("discriminator", None)  # a word of OpenAPI; the constants in the members say the same
        return found

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 (the signature is pydantic's)
        return False


def documents() -> dict[str, str]:
    """All files by name."""
    found = {f"{name}.json": _schema(kind) for name, kind in OTHERS.items()}
    for method in METHODS:
        found[f"{slug(method.name)}.params.json"] = _schema(method.params)
        if method.result is not None:
            found[f"{slug(method.name)}.result.json"] = _schema(method.result)
    found["openrpc.json"] = openrpc()
    return {name: json.dumps(found[name], indent=2, ensure_ascii=False) + "\n" for name in sorted(found)}


def slug(method: str) -> str:
    """A method's name as the name of a file: `chat_stream`."""
    return method.removeprefix("$/").replace("/", "_")


def openrpc() -> Json:
    """The OpenRPC 1.3 document of all methods, those of the server too (`x-direction`)."""
    models: list[type[BaseModel]] = [model for m in METHODS for model in (m.params, m.result) if model is not None]
    _, schemas = models_json_schema(
        [(model, "validation") for model in dict.fromkeys((*models, InvalidParamsData, RequestFailedData))],
        ref_template="#/components/schemas/{model}",
        schema_generator=WireSchema,
    )
    return {
        "openrpc": "1.3.2",
        "info": {
            "title": "chatls",
            "version": PROTOCOL,
            "description": "A chat with a language model over LSP: JSON-RPC 2.0 over stdio, framed as LSP has it.",
        },
        "methods": [_method(method, schemas["$defs"]) for method in METHODS],
        "components": {"schemas": schemas["$defs"], "errors": {name: _error(name) for name in sorted(ERRORS)}},
    }


def _schema(kind: Any) -> Json:
    return {"$schema": DIALECT, **TypeAdapter(kind).json_schema(schema_generator=WireSchema)}


def _method(method: Method, schemas: Json) -> Json:
    found: Json = {
        "name": method.name,
        "summary": method.summary,
        "paramStructure": "by-name",
        "params": list(_descriptors(schemas[method.params.__name__])),
        "x-params": _reference("schemas", method.params.__name__),
        "x-direction": "client-to-server" if method.asks == "client" else "server-to-client",
    }
    params, result = method.example
    example: Json = {"name": "example", "params": [{"name": key, "value": value} for key, value in params.items()]}
    if method.result is not None:
        found["result"] = {"name": "result", "schema": _reference("schemas", method.result.__name__)}
        example["result"] = {"name": "result", "value": result}
    if method.errors:
        found["errors"] = [_reference("errors", name) for name in method.errors]
    return {**found, "examples": [example]}


def _descriptors(schema: Json) -> Iterator[Json]:
    required = schema.get("required", [])
    for name, field in schema.get("properties", {}).items():
        yield {"name": name, "required": name in required, "schema": field}


def _reference(kind: str, name: str) -> Json:
    return {"$ref": f"#/components/{kind}/{name}"}


def _error(name: ErrorName) -> Json:
    if name == "invalid_params":
        return {"code": INVALID_PARAMS, "message": ERRORS[name]}
    return {"code": REQUEST_FAILED, "message": ERRORS[name], "data": {"reason": name}}


def drifted(folder: Path) -> list[str]:
    """The names of the files that are missing, differ from what the models say, or belong to none."""
    wanted = documents()
    there = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.json")}
    return sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))


def write(folder: Path) -> None:
    """Write all files; take away what belongs to no model any more."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = documents()
    for path in folder.glob("*.json"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m chatls.lsp.schemas", description="Write the schemas.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path("schemas"))
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if a file has drifted")
    arguments = parser.parse_args()
    if not arguments.check:
        write(arguments.folder)
    elif names := drifted(arguments.folder):
        raise SystemExit(f"Not what the models say: {', '.join(names)}. Run `python -m chatls.lsp.schemas`.")


if __name__ == "__main__":
    main()
