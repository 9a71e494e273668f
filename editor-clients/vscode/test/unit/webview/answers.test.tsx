/** What the page draws of a conversation, and what the buttons of an answer send. */
import { act } from "preact/test-utils";
import { describe, expect, it } from "vitest";

import { cut, running } from "../../harness/turns";
import { init, press, ready, sent, show } from "../../support/drawnPage";

describe("answers", () => {
  it("draws markdown, tools and facts of a turn", async () => {
    await show(ready, init);
    const turn = document.querySelector("article");
    expect(turn?.querySelector(".markdown strong")?.textContent).toBe("ignores how many");
    expect(turn?.querySelectorAll(".code-block")).toHaveLength(2);
    expect(turn?.textContent).toContain("412 tokens");
    expect(turn?.querySelector(".tool-failed")?.textContent).toContain("Search for");
  });

  it("keeps the nodes of code in a list that is written further, also where two blocks are the same", async () => {
    const step = "1. Do this:\n\n   ```sh\n   ls\n   ```\n\n";
    const more = (data: string, seq: number) =>
      ({ type: "batch", turnKey: "k", events: [{ type: "token", seq, data }] }) as const;
    const begun = [ready, { type: "turn", turnKey: "k", turn: running.head }, more(step + step, 0)] as const;
    await show(...begun);
    const before = [...document.querySelectorAll("li .code-block")];
    await show(...begun, more("2. And then", 1));
    expect(document.querySelector("article")?.textContent).toContain("And then");
    expect(before).toHaveLength(2);
    expect(before.every((block) => block.isConnected)).toBe(true);
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

  it("keeps the end of a long path in the title of a tool, and has all of it for pointers and readers", async () => {
    const title = "Edit packages/billing/src/invoices/model/index.ts";
    const call = {
      type: "tool_call",
      seq: 0,
      id: "c",
      tool: "edit_file",
      args: {},
      kind: "edit",
      title,
    } as const;
    const turn = { turnKey: "k", head: running.head, events: [call] };
    await show(ready, { type: "init", state: { turns: [turn] } });
    const drawn = document.querySelector<HTMLElement>(".tool-title");
    expect(drawn?.textContent).toBe(title);
    expect(drawn?.title).toBe(title);
    expect(drawn?.querySelector(".title-end")?.textContent).toBe("model/index.ts");
  });

  it("names what went along, but not what the server left out of it", async () => {
    const uri = (name: string) => `file:///home/ada/shop/${name}`;
    const implicit = { type: "file", uri: uri(".env"), implicit: true } as const;
    const chosen = { type: "file", uri: uri("cart.env") } as const;
    const message = { content: "Look", attachments: [implicit, chosen] };
    const notice = ".env may hold passwords or keys: it is not sent along.";
    const phase = { type: "phase", phase: "connecting" } as const;
    const events = [
      { ...phase, seq: 0, message: notice, leftOut: 0 },
      { ...phase, seq: 1, message: "cart.env is too large: only the beginning is attached." },
    ];
    const turn = { turnKey: "k", head: { ...running.head, message }, events };
    const folders = { type: "folders", uris: ["file:///home/ada/shop"] } as const;
    await show(ready, folders, { type: "init", state: { turns: [turn] } });
    const named = [...document.querySelectorAll(".request .chip")].map((chip) => chip.textContent);
    expect(named).toEqual(["cart.env"]);
    expect(document.querySelector(".answer")?.textContent).toContain(notice);
  });

  it("has a screen reader told what the server noted, and the answer, when that is there", async () => {
    const begun = { type: "turn", turnKey: "k", turn: running.head } as const;
    const noted = { type: "phase", seq: 0, phase: "connecting", message: "a.log was left out." } as const;
    const events = [noted, { type: "token", seq: 1, data: "It is done." } as const];
    const batch = { type: "batch", turnKey: "k", events } as const;
    await show(ready, begun, batch, { ...begun, turn: { ...running.head, state: "done" } });
    const told = document.querySelector('[aria-live="polite"]')?.textContent;
    expect(told).toBe("a.log was left out.\nIt is done.");
  });

  it("shows a text to be read over the conversation, with its title", async () => {
    await show(ready, init, { type: "document", title: "What was undone", text: "a.py\nb.py" });
    const sheet = document.querySelector('[role="dialog"]');
    expect(sheet?.getAttribute("aria-label")).toBe("What was undone");
    expect(sheet?.textContent).toContain("b.py");
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
