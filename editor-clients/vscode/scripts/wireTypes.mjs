// Writes `src/protocol.ts`, the types of every message, from the server's `schemas/`; `--check` writes nothing and
// fails where the file is not what the schemas say. Run it (`npm run types`) after a change of the server's messages.
// How a schema becomes a type is said in `schemaTypes.mjs`.
import { readFile, writeFile } from "node:fs/promises";
import * as prettier from "prettier";
import { comment, declaration, nameOf } from "./schemaTypes.mjs";

/** @typedef {import("./schemaTypes.mjs").Schema} Schema */

const SCHEMAS = new URL("../../../schemas/", import.meta.url);
const TARGET = new URL("../src/protocol.ts", import.meta.url);
const HEADER = `// The messages of chatls: what goes over the wire, and nothing else. Generated from the server's schemas by
// \`npm run types\` and never edited by hand; a test fails when it has drifted.`;

/** The schemas that belong to no single method: the name of the type, and the file. */
const OTHERS = {
  ChatEvent: "event.json",
  ClientCapability: "capability.client.json",
  ProgressValue: "progress.json",
  ServerCapability: "capability.server.json",
  Settings: "config.json",
};

/** @param {string} name @returns {Promise<Schema>} */
async function read(name) {
  return JSON.parse(await readFile(new URL(name, SCHEMAS), "utf8"));
}

/** @param {Schema} openrpc @returns {Promise<string>} */
async function messages(openrpc) {
  /** @type {Record<string, Schema>} */
  const named = { ...openrpc["components"].schemas };
  for (const [name, file] of Object.entries(OTHERS)) {
    const schema = await read(file);
    Object.assign(named, schema["$defs"], { [name]: schema });
  }
  const sorted = Object.entries(named).sort(([one], [other]) => (one < other ? -1 : 1));
  return sorted.map(([name, schema]) => declaration(name, schema)).join("\n\n");
}

/**
 * An interface with the params and the result of each method.
 * @param {string} name
 * @param {string} text
 * @param {Schema[]} methods
 */
function table(name, text, methods) {
  const rows = methods.map((method) => {
    const result = method["result"] ? `; result: ${nameOf(method["result"].schema)}` : "";
    return `${comment(method["summary"])}"${method["name"]}": { params: ${nameOf(method["x-params"])}${result} };`;
  });
  return `${comment(text)}export interface ${name} {\n${rows.join("\n")}\n}`;
}

async function generate() {
  const openrpc = await read("openrpc.json");
  /** @type {Schema[]} */
  const methods = openrpc["methods"];
  const ours = methods.filter((method) => method["x-direction"] === "client-to-server");
  const servers = methods.filter((method) => method["x-direction"] === "server-to-client");
  const requests = servers.filter((method) => method["result"]);
  const notifications = servers.filter((method) => !method["result"]);
  const reasons = Object.keys(openrpc["components"].errors).filter((name) => name !== "invalid_params");
  const parts = [
    HEADER,
    `${comment("The version of the protocol.")}export const PROTOCOL = ${openrpc["info"].version};`,
    table("Requests", "What a client asks the server.", ours),
    table("ServerRequests", "What the server asks its client.", requests),
    table("ServerNotifications", "What the server tells its client.", notifications),
    declaration("Reason", {
      description: "Why a request failed (`data.reason`); more may come.",
      enum: reasons,
    }),
    await messages(openrpc),
  ];
  return prettier.format(parts.join("\n\n"), { parser: "typescript", printWidth: 110 });
}

const wanted = await generate();
if (!process.argv.includes("--check")) {
  await writeFile(TARGET, wanted);
} else if ((await readFile(TARGET, "utf8")) !== wanted) {
  console.error("src/protocol.ts is not what the schemas say. Run `npm run types`.");
  process.exitCode = 1;
}
