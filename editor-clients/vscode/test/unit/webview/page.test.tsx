/** The page as a person meets it: what is on it, what keys and buttons send. */
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { HostMessage, ViewMessage } from "../../../src/messages";
import { NOTHING, type State } from "../../../webview/state/model";
import { reduce } from "../../../webview/state/store";
import { APPROVAL, cut, repaired, running } from "../../harness/turns";

const sent: ViewMessage[] = [];
vi.stubGlobal("acquireVsCodeApi", () => ({
  postMessage: (message: ViewMessage) => sent.push(message),
  getState: () => undefined,
  setState: () => undefined,
}));
vi.stubGlobal(
  "ResizeObserver",
  class {
    observe = (): void => undefined;
    disconnect = (): void => undefined;
  },
);
Element.prototype.scrollIntoView = () => undefined;
const { App } = await import("../../../webview/components/App");

async function show(...messages: readonly HostMessage[]): Promise<State> {
  const state = messages.reduce((before: State, message) => reduce(before, message, 0), NOTHING);
  await act(() => {
    render(<App state={state} dispatch={() => undefined} />, document.body);
  });
  return state;
}

function button(name: string): HTMLButtonElement {
  const found = [...document.querySelectorAll("button")].find(
    (element) => element.getAttribute("aria-label") === name || element.textContent === name,
  );
  if (found === undefined) {
    throw new Error(`There is no button ${name}.`);
  }
  return found;
}

async function press(name: string): Promise<void> {
  await act(() => {
    button(name).click();
  });
}

async function type(text: string): Promise<HTMLTextAreaElement> {
  const box = document.querySelector("textarea");
  if (box === null) {
    throw new Error("There is no input box.");
  }
  await act(() => {
    box.value = text;
    box.setSelectionRange(text.length, text.length);
    box.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });
  return box;
}

async function key(box: HTMLElement, name: string, more: KeyboardEventInit = {}): Promise<void> {
  await act(() => {
    box.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, ...more }));
  });
}

const ready = { type: "connection", state: "ready" } as const;
const init = { type: "init", state: { sessionId: "s", turns: [repaired] } } as const;

beforeEach(() => {
  sent.length = 0;
});
afterEach(() => {
  render(null, document.body);
});

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

describe("answers", () => {
  it("draws markdown, tools and facts of a turn", async () => {
    await show(ready, init);
    const turn = document.querySelector("article");
    expect(turn?.querySelector(".markdown strong")?.textContent).toBe("ignores how many");
    expect(turn?.querySelectorAll(".code-block")).toHaveLength(2);
    expect(turn?.textContent).toContain("412 tokens");
    expect(turn?.querySelector(".tool-failed")?.textContent).toContain("Search for");
  });

  it("draws what is inside a tool card when it is opened", async () => {
    await show(ready, init);
    const card = [...document.querySelectorAll("details.tool")].find((one) =>
      one.textContent.includes("Edit src/cart.py"),
    );
    expect(card?.querySelector(".diff")).toBeNull();
    await act(() => {
      (card as HTMLDetailsElement).open = true;
      card?.dispatchEvent(new Event("toggle"));
    });
    expect(card?.querySelectorAll(".diff-added")).toHaveLength(5);
    await press("Open in diff editor");
    expect(sent).toEqual([{ type: "openDiff", turnKey: "t1", toolCallId: "c3" }]);
  });

  it("continues or retries an answer that was cut", async () => {
    await show(ready, { type: "init", state: { turns: [cut] } });
    await press("Continue");
    await press("Try again");
    expect(sent).toEqual([
      { type: "continueTurn", turnId: "t4" },
      { type: "retry", turnId: "t4" },
    ]);
  });

  it("undoes files, messages or both", async () => {
    await show(ready, init);
    await press("Undo this turn…");
    await press("Files only");
    expect(sent).toEqual([{ type: "undoTurn", turnId: "t1", restore: "files" }]);
  });

  it("opens links through the host only", async () => {
    await show(ready, init);
    await act(() => {
      document.querySelector<HTMLElement>("a[data-href]")?.click();
    });
    expect(sent).toEqual([{ type: "openLink", href: "https://docs.python.org/3/library/decimal.html" }]);
  });

  it("offers to stop what runs, and to send one more", async () => {
    await show(ready, { type: "init", state: { turns: [running] } }, { type: "queued", text: "Then this" });
    await press("Stop");
    await press("Take the waiting message back");
    expect(sent).toEqual([{ type: "stop" }, { type: "unqueue" }]);
  });

  it("keeps what is on the page when a new chat gets its name", async () => {
    const turn = { type: "turn", turnKey: "k", turn: { ...running.head, state: "running" } } as const;
    const first = { type: "init", state: { turns: [] } } as const;
    await show(ready, first, turn);
    const drawn = document.querySelector("article");
    await show(ready, first, turn, { type: "session", sessionId: "s9", title: "Tests" });
    expect(document.querySelector("article")).toBe(drawn);
    expect(document.querySelector("h1")?.textContent).toContain("Tests");
  });

  it("draws the newest turns of a long session, older ones on demand", async () => {
    const turns = Array.from({ length: 50 }, (_, index) => ({ ...cut, turnKey: `t${index}` }));
    await show(ready, { type: "init", state: { turns, before: "b" } });
    expect(document.querySelectorAll("article")).toHaveLength(20);
    await press("Show earlier messages");
    expect(document.querySelectorAll("article")).toHaveLength(40);
    await press("Show earlier messages");
    expect(sent).toEqual([{ type: "olderTurns", before: "b" }]);
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
  it("has buttons that help when it could not be started", async () => {
    const actions = [{ id: "install", label: "Install chatls…" }];
    await show({ type: "connection", state: "failed", message: "chatls was not found.", actions });
    expect(document.querySelector('[role="alert"]')?.textContent).toContain("chatls was not found.");
    await press("Install chatls…");
    expect(sent).toEqual([{ type: "action", id: "install" }]);
  });
});
