/** What of the settings goes to the server: that which the user has set, and nothing else. */
import { strict as assert } from "node:assert";
import * as vscode from "vscode";

import { type Manifest, nested, serverSettings } from "../../src/config";

const manifest = vscode.extensions.getExtension("chatls.chatls")?.packageJSON as Manifest;

describe("the settings of the server", () => {
  const set = (key: string, value: unknown): Thenable<void> =>
    vscode.workspace.getConfiguration("chatls").update(key, value, vscode.ConfigurationTarget.Workspace);

  afterEach(async () => {
    await set("options.temperature", undefined);
    await set("agent", undefined);
  });

  it("have what the user has set, nested as the server has it", async () => {
    await set("options.temperature", 0.5);
    assert.deepEqual(serverSettings(manifest).options, { temperature: 0.5 });
  });

  it("leave out what is not set, and what is the extension's own", () => {
    const settings = serverSettings(manifest);
    assert.ok(!("limits" in settings), "a default was sent");
    assert.ok(!("serverPath" in settings));
  });

  it("leave out what is set to null", async () => {
    await set("agent", null);
    assert.ok(!("agent" in serverSettings(manifest)));
  });

  it("join the keys of one group", () => {
    const values = [
      ["model", "a/b"],
      ["ollama.numCtx", 1],
      ["ollama.keepAlive", -1],
    ] as const;
    assert.deepEqual(nested(values), { model: "a/b", ollama: { numCtx: 1, keepAlive: -1 } });
  });
});
