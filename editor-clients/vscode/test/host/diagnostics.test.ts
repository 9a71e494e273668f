/** `chat/getDiagnostics`: VS Code's problems as the server reads them, and as a model reads them. */
import { strict as assert } from "node:assert";
import * as vscode from "vscode";

import { getDiagnostics } from "../../src/diagnostics";
import { file } from "../support/documents";
import { agreeing, results, startChat } from "../support/hostChat";

const { Error: ERROR, Warning: WARNING, Hint: HINT } = vscode.DiagnosticSeverity;

function problem(line: number, message: string, severity = ERROR): vscode.Diagnostic {
  return new vscode.Diagnostic(new vscode.Range(line, 4, line, 9), message, severity);
}

describe("diagnostics", () => {
  let collection: vscode.DiagnosticCollection;
  const hello = (): vscode.Uri => file("src/hello.py");

  beforeEach(() => {
    collection = vscode.languages.createDiagnosticCollection("test");
  });
  afterEach(() => {
    collection.dispose();
  });

  it("of one document are in LSP's terms, the worst first", () => {
    const unused = problem(0, "unused", HINT);
    unused.source = "linter";
    collection.set(hello(), [unused, problem(1, "undefined name")]);
    collection.set(file("notes.txt"), [problem(0, "spelling", WARNING)]);
    const uri = hello().toString();
    const range = (line: number) => ({ start: { line, character: 4 }, end: { line, character: 9 } });
    assert.deepEqual(getDiagnostics({ uri }), {
      items: [
        {
          uri,
          diagnostics: [
            { range: range(1), message: "undefined name", severity: 1 },
            { range: range(0), message: "unused", severity: 4, source: "linter" },
          ],
        },
      ],
    });
  });

  it("of all documents leave out what has none", () => {
    collection.set(hello(), [problem(0, "undefined name")]);
    collection.set(file("notes.txt"), [problem(0, "spelling", WARNING)]);
    collection.set(file("clean.txt"), []);
    assert.deepEqual(
      getDiagnostics({}).items.map(({ uri }) => uri),
      [hello().toString(), file("notes.txt").toString()],
    );
  });

  it("of a broken build are the worst two thousand", () => {
    const hints = Array.from({ length: 900 }, (_, line) => problem(line, "hint", HINT));
    const errors = Array.from({ length: 900 }, (_, line) => problem(line, "error"));
    collection.set(hello(), [...hints, ...errors]);
    collection.set(file("notes.txt"), [...hints, ...errors]);
    const told = getDiagnostics({}).items.flatMap(({ diagnostics }) => diagnostics);
    assert.equal(told.length, 2000);
    assert.equal(told.filter(({ severity }) => severity === 1).length, 1800);
  });

  it("reach the model that asks for them", async () => {
    collection.set(hello(), [problem(1, "undefined name")]);
    const chat = await startChat(agreeing);
    assert.deepEqual(results(await chat.turn("diagnose")), ["src/hello.py:2:5 error undefined name"]);
    await chat.stop();
  });
});
