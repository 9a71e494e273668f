/** The store: what the host says becomes what is shown, word for word. */
import { describe, expect, it } from "vitest";

import type { HostMessage, TurnHead } from "../../../src/messages";
import type { ChatEvent } from "../../../src/protocol";
import {
  NOTHING,
  type Message,
  type State,
  type ToolItem,
  type TurnState,
} from "../../../webview/state/model";
import { reduce } from "../../../webview/state/store";

const HEAD: TurnHead = { message: { content: "Hi" }, agent: "chat", model: "a/b", state: "running" };

type Part<T = ChatEvent> = T extends ChatEvent ? Omit<T, "seq"> : never;

function batch(...parts: readonly Part[]): HostMessage {
  return { type: "batch", turnKey: "k", events: parts.map((part, seq) => ({ seq, ...part })) };
}

function after(...messages: readonly Message[]): State {
  return messages.reduce((state, message, index) => reduce(state, message, index * 1000), NOTHING);
}

function turnAfter(...messages: readonly HostMessage[]): TurnState {
  const turn = after({ type: "turn", turnKey: "k", turn: HEAD }, ...messages).turns.at(-1);
  if (turn === undefined) {
    throw new Error("There is no turn.");
  }
  return turn;
}

const CALL = { type: "tool_call", id: "c", tool: "run", args: {}, kind: "execute", title: "Run" } as const;

function textsOf(turn: TurnState): string[] {
  return turn.items.flatMap((item) => (item.kind === "text" ? [item.text] : []));
}

describe("a stream", () => {
  it("joins neighbouring text and begins anew behind a tool call", () => {
    const turn = turnAfter(
      batch({ type: "token", data: "He" }, { type: "token", data: "llo" }),
      batch({ type: "token", data: "!" }, CALL, { type: "token", data: "Bye" }),
    );
    expect(turn.items.map((item) => item.kind)).toEqual(["text", "tool", "text"]);
    expect(textsOf(turn)).toEqual(["Hello!", "Bye"]);
  });

  it("writes as soon as words come, though the model server does not say so", () => {
    const turn = turnAfter(
      batch({ type: "phase", phase: "connecting" }),
      batch({ type: "token", data: "He" }),
    );
    expect(turn.phase?.name).toBe("generating");
  });

  it("keeps the text of subtasks apart, however they alternate", () => {
    const turn = turnAfter(
      batch(
        { type: "token", data: "a1", task: "a" },
        { type: "token", data: "b1", task: "b" },
        { type: "token", data: "a2", task: "a" },
        { type: "token", data: "main" },
      ),
    );
    expect(textsOf(turn)).toEqual(["a1a2", "b1", "main"]);
  });

  it("leaves items alone that nothing happened to", () => {
    const before = after(
      { type: "turn", turnKey: "k", turn: HEAD },
      batch({ type: "token", data: "a" }, CALL),
    );
    const later = reduce(before, batch({ type: "token", data: "b" }), 1);
    expect(later.turns[0]?.items[0]).toBe(before.turns[0]?.items[0]);
    expect(later.turns[0]?.items[1]).toBe(before.turns[0]?.items[1]);
  });

  it("says how long the model thought", () => {
    const turn = turnAfter(
      batch({ type: "thinking", data: "Hm" }),
      batch({ type: "thinking", data: "m" }),
      batch({ type: "token", data: "Ah" }),
    );
    expect(turn.items[0]).toMatchObject({ kind: "thinking", text: "Hmm", since: 1000, until: 2000 });
  });

  it("follows a tool from its call to its result", () => {
    const tool = (turn: TurnState): ToolItem | undefined => turn.items.find((item) => item.kind === "tool");
    const progress = { type: "tool_progress", id: "c", status: "half" } as const;
    const running = turnAfter(batch(CALL, { ...progress, data: "x\n" }, { ...progress, data: "y\n" }));
    expect(tool(running)).toMatchObject({ status: "half", output: "x\ny\n", result: undefined });
    const done = turnAfter(
      batch(CALL, { type: "tool_result", id: "c", tool: "run", durationMs: 5, result: { text: "ok" } }),
    );
    expect(tool(done)).toMatchObject({ durationMs: 5, result: { text: "ok" } });
  });

  it("keeps the end of a long output", () => {
    const data = "x".repeat(50_000);
    const event = { type: "tool_progress", id: "c", status: "", data } as const;
    const [item] = turnAfter(batch(CALL, event, { ...event, data: `${data}end` })).items;
    expect(item?.kind === "tool" && item.output.length).toBeLessThan(70_000);
    expect(item?.kind === "tool" && item.output.endsWith("end")).toBe(true);
  });

  it("shows a fault that is tried again until text comes", () => {
    const fault = { code: "timeout", message: "No answer.", retryable: true, retryInMs: 1000 } as const;
    const waiting = batch({ type: "error", error: fault });
    expect(turnAfter(waiting).retrying).toEqual(fault);
    expect(turnAfter(waiting, batch({ type: "token", data: "a" })).retrying).toBeUndefined();
    expect(turnAfter(waiting).fault).toBeUndefined();
  });

  it("ignores events of a turn that it does not know", () => {
    expect(after(batch({ type: "token", data: "lost" })).turns).toEqual([]);
  });

  it("finishes the last block when the turn ends, and keeps every word when it is cut", () => {
    const events = batch({ type: "token", data: "one\n\ntwo" });
    const ended = turnAfter(events, { type: "turn", turnKey: "k", turn: { ...HEAD, state: "cut" } });
    const [item] = ended.items;
    expect(item?.kind === "text" && item.blocks.last).toBeUndefined();
    expect(item?.kind === "text" && item.blocks.groups.flat().length).toBe(2);
    expect(textsOf(ended)).toEqual(["one\n\ntwo"]);
  });
});

