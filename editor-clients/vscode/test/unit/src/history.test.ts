import { describe, expect, it } from "vitest";

import { fromHistory, fromJournal, newest } from "../../../src/history";
import type { JournalledTurn } from "../../../src/journal";
import type { ChatEvent, Turn } from "../../../src/protocol";
import { answerOf } from "../../../src/transcript";

const start: ChatEvent = { type: "start", seq: 0, sessionId: "s1", turnId: "t1", agent: "chat", model: "m" };
const said = (data: string): ChatEvent[] => [start, { type: "token", seq: 1, data }];
const message = { content: "hello" };
const turn = (state: Turn["state"], text: string): Turn => {
  return { turnId: "t1", message, agent: "chat", model: "m", state, events: said(text) };
};
const journal = (text: string): JournalledTurn => {
  return { turnKey: "k1", at: 1, message, sessionId: "s1", turnId: "t1", events: said(text) };
};

describe("a turn that broke off", () => {
  it.each(["running", "cut", "cancelled", "failed"] as const)(
    "is marked as cut where the server says %s",
    (state) => {
      expect(fromHistory(turn(state, "one"), [journal("one")]).head.state).toBe("cut");
    },
  );

  it("has the words that the server lost", () => {
    const record = fromHistory(turn("cut", "one "), [journal("one two")]);
    expect(answerOf(record.events)).toBe("one two");
    expect(record.outlived).toBe(true);
  });

  it("has the words that only the server has", () => {
    const record = fromHistory(turn("cut", "one two"), [journal("one ")]);
    expect(answerOf(record.events)).toBe("one two");
    expect(record.outlived).toBe(false);
  });

  it("is done where the server had finished it", () => {
    expect(fromHistory(turn("done", "one two"), [journal("one ")]).head.state).toBe("done");
  });

  it("is shown out of the journal alone while the server is not there", () => {
    const record = fromJournal(journal("one"));
    expect(record.turnKey).toBe("t1");
    expect(record.head).toEqual({ turnId: "t1", message, state: "cut" });
  });
});

it("takes a turn that nobody journalled as the server has it", () => {
  const record = fromHistory(turn("cancelled", "one"), []);
  expect(record.head.state).toBe("cancelled");
  expect(record.turnKey).toBe("t1");
});

it("puts a message that the server never got behind the rest", () => {
  const unsent: JournalledTurn = {
    turnKey: "k2",
    at: 2,
    message: { content: "and?" },
    sessionId: "s1",
    events: [],
  };
  const records = newest([turn("done", "one")], [unsent]);
  expect(records.map((record) => record.turnKey)).toEqual(["t1", "k2"]);
  expect(records[1]?.head).toEqual({ message: { content: "and?" }, state: "cut" });
});
