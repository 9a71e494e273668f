/**
 * Programs that stand for the server where a test needs one that is wrong: of another protocol, one that ends at once, or again and again.
 * Used by the tests of the extension host and of the panel.
 */
import { chmodSync } from "node:fs";

import { PROTOCOL } from "../../src/protocol";
import { put } from "./codeServer";

/** The source of a language server that answers everything, and announces this as its capability of chatls. */
export function announcing(chatls: unknown, version = "9.9"): string {
  const experimental = JSON.stringify(chatls === undefined ? {} : { chatls });
  return `
process.stdin.on("data", (data) => {
  for (const [, text] of String(data).matchAll(/\\r\\n\\r\\n(\\{.*?\\})(?=Content-Length|$)/gs)) {
    const { id, method } = JSON.parse(text);
    if (method === "exit") process.exit(0);
    if (id === undefined) continue;
    const result = method === "initialize"
      ? { capabilities: { experimental: ${experimental} }, serverInfo: { name: "x", version: "${version}" } }
      : null;
    const answer = JSON.stringify({ jsonrpc: "2.0", id, result });
    process.stdout.write("Content-Length: " + Buffer.byteLength(answer) + "\\r\\n\\r\\n" + answer);
  }
});`;
}

/** The source of one that is well when it starts, and ends soon after; each start adds a line to the file `starts`. */
export function ending(starts: string, lastWords: string): string {
  return `${announcing({ protocol: PROTOCOL, methods: [] })}
require("node:fs").appendFileSync(${JSON.stringify(starts)}, "started\\n");
process.stdin.on("data", (data) => {
  if (!String(data).includes('"initialized"')) return;
  setTimeout(() => { console.error(${JSON.stringify(lastWords)}); process.exit(3); }, 200);
});`;
}

/** Makes a program of a source for Node. */
export function program(path: string, source: string): void {
  put(path, `#!${process.execPath}\n${source}\n`);
  chmodSync(path, 0o755);
}

/** Makes a program that is another one. */
export function alias(path: string, target: string): void {
  put(path, `#!/bin/sh\nexec "${target}" "$@"\n`);
  chmodSync(path, 0o755);
}
