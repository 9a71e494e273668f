import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, it } from "vitest";

import { Memory } from "../../../src/memory";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "memory-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it("is there again after a reload", () => {
  new Memory(join(folder, "window")).set({ sessionId: "s1", model: "a/b" });
  expect(new Memory(join(folder, "window")).value).toEqual({ sessionId: "s1", model: "a/b" });
});

it("forgets a value that is set to nothing", () => {
  const memory = new Memory(folder);
  memory.set({ sessionId: "s1", model: "a/b" });
  memory.set({ model: undefined });
  expect(new Memory(folder).value).toEqual({ sessionId: "s1" });
});

it("keeps what waits in each session, and forgets it for one alone", () => {
  const memory = new Memory(folder);
  memory.keepWaiting("s1", "later");
  memory.keepWaiting(undefined, "in a new chat");
  memory.keepWaiting("s1");
  const after = new Memory(folder);
  expect(after.waiting("s1")).toBeUndefined();
  expect(after.waiting()).toBe("in a new chat");
});

it("begins anew where its file is damaged", () => {
  writeFileSync(join(folder, "window.json"), '{"sessionId": 1}');
  expect(new Memory(folder).value).toEqual({});
});
