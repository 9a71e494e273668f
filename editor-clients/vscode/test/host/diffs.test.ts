/** VS Code's diff editor with changes that are proposed, that have been made, and that fit no more. */
import { strict as assert } from "node:assert";
import * as vscode from "vscode";

import { Diffs } from "../../src/diffs";
import { closeAll, file, onDisk, openNew } from "../support/documents";
import { until } from "../support/waiting";

const DIFF = "--- a/x.txt\n+++ b/x.txt\n@@ -1,3 +1,3 @@\n one\n-two\n+TWO\n three\n";
const BEFORE = "one\ntwo\nthree\n";
const AFTER = "one\nTWO\nthree\n";

describe("a diff", () => {
  let diffs: Diffs;
  beforeEach(() => {
    diffs = new Diffs();
  });
  afterEach(async () => {
    await closeAll();
    diffs.dispose();
  });

  async function shown(): Promise<{ label: string; uris: string[]; texts: string[] }> {
    const { label, input } = await until("a diff editor", () => {
      const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
      return tab?.input instanceof vscode.TabInputTextDiff
        ? { label: tab.label, input: tab.input }
        : undefined;
    });
    const texts = [input.original, input.modified].map(async (uri) =>
      (await vscode.workspace.openTextDocument(uri)).getText(),
    );
    return { label, uris: [input.original, input.modified].map(String), texts: await Promise.all(texts) };
  }

  const change = { key: "c1", title: "Edit x.txt", diff: DIFF };

  it("of a proposed change has the file on the left, as it is", async () => {
    const uri = (await openNew(BEFORE)).document.uri.toString();
    await diffs.show({ ...change, uri, done: false });
    const { label, uris, texts } = await shown();
    assert.deepEqual([label, uris[0], texts], ["Edit x.txt (proposed)", uri, [BEFORE, AFTER]]);
  });

  it("of a change that was made has the file on the right, and is undone on the left", async () => {
    const uri = (await openNew(AFTER)).document.uri.toString();
    await diffs.show({ ...change, uri, done: true });
    const { label, uris, texts } = await shown();
    assert.deepEqual([label, uris[1], texts], ["Edit x.txt (done)", uri, [BEFORE, AFTER]]);
  });

  it("of a file that has changed since shows what the diff itself says", async () => {
    const uri = (await openNew("something\nelse\n")).document.uri.toString();
    await diffs.show({ ...change, uri, done: true });
    assert.deepEqual((await shown()).texts, [`@@ -1,3 +1,3 @@\n${BEFORE}`, `@@ -1,3 +1,3 @@\n${AFTER}`]);
  });

  it("of a new file has nothing on the left", async () => {
    const diff = "--- /dev/null\n+++ b/new.py\n@@ -0,0 +1,2 @@\n+one\n+two\n";
    await diffs.show({ ...change, diff, uri: file("new.py").toString(), done: false });
    const { uris, texts } = await shown();
    assert.deepEqual(texts, ["", "one\ntwo\n"]);
    assert.ok(
      uris.every((uri) => /new\.py\b/.test(uri)),
      "the language is known by the name",
    );
  });

  it("writes nothing", async () => {
    const { document } = await openNew(BEFORE);
    await diffs.show({ ...change, uri: document.uri.toString(), done: false });
    await shown();
    assert.equal(await onDisk(vscode.workspace.asRelativePath(document.uri)), BEFORE);
  });

  it("goes with the question that it belongs to, and no other", async () => {
    const uri = (await openNew(BEFORE)).document.uri.toString();
    await diffs.show({ ...change, uri, done: false });
    await shown();
    await diffs.close("other");
    await shown();
    await diffs.close("c1");
    const open = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs);
    assert.deepEqual(
      open.filter(({ input }) => input instanceof vscode.TabInputTextDiff),
      [],
    );
  });
});
