/** The page as a person meets it: what keys and buttons send, questions, and what is said of the server. */
import { act } from "preact/test-utils";
import { describe, expect, it } from "vitest";

import { APPROVAL } from "../../harness/turns";
import { wish } from "../../../webview/input";
import { button, init, key, press, ready, sent, show, type } from "../../support/drawnPage";

async function giveBack(text: string): Promise<void> {
  await act(() => {
    wish({ type: "append", text });
  });
}

describe("writing", () => {
  it("sends with Enter and clears the box; Shift+Enter does not", async () => {
    await show(ready, init);
    const box = await type("Hello");
    await key(box, "Enter", { shiftKey: true });
    expect(sent).toEqual([]);
    await key(box, "Enter");
    expect(sent).toEqual([{ type: "send", text: "Hello", withContext: false }]);
    expect(box.value).toBe("");
  });

  it("sends nothing that is only blanks, and nothing while an input method composes", async () => {
    await show(ready, init);
    await key(await type("  \n"), "Enter");
    await key(await type("か"), "Enter", { isComposing: true });
    expect(sent).toEqual([]);
  });

  it("replaces the turn whose message is edited", async () => {
    await show(ready, init);
    await press("Edit and send again");
    const box = await type("Better");
    await key(box, "Enter");
    expect(sent).toContainEqual({ type: "send", text: "Better", withContext: false, replaceTurnId: "t1" });
  });

  it("gives back what was being written when an older message was taken up", async () => {
    await show(ready, init);
    const box = await type("Half a thought");
    await press("Edit and send again");
    expect(box.value).not.toBe("Half a thought");
    await press("Do not edit");
    expect(box.value).toBe("Half a thought");
  });

  it("has what was to be sent and is not below what is being written, which goes on where it was", async () => {
    await show(ready, init);
    const box = await type("");
    await giveBack("Waited");
    expect([box.value, box.selectionStart]).toEqual(["Waited", 6]);
    await type("Half a");
    await giveBack("Waited");
    expect([box.value, box.selectionStart]).toEqual(["Half a\n\nWaited", 6]);
  });

  it("has what was to be sent and is not in the box when an older message is no longer changed", async () => {
    await show(ready, init);
    const box = await type("Half a thought");
    await press("Edit and send again");
    const changed = box.value;
    await giveBack("Waited");
    expect(box.value).toBe(changed);
    await press("Do not edit");
    expect(box.value).toBe("Half a thought\n\nWaited");
  });

  it("offers no fork and no undo of a message that never reached the server", async () => {
    const turn = { message: { content: "Hello?" }, state: "failed" } as const;
    await show(ready, { type: "turn", turnKey: "unnamed", turn });
    expect(() => button("Ask again")).not.toThrow();
    expect(() => button("Undo this turn…")).toThrow();
    expect(() => button("New chat from here")).toThrow();
  });

  it("asks for completion, and takes what Tab chooses", async () => {
    await show(ready, init);
    const box = await type("see @ca");
    expect(sent).toEqual([{ type: "complete", id: 1, text: "see @ca", position: { line: 0, character: 7 } }]);
    const range = { start: { line: 0, character: 4 }, end: { line: 0, character: 7 } };
    const item = {
      label: "cart.py",
      kind: 17,
      sortText: "0",
      filterText: "@cart.py",
      data: { type: "path" },
    } as const;
    const items = [{ ...item, textEdit: { range, newText: "@src/cart.py " } }];
    await show(ready, init, { type: "completion", id: 1, items });
    await key(box, "Tab");
    expect(box.value).toBe("see @src/cart.py ");
  });

  it("says that the active file goes along, and takes it away on demand", async () => {
    await show(ready, init, { type: "context", chip: { label: "cart.py:3", uri: "file:///a/cart.py" } });
    await key(await type("Hm"), "Enter");
    await press("Do not send cart.py:3 along");
    expect(sent).toEqual([{ type: "send", text: "Hm", withContext: true }, { type: "removeContext" }]);
  });
});

describe("questions", () => {
  const asked = { type: "approval", request: APPROVAL } as const;

  it("sends the answer that was pressed, once", async () => {
    await show(ready, init, asked);
    await press("Allow once");
    await press("Allow once");
    expect(sent).toEqual([{ type: "approve", approvalId: "a1", optionId: "allow" }]);
  });

  it("allows the parts that are ticked, for this once only", async () => {
    await show(ready, init, asked);
    await act(() => {
      document.querySelector<HTMLInputElement>(".hunk-label input")?.click();
    });
    expect(button("Always allow edits in src/").disabled).toBe(true);
    await press("Allow once: 1 of 2 parts");
    expect(sent).toEqual([{ type: "approve", approvalId: "a1", optionId: "allow", hunks: ["h1"] }]);
  });

  it("names the files of its parts by their paths", async () => {
    const request = {
      ...APPROVAL,
      hunks: ["a", "b"].map((name) => ({ id: name, uri: `file:///w/${name}/index.ts`, diff: "" })),
    };
    await show(ready, init, { type: "folders", uris: ["file:///w"] }, { type: "approval", request });
    const labels = [...document.querySelectorAll(".hunk-label")].map((label) => label.textContent);
    expect(labels).toEqual(["Part 1 of 2, a/index.ts", "Part 2 of 2, b/index.ts"]);
  });

  it("allows nothing where no part is ticked", async () => {
    await show(ready, init, asked);
    for (const box of document.querySelectorAll<HTMLInputElement>(".hunk-label input")) {
      await act(() => {
        box.click();
      });
    }
    expect(button("Allow once: 0 of 2 parts").disabled).toBe(true);
    expect(button("Reject").disabled).toBe(false);
  });
});

describe("the server", () => {
  it("has what is to be typed in its sentences shown as code", async () => {
    await show({
      type: "connection",
      state: "ready",
      message: "Start it with `ollama serve`, or <b>not</b>.",
    });
    const note = document.querySelector(".connection");
    expect(note?.querySelector("code")?.textContent).toBe("ollama serve");
    expect(note?.textContent).toBe("Start it with ollama serve, or <b>not</b>.");
  });

  it("is what a message waits for while there is none", async () => {
    const queued = { type: "queued", text: "Hello?" } as const;
    await show({ type: "connection", state: "failed", message: "There is none." }, init, queued);
    const waiting = document.querySelector('[aria-label="Waiting message"]');
    expect(waiting?.textContent).toContain("Waits for the server:");
    expect(document.body.textContent.split("There is none.")).toHaveLength(2);
  });

  it("has buttons that help when it could not be started", async () => {
    const actions = [{ id: "install", label: "Install chatls…" }];
    await show({ type: "connection", state: "failed", message: "chatls was not found.", actions });
    expect(document.querySelector('[role="alert"]')?.textContent).toContain("chatls was not found.");
    await press("Install chatls…");
    expect(sent).toEqual([{ type: "action", id: "install" }]);
  });
});
