// Turns the JSON Schemas that chatls writes into TypeScript, keeping each description as a comment. It knows the few
// forms that these use and refuses any other; limits of values and combinations of keys have no type. No files here:
// `wireTypes.mjs` reads and writes them.

/** @typedef {Record<string, any>} Schema */

/** @type {Readonly<Record<string, string>>} */
const PRIMITIVES = {
  boolean: "boolean",
  integer: "number",
  null: "null",
  number: "number",
  string: "string",
};

/** @param {string | undefined} text */
export function comment(text) {
  return text ? `/** ${text.replaceAll("*/", "*\\/")} */\n` : "";
}

/** The name of the type that a reference points at. @param {Schema} reference @returns {string} */
export function nameOf(reference) {
  return reference["$ref"].split("/").at(-1);
}

/** The declaration of a named type. @param {string} name @param {Schema} schema */
export function declaration(name, schema) {
  const head = `${comment(schema["description"])}export `;
  return schema["properties"]
    ? `${head}interface ${name} ${type(schema)}`
    : `${head}type ${name} = ${type(schema)};`;
}

/** The type of a schema, as an expression. @param {Schema} schema @returns {string} */
export function type(schema) {
  if (schema["$ref"]) return nameOf(schema);
  if ("const" in schema) return JSON.stringify(schema["const"]);
  if (schema["enum"]) return union(schema["enum"].map((/** @type {unknown} */ one) => JSON.stringify(one)));
  if (schema["properties"]) return members(schema);
  const choices = schema["oneOf"] ?? schema["anyOf"];
  if (choices) return union(choices.map(type));
  if (schema["type"] === "array") return `readonly (${type(schema["items"])})[]`;
  if (schema["type"] === "object") return record(schema["additionalProperties"]);
  const primitive = PRIMITIVES[schema["type"]];
  if (primitive) return primitive;
  if (Object.keys(schema).every((key) => key === "description" || key === "title")) return "unknown";
  throw new Error(`A form of schema that has no type here: ${JSON.stringify(schema)}`);
}

/** @param {string[]} choices */
function union(choices) {
  return choices.join(" | ");
}

/** @param {Schema} schema */
function members({ properties, required = [] }) {
  const rows = Object.entries(properties).map(([key, value]) => {
    const mark = required.includes(key) ? "" : "?";
    return `${comment(value.description)}readonly ${JSON.stringify(key)}${mark}: ${type(value)};`;
  });
  return `{\n${rows.join("\n")}\n}`;
}

/** @param {Schema | boolean | undefined} values */
function record(values) {
  return `Readonly<Record<string, ${typeof values === "object" ? type(values) : "unknown"}>>`;
}
