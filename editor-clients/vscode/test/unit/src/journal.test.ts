import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, it } from "vitest";

import { TurnJournal, readJournals } from "../../../src/journal";
import type { ChatEvent } from "../../../src/protocol";

const start: ChatEvent = { type: "start", seq: 0, sessionId: "s1", turnId: "t1", agent: "chat", model: "m" };
const word = (seq: number, data: string): ChatEvent => ({ type: "token", seq, data });
const head = (turnKey: string, at = 1) => ({ turnKey, at, message: { content: "hello" } });

let folder: string;

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "journal-")), "turns");
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it("gives back every word of a turn that broke off", async () => {
  const journal = TurnJournal.begin(folder, head("k1"));
  journal.append([start, word(1, "one ")]);
  journal.append([word(2, "two")]);
  expect(await readJournals(folder)).toEqual([
    { ...head("k1"), sessionId: "s1", turnId: "t1", events: [start, word(2, "one two")] },
  ]);
});

it("gives back a message whose turn the server never named", async () => {
  TurnJournal.begin(folder, { ...head("k1"), sessionId: "s1" });
  expect(await readJournals(folder)).toEqual([{ ...head("k1"), sessionId: "s1", events: [] }]);
});

it("gives back the others where one cannot be read", async () => {
  TurnJournal.begin(folder, head("k1"));
  mkdirSync(join(folder, "k2.jsonl"));
  expect(await readJournals(folder)).toEqual([{ ...head("k1"), events: [] }]);
});

it("has nothing of a turn that ended properly", async () => {
  const journal = TurnJournal.begin(folder, head("k1"));
  journal.append([start]);
  journal.remove();
  expect(await readJournals(folder)).toEqual([]);
});

it("leaves out a last line that was torn off", async () => {
  const journal = TurnJournal.begin(folder, head("k1"));
  journal.append([start, word(1, "kept")]);
  journal.close();
  appendFileSync(join(folder, "k1.jsonl"), '[{"type":"token","da');
  const [turn] = await readJournals(folder);
  expect(turn?.events).toEqual([start, word(1, "kept")]);
});

it("passes over a file that is no journal", async () => {
  TurnJournal.begin(folder, head("k1"));
  writeFileSync(join(folder, "other.jsonl"), "not JSON\n");
  expect((await readJournals(folder)).map((turn) => turn.turnKey)).toEqual(["k1"]);
});

it("keeps the twenty newest", async () => {
  for (let at = 0; at < 25; at++) {
    TurnJournal.begin(folder, head(`k${at}`, at)).close();
  }
  const turns = await readJournals(folder);
  expect(turns.map((turn) => turn.at)).toEqual(Array.from({ length: 20 }, (_, index) => index + 5));
  expect(readdirSync(folder)).toHaveLength(20);
});

it("lets a turn run where nothing can be written", () => {
  const file = join(mkdtempSync(join(tmpdir(), "journal-")), "file");
  writeFileSync(file, "");
  const journal = TurnJournal.begin(join(file, "turns"), head("k1"));
  journal.append([start]);
  expect(() => {
    journal.remove();
  }).not.toThrow();
});