describe("a conversation", () => {
  const snapshot = (key: string): { turnKey: string; head: TurnHead; events: ChatEvent[] } => ({
    turnKey: key,
    head: { ...HEAD, state: "done" },
    events: [{ type: "token", seq: 0, data: key }],
  });

  it("is replaced whole by init", () => {
    const state = after(
      { type: "turn", turnKey: "k", turn: HEAD },
      { type: "queued", text: "next" },
      { type: "init", state: { sessionId: "s", title: "T", turns: [snapshot("a")] } },
    );
    expect(state.turns.map((turn) => turn.key)).toEqual(["a"]);
    expect(state).toMatchObject({ sessionId: "s", title: "T", queued: undefined });
  });

  it("puts older turns before what is there, none twice", () => {
    const state = after(
      { type: "init", state: { turns: [snapshot("b"), snapshot("c")], before: "x" } },
      { type: "older", turns: [snapshot("a"), snapshot("b")] },
    );
    expect(state.turns.map((turn) => turn.key)).toEqual(["a", "b", "c"]);
    expect(state.before).toBeUndefined();
  });

  it("loses the turns that left it", () => {
    const init = { type: "init", state: { turns: [snapshot("a"), snapshot("b")] } } as const;
    const state = after(init, { type: "removeTurns", turnKeys: ["b"] });
    expect(state.turns.map((turn) => turn.key)).toEqual(["a"]);
  });
});

describe("lists", () => {
  const session = (sessionId: string): never =>
    ({
      sessionId,
      title: "",
      createdAt: "",
      updatedAt: "",
      workspace: [],
      model: "",
      turns: 1,
      busy: false,
    }) as never;

  it("adds a further page of sessions only when one was asked for", () => {
    const first = { type: "sessions", sessions: [session("a")], nextCursor: "n" } as const;
    const second = { type: "sessions", sessions: [session("b")] } as const;
    const ids = (state: State): string[] | undefined => state.sessions?.map(({ sessionId }) => sessionId);
    expect(ids(after(first, second))).toEqual(["b"]);
    expect(ids(after(first, { type: "page/moreSessions" }, second))).toEqual(["a", "b"]);
  });

  it("keeps questions until they are closed, each once", () => {
    const request = { approvalId: "1", tool: "t", kind: "edit", title: "", detail: "", options: [] } as const;
    const asked = { type: "approval", request } as const;
    expect(after(asked, asked).approvals).toHaveLength(1);
    expect(after(asked, { type: "approvalClosed", approvalId: "1" }).approvals).toEqual([]);
  });
});
