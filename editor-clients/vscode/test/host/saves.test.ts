/** `chat/saveDocuments`: what is saved, and what is said of that which cannot be. */
import { strict as assert } from "node:assert";
import * as vscode from "vscode";

import { saveDocuments } from "../../src/saves";
import { closeAll, openNew, type, write } from "../support/documents";

describe("saving documents", () => {
  afterEach(closeAll);

  it("writes unsaved text to the disk, in the URI's spelling of the server", async () => {
    const { document } = await openNew("one\n");
    await type(document, "more\n");
    const uri = document.uri.toString().replace("made", "%6dade");
    assert.deepEqual(await saveDocuments({ uris: [uri] }), { saved: [uri], failed: [] });
    assert.equal(Buffer.from(await vscode.workspace.fs.readFile(document.uri)).toString(), "more\none\n");
  });

  it("has nothing to do for a document that is saved already", async () => {
    const uri = (await openNew("one\n")).document.uri.toString();
    assert.deepEqual(await saveDocuments({ uris: [uri] }), { saved: [uri], failed: [] });
  });

  it("fails for what is not open and for what has no file, without asking for a name", async () => {
    const { document } = await openNew("one\n");
    await type(document, "more\n");
    const untitled = await vscode.workspace.openTextDocument({ content: "text" });
    const uris = [await write("never-opened.txt", ""), document.uri, untitled.uri].map(String);
    assert.deepEqual(await saveDocuments({ uris }), { saved: [uris[1]], failed: [uris[0], uris[2]] });
  });
});
