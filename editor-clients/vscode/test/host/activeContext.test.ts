/** The chip of the active file and selection, and what it attaches. */
import { strict as assert } from "node:assert";
import * as vscode from "vscode";

import { ActiveContext } from "../../src/activeContext";
import { closeAll, openNew } from "../support/documents";
import { until } from "../support/waiting";

describe("the active context", () => {
  let active: ActiveContext;
  beforeEach(() => {
    active = new ActiveContext();
  });
  afterEach(async () => {
    active.dispose();
    await closeAll();
  });

  const labelled = (label: string | undefined) =>
    until(`the chip ${label ?? "gone"}`, () => active.chip?.label === label, 5);

  it("is the file that the user is in", async () => {
    const { document } = await openNew("one\ntwo\n");
    const name = vscode.workspace.asRelativePath(document.uri);
    await labelled(name);
    assert.deepEqual(active.attachments(), [{ type: "file", uri: document.uri.toString(), implicit: true }]);
  });

  it("is the selection where there is one, and its text", async () => {
    const editor = await openNew("one\ntwo\nthree\n");
    editor.selection = new vscode.Selection(1, 0, 2, 0);
    await labelled(`${vscode.workspace.asRelativePath(editor.document.uri)}:2`);
    const range = { start: { line: 1, character: 0 }, end: { line: 2, character: 0 } };
    const uri = editor.document.uri.toString();
    assert.deepEqual(active.attachments(), [
      { type: "selection", uri, range, text: "two\n", implicit: true },
    ]);
  });

  it("is unsaved text that has no file, too", async () => {
    const document = await vscode.workspace.openTextDocument({ content: "draft" });
    await vscode.window.showTextDocument(document);
    await until("the chip", () => active.chip?.uri === document.uri.toString(), 5);
    assert.deepEqual(active.attachments(), [{ type: "file", uri: document.uri.toString(), implicit: true }]);
  });

  it("stays away when it was taken away, until there is another file", async () => {
    const editor = await openNew("one\ntwo\n");
    await until("a chip", () => active.chip, 5);
    active.remove();
    editor.selection = new vscode.Selection(0, 0, 1, 0);
    assert.deepEqual([active.chip, active.attachments()], [undefined, []]);
    const other = await openNew("two\n");
    await labelled(vscode.workspace.asRelativePath(other.document.uri));
  });

  it("comes back when a command is about it", async () => {
    const editor = await openNew("one\n");
    await until("a chip", () => active.chip, 5);
    active.remove();
    active.restore();
    assert.equal(active.chip?.uri, editor.document.uri.toString());
  });

  it("tells of a change once, and of its end", async () => {
    const told: (string | undefined)[] = [];
    active.onDidChange((chip) => told.push(chip?.label));
    const editor = await openNew("one\ntwo\n");
    const name = vscode.workspace.asRelativePath(editor.document.uri);
    await labelled(name);
    editor.selection = new vscode.Selection(1, 1, 1, 1);
    editor.selection = new vscode.Selection(0, 0, 0, 2);
    await labelled(`${name}:1`);
    await closeAll();
    await labelled(undefined);
    assert.deepEqual(told, [name, `${name}:1`, undefined]);
  });
});
