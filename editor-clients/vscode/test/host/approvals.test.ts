/** The registry of open questions: what counts as an answer, and what happens to a question that nobody can answer. */
import { strict as assert } from "node:assert";
import * as vscode from "vscode";

import { Approvals } from "../../src/approvals";
import type { RequestApprovalParams } from "../../src/protocol";

const request: RequestApprovalParams = {
  approvalId: "a1",
  tool: "edit_file",
  kind: "edit",
  title: "Edit a.py",
  detail: "+1 -1 lines in 2 hunks",
  hunks: [
    { id: "1", uri: "file:///a.py", diff: "" },
    { id: "2", uri: "file:///a.py", diff: "" },
  ],
  options: [
    { id: "allow", label: "Allow once", kind: "allow_once" },
    { id: "allow_session:0", label: "Allow edits of a.py in this session", kind: "allow_session" },
    { id: "reject", label: "Reject", kind: "reject_once" },
  ],
};
const never = new vscode.CancellationTokenSource().token;

/** A registry, whether its panel is seen, and what it told the user; `press` is the button that the user presses. */
function registry(visible: boolean, press?: string) {
  const told: string[][] = [];
  const revealed: string[] = [];
  const reveal = () => {
    revealed.push("panel");
    return Promise.resolve();
  };
  const approvals = new Approvals({ visible, reveal }, (...words) => {
    told.push(words);
    return Promise.resolve(press);
  });
  return { approvals, told, revealed };
}

describe("an approval", () => {
  it("is given by an answer that was offered, and then it is closed", async () => {
    const { approvals } = registry(true);
    const closed: string[] = [];
    approvals.onDidClose((id) => closed.push(id));
    const answer = approvals.ask(request, never);
    assert.deepEqual(approvals.open, [request]);
    assert.equal(approvals.answer("a1", "allow", ["2"]), true);
    assert.deepEqual(await answer, { optionId: "allow", hunks: ["2"] });
    assert.deepEqual([approvals.open, closed], [[], ["a1"]]);
  });

  const noAnswers: [string, string, string, string[]?][] = [
    ["a question that is not open", "a2", "allow"],
    ["an option that was not offered", "a1", "allow_always:0"],
    ["a part that the change does not have", "a1", "allow", ["3"]],
    ["parts of a change, for all of the session", "a1", "allow_session:0", ["1"]],
  ];
  for (const [what, id, option, hunks] of noAnswers) {
    it(`is not given by ${what}`, () => {
      const { approvals } = registry(true);
      void approvals.ask(request, never);
      assert.equal(approvals.answer(id, option, hunks), false);
      assert.deepEqual(approvals.open, [request]);
    });
  }

  it("is not given twice, nor after the question was withdrawn", async () => {
    const { approvals } = registry(true);
    const first = approvals.ask(request, never);
    approvals.answer("a1", "reject");
    assert.equal(approvals.answer("a1", "allow"), false);
    assert.deepEqual(await first, { optionId: "reject" });
    const second = approvals.ask(request, never);
    approvals.close("a1");
    assert.equal(approvals.answer("a1", "allow"), false);
    assert.deepEqual(await second, { optionId: "withdrawn" });
  });

  it("ends with the request that the server cancels, as none", async () => {
    const { approvals } = registry(true);
    const cancel = new vscode.CancellationTokenSource();
    const answer = approvals.ask(request, cancel.token);
    cancel.cancel();
    const { optionId } = await answer;
    assert.ok(!request.options.some(({ id }) => id === optionId), optionId);
    assert.deepEqual(approvals.open, []);
  });

  it("is told of by a notification where the panel is hidden, and by that it cannot be given", async () => {
    const { approvals, told, revealed } = registry(false, "Review");
    void approvals.ask(request, never);
    await Promise.resolve();
    assert.deepEqual(told, [["chatls asks: Edit a.py", "Review", "Reject"]]);
    assert.deepEqual([revealed, approvals.open], [["panel"], [request]]);
  });

  it("is refused by the notification's other button", async () => {
    const { approvals } = registry(false, "Reject");
    assert.deepEqual(await approvals.ask(request, never), { optionId: "reject" });
  });

  it("needs no notification where the panel is seen", () => {
    const { approvals, told } = registry(true);
    void approvals.ask(request, never);
    assert.deepEqual(told, []);
  });

  it("of a server that is gone is closed", async () => {
    const { approvals } = registry(true);
    const answers = [approvals.ask(request, never), approvals.ask({ ...request, approvalId: "a2" }, never)];
    approvals.closeAll();
    for (const { optionId } of await Promise.all(answers)) assert.equal(optionId, "withdrawn");
  });
});
