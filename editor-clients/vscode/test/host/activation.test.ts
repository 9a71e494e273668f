/**
 * That the extension is there and does not keep VS Code waiting.
 */
import { strict as assert } from "node:assert";
import * as vscode from "vscode";

describe("activation", () => {
  it("takes no more than 100 ms without the server's own start", async () => {
    const extension = vscode.extensions.getExtension("chatls.chatls");
    assert.ok(extension, "the extension is not installed");
    const began = performance.now();
    await extension.activate();
    const took = performance.now() - began;
    assert.ok(took <= 100, `activation took ${took.toFixed(0)} ms`);
  });
});
