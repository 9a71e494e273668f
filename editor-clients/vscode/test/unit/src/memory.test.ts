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
  memory.set({ sessionId: "s1", queued: "later" });
  memory.set({ queued: undefined });
  expect(new Memory(folder).value.queued).toBeUndefined();
  expect(new Memory(folder).value.sessionId).toBe("s1");
});

it("begins anew where its file is damaged", () => {
  writeFileSync(join(folder, "window.json"), '{"sessionId": 1}');
  expect(new Memory(folder).value).toEqual({});
});
