import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { Batches } from "../../../src/batches";
import type { ChatEvent } from "../../../src/protocol";

const word = (seq: number, data: string): ChatEvent => ({ type: "token", seq, data });

let sent: (readonly ChatEvent[])[];
let batches: Batches;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  batches = new Batches((events) => sent.push(events));
});

afterEach(() => {
  vi.useRealTimers();
});

it("sends the first event at once", () => {
  batches.push(word(0, "a"));
  expect(sent).toEqual([[word(0, "a")]]);
});

it("joins the text of 16 ms into one event", () => {
  for (const [seq, data] of ["a", "b", "c"].entries()) {
    batches.push(word(seq, data));
  }
  expect(sent).toHaveLength(1);
  vi.advanceTimersByTime(16);
  expect(sent[1]).toEqual([word(2, "bc")]);
});

it("sends at most one batch every 16 ms", () => {
  for (let ms = 0; ms < 160; ms++) {
    batches.push(word(ms, "x"));
    vi.advanceTimersByTime(1);
  }
  expect(sent.length).toBeLessThanOrEqual(11);
  batches.flush();
  expect(
    sent
      .flat()
      .map((event) => (event.type === "token" ? event.data : ""))
      .join(""),
  ).toBe("x".repeat(160));
});

it("does not wait with the first event after a pause", () => {
  batches.push(word(0, "a"));
  vi.advanceTimersByTime(1000);
  batches.push(word(1, "b"));
  expect(sent).toHaveLength(2);
});

it("keeps the order of different events", () => {
  const call: ChatEvent = {
    type: "tool_call",
    seq: 2,
    id: "c",
    tool: "t",
    args: {},
    kind: "read",
    title: "T",
  };
  batches.push(word(0, "a"));
  batches.push(word(1, "b"));
  batches.push(call);
  batches.push(word(3, "c"));
  batches.flush();
  expect(sent[1]).toEqual([word(1, "b"), call, word(3, "c")]);
});
