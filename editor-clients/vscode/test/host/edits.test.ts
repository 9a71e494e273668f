/** Turns of a real server that change files: in the editor where they are open, on the disk where they are not. */
import { strict as assert } from "node:assert";
import * as vscode from "vscode";

import { strictEdits } from "../../src/edits";
import { closeAll, file, onDisk, openAsOnDisk, openNew, type, write } from "../support/documents";
import { until } from "../support/waiting";
import { type HostChat, type User, agreeing, results, startChat } from "../support/hostChat";

const OPEN = "open.txt";
const CLOSED = "closed.txt";

describe("a turn that edits", () => {
  let chat: HostChat;
  let user: User;

  before(async () => {
    chat = await startChat((request, approvals) => user(request, approvals));
  });
  after(() => chat.stop());
  beforeEach(async () => {
    user = agreeing;
    await write(OPEN, "one\ntwo\nthree\n");
    await write(CLOSED, "one\ntwo\nthree\n");
  });
  afterEach(closeAll);

  it("changes a file in its editor, has it saved, and the command that follows sees it", async () => {
    const { document } = await openAsOnDisk(OPEN);
    const [, seen] = results(await chat.turn("editOpen"));
    assert.equal(document.getText(), "one\nTWO\nthree\n");
    assert.match(seen ?? "", /TWO/);
    assert.equal(document.isDirty, false);
    assert.equal(await onDisk(OPEN), "one\nTWO\nthree\n");
  });

  it("is undone by the editor's own undo", async () => {
    const { document } = await openAsOnDisk(OPEN);
    await chat.turn("editOpen");
    assert.equal(document.getText(), "one\nTWO\nthree\n");
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand("undo");
    await until("the undo", () => document.getText() === "one\ntwo\nthree\n", 5);
    assert.equal(document.isDirty, true);
  });

  it("changes a file that is not open on the disk, and the command that follows sees it", async () => {
    const [, seen] = results(await chat.turn("editClosed"));
    assert.match(seen ?? "", /TWO/);
    assert.equal(await onDisk(CLOSED), "one\nTWO\nthree\n");
  });

  it("leaves unsaved what the user had typed before, and says so to the model", async () => {
    const { document } = await openAsOnDisk(OPEN);
    await type(document, "mine\n");
    const [, seen] = results(await chat.turn("editOpen"));
    assert.equal(document.getText(), "mine\none\nTWO\nthree\n");
    assert.equal(document.isDirty, true);
    assert.equal(await onDisk(OPEN), "one\ntwo\nthree\n");
    assert.match(seen ?? "", /open\.txt/);
  });

  it("does what was agreed to although the user types meanwhile", async () => {
    const { document } = await openAsOnDisk(OPEN);
    user = async (request, approvals) => {
      if (request.kind === "edit") await type(document, "meanwhile\n");
      await agreeing(request, approvals);
    };
    await chat.turn("editOpen");
    assert.equal(document.getText(), "meanwhile\none\nTWO\nthree\n");
  });

  it("writes only the parts of a change that were accepted", async () => {
    const text = Array.from({ length: 30 }, (_, line) => `line ${line + 1}\n`).join("");
    await write("long.txt", text);
    const { document } = await openAsOnDisk("long.txt");
    user = ({ approvalId, options, hunks }, approvals) => {
      const yes = options.find(({ kind }) => kind === "allow_once");
      approvals.answer(
        approvalId,
        yes?.id ?? "",
        hunks?.slice(1).map(({ id }) => id),
      );
    };
    await chat.turn("editParts");
    assert.equal(document.getText(), text.replace("line 29\n", "LINE 29\n"));
  });

  it("changes nothing that was rejected", async () => {
    const { document } = await openAsOnDisk(OPEN);
    user = ({ approvalId, options }, approvals) =>
      approvals.answer(approvalId, options.find(({ kind }) => kind === "reject_once")?.id ?? "");
    const [edited] = results(await chat.turn("editOpen"));
    assert.equal(edited, "rejected");
    assert.equal(document.getText(), "one\ntwo\nthree\n");
  });

  it("withdraws its question when it is stopped", async () => {
    const stop = new vscode.CancellationTokenSource();
    user = () => {
      stop.cancel();
    };
    const events = await chat.turn("editOpen", stop.token);
    assert.equal(events.at(-1)?.type, "done");
    assert.deepEqual(chat.approvals.open, []);
  });
});

describe("workspace/applyEdit", () => {
  const applied = { applied: true };
  const change = {
    range: { start: { line: 0, character: 0 }, end: { line: 0, character: 3 } },
    newText: "ONE",
  };
  const edit = (uri: string, version: number | null) => ({
    edit: { documentChanges: [{ textDocument: { uri, version }, edits: [change] }] },
  });
  const next = () => Promise.resolve(applied);

  it("is passed on for an open document in the version that the server saw", async () => {
    const { document } = await openNew("one\n");
    assert.deepEqual(await strictEdits(edit(document.uri.toString(), document.version), next), applied);
  });

  it("is refused where one document has changed since, with the reason", async () => {
    const [{ document: fresh }, { document: stale }] = [await openNew("one\n"), await openNew("one\n")];
    const seen = stale.version;
    await type(stale, "x");
    const both = [edit(fresh.uri.toString(), fresh.version), edit(stale.uri.toString(), seen)];
    const answer = await strictEdits(
      { edit: { documentChanges: both.flatMap((each) => each.edit.documentChanges) } },
      next,
    );
    assert.deepEqual(answer, { applied: false, failureReason: `${stale.uri.toString()} has changed since.` });
  });

  it("is refused without a version, and for a document that is not open", async () => {
    const { document } = await openNew("one\n");
    const uri = document.uri.toString();
    const refused = [
      edit(uri, null),
      { edit: { changes: { [uri]: [change] } } },
      edit(file("src/hello.py").toString(), 1),
    ];
    for (const params of refused) {
      const answer = await strictEdits(params, next);
      assert.equal("applied" in answer && answer.applied, false);
    }
  });
});
