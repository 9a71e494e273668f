import { expect, it } from "vitest";

import type { ChatEvent } from "../../../src/protocol";
import { addEvent, answerOf } from "../../../src/transcript";

function merged(...events: ChatEvent[]): ChatEvent[] {
  const all: ChatEvent[] = [];
  for (const event of events) {
    addEvent(all, event);
  }
  return all;
}

it("joins neighbouring text and takes the number of its last piece", () => {
  expect(merged({ type: "token", seq: 1, data: "a" }, { type: "token", seq: 2, data: "b" })).toEqual([
    { type: "token", seq: 2, data: "ab" },
  ]);
});

it("keeps thinking and answer apart", () => {
  const events: ChatEvent[] = [
    { type: "thinking", seq: 1, data: "a" },
    { type: "token", seq: 2, data: "b" },
  ];
  expect(merged(...events)).toEqual(events);
});

it("keeps the text of different tasks apart, and out of the answer", () => {
  const events = merged(
    { type: "token", seq: 1, data: "a", task: "c1" },
    { type: "token", seq: 2, data: "b" },
    { type: "token", seq: 3, data: "c", task: "c2" },
  );
  expect(events).toHaveLength(3);
  expect(answerOf(events)).toBe("b");
});
