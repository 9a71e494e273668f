/** Code of an answer on its way into a document. */
import { strict as assert } from "node:assert";
import * as vscode from "vscode";

import { applyCode, insertCode, ways } from "../../src/codeBlocks";
import { closeAll, openNew } from "../support/documents";
import { until } from "../support/waiting";

const noMerge = (): never => assert.fail("nothing is to be merged");

describe("a block of code", () => {
  afterEach(closeAll);

  it("goes to the cursor, and is undone by the editor's own undo", async () => {
    const editor = await openNew("one\nthree\n");
    editor.selection = new vscode.Selection(1, 0, 1, 0);
    await insertCode("two\n");
    assert.equal(editor.document.getText(), "one\ntwo\nthree\n");
    await vscode.commands.executeCommand("undo");
    await until("the undo", () => editor.document.getText() === "one\nthree\n", 5);
  });

  it("takes the place of a selection", async () => {
    const editor = await openNew("one\ntwo\nthree\n");
    editor.selection = new vscode.Selection(1, 0, 1, 3);
    await insertCode("TWO");
    assert.equal(editor.document.getText(), "one\nTWO\nthree\n");
  });

  it("becomes a document of its own where none is open", async () => {
    await applyCode("print()", "python", noMerge);
    const document = vscode.window.activeTextEditor?.document;
    assert.deepEqual(
      [document?.getText(), document?.languageId, document?.isUntitled],
      ["print()", "python", true],
    );
  });

  it("of an unknown language is plain text", async () => {
    await applyCode("x", "no-such-language", noMerge);
    assert.equal(vscode.window.activeTextEditor?.document.languageId, "plaintext");
  });

  it("goes where the user chooses", async () => {
    const editor = await openNew("one\n");
    const done = applyCode("two\n", undefined, noMerge);
    await until("the first way is chosen", async () => {
      await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
      return Promise.race([done.then(() => true), new Promise((resolve) => setTimeout(resolve, 50, false))]);
    });
    assert.equal(editor.document.getText(), "two\none\n");
  });

  it("can take the place of the whole file, or be handed to the agent that edits", async () => {
    const editor = await openNew("one\n");
    const merged: string[] = [];
    const [here, handed, whole] = ways(editor, "two\n", undefined, (code, uri) => {
      merged.push(code, uri.toString());
    });
    assert.equal(here?.label, "Insert at the cursor");
    await handed?.go();
    assert.deepEqual(
      [merged, editor.document.getText()],
      [["two\n", editor.document.uri.toString()], "one\n"],
    );
    await whole?.go();
    assert.equal(editor.document.getText(), "two\n");
  });

  it("that is a diff changes nothing that it does not fit", async () => {
    const { document } = await openNew("root\n");
    const path = vscode.workspace.asRelativePath(document.uri);
    await applyCode(`--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n-other\n+evil\n`, "diff", noMerge);
    assert.equal(document.getText(), "root\n");
  });
});
