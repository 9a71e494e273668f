"""Makes `lua/chatls/wire.lua`, the LuaCATS types of the wire, from the schemas: `python3 wire_types.py [--check]`.

With `--check` it writes nothing and its exit code is 1 when the file is not what it would write. Standard library only;
a test does the same.
"""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

Schema = Mapping[str, Any]

CLIENT = Path(__file__).resolve().parent.parent
SCHEMAS = CLIENT.parent.parent / "schemas"
TARGET = CLIENT / "lua" / "chatls" / "wire.lua"
PREFIX = "chatls.wire."
HEADER = """\
---@meta
--- The types of the wire, for editors and linters; nothing loads this file. Made from `schemas/` by
--- `scripts/wire_types.py`: do not edit it.
"""
SCALARS = {"string": "string", "integer": "integer", "number": "number", "boolean": "boolean", "null": "nil"}
FAMILIES = ("Attachment", "Event")
"""Types whose names end in these are kinds of one thing."""
ENUMS = {
    "connecting": "PhaseName",
    "end_turn": "StopReason",
    "provider_unreachable": "Reason",
    "allow_once": "OptionKind",
}
"""Names for lists of values, by their first."""
OF_LSP = ("Position", "Range")
"""Types that are LSP's own, which Neovim describes too."""
WIDTH = 120


def main() -> int:
    """Write the file, or look whether it is as it would be written."""
    wanted = generate()
    if sys.argv[1:] == ["--check"]:
        is_current = TARGET.exists() and TARGET.read_text(encoding="utf-8") == wanted
        if not is_current:
            sys.stderr.write(f"{TARGET.name} is not what {Path(__file__).name} would write: run it.\n")
        return int(not is_current)
    TARGET.write_text(wanted, encoding="utf-8")
    return 0


def generate() -> str:
    """The whole file."""
    document = json.loads((SCHEMAS / "openrpc.json").read_text(encoding="utf-8"))
    types: dict[str, Schema] = dict(document["components"]["schemas"])
    for side in ("client", "server"):
        schema = json.loads((SCHEMAS / f"capability.{side}.json").read_text(encoding="utf-8"))
        types[schema["title"]] = schema
    blocks = [alias(name, sorted(PREFIX + one for one in types if one.endswith(name))) for name in FAMILIES]
    blocks += [alias(ENUMS[values[0]], map(json.dumps, values)) for values in enums(document["components"])]
    blocks += [definition(name, types[name]) for name in sorted(types)]
    return "\n".join([HEADER, *blocks])


def enums(schema: object) -> list[tuple[str, ...]]:
    """The lists of values that have a name, each once."""
    if isinstance(schema, list):
        found = [values for one in cast("list[object]", schema) for values in enums(one)]
    elif isinstance(schema, dict):
        table = cast("dict[str, Any]", schema)
        found = [values for one in table.values() for values in enums(one)]
        found += [tuple(values) for key, values in table.items() if key == "enum" and values[0] in ENUMS]
    else:
        found = []
    return sorted(set(found))


def alias(name: str, members: Iterable[str]) -> str:
    return f"---@alias {PREFIX}{name}\n" + "".join(f"---| {member}\n" for member in members)


def definition(name: str, schema: Schema) -> str:
    """A class, or an alias for what is no object."""
    said = schema.get("description", "")
    if name in OF_LSP:
        return f"---@alias {PREFIX}{name} lsp.{name}\n"
    if "properties" not in schema and schema.get("type") != "object":
        return f"---@alias {PREFIX}{name} {spelled(schema)}\n"
    required = set(schema.get("required", ()))
    head = described(f"---@class {PREFIX}{name}", said)
    fields = schema.get("properties", {}).items()
    return "".join([head, *(field(key, value, key in required) for key, value in fields)])


def field(name: str, schema: Schema, is_required: bool) -> str:
    return described(f"---@field {name}{'' if is_required else '?'} {spelled(schema)}", schema.get("description", ""))


def described(line: str, text: str) -> str:
    """A line with its description behind it, or before it where both together are too long."""
    text = " ".join(text.split())
    if text and len(line) + 1 + len(text) <= WIDTH:
        return f"{line} {text}\n"
    return (f"--- {text[: WIDTH - 4]}\n" if text else "") + line + "\n"


def spelled(schema: Schema) -> str:
    """A type as LuaCATS writes it."""
    if "$ref" in schema:
        return PREFIX + str(schema["$ref"]).rpartition("/")[2]
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return union([spelled(one) for one in schema[key]])
    if "const" in schema or "enum" in schema:
        values = schema.get("enum", [schema.get("const")])
        named = ENUMS.get(values[0])
        return PREFIX + named if named else "|".join(map(json.dumps, values))
    return container(schema)


def union(members: Sequence[str]) -> str:
    """The kinds of one thing have a name together."""
    for name in FAMILIES:
        if len(members) > 2 and all(member.endswith(name) for member in members):
            return PREFIX + name
    return "|".join(dict.fromkeys(members))


def container(schema: Schema) -> str:
    kind = schema.get("type")
    if kind == "array":
        inner = spelled(cast("Schema", schema.get("items", {})))
        return f"({inner})[]" if "|" in inner else f"{inner}[]"
    if kind == "object":
        return "table<string, any>"
    return SCALARS.get(str(kind), "any")


if __name__ == "__main__":
    sys.exit(main())
