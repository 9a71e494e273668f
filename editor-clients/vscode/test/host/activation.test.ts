/**
 * That the extension is there and does not keep VS Code waiting. How long it takes is measured by the benchmark, on a
 * machine that does nothing else.
 */
import { strict as assert } from "node:assert";
import * as vscode from "vscode";

describe("activation", () => {
  it("does not wait for the server", async () => {
    const extension = vscode.extensions.getExtension("chatls.chatls");
    assert.ok(extension, "the extension is not installed");
    const began = performance.now();
    await extension.activate();
    const took = performance.now() - began;
    assert.ok(took <= 1000, `activation took ${took.toFixed(0)} ms`);
  });
});
