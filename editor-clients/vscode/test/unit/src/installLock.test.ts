import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, it } from "vitest";

import { alone } from "../../../src/installLock";
import { gate } from "../../support/waiting";

const TIMES = { beat: 5, stale: 10_000 };
const never = new AbortController().signal;
const ignore = (): void => undefined;

let folder: string;
let lock: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lock-"));
  lock = join(folder, "storage", "servers.lock");
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it("lets one work after the other, and tells the second one that it had to wait", async () => {
  const said: string[] = [];
  const first = gate();
  const begun = gate();
  const waiting = gate();
  const one = alone(
    lock,
    never,
    ignore,
    async (waited) => {
      said.push(`first, waited: ${String(waited)}`);
      begun.open();
      await first.passed;
      said.push("first is done");
    },
    TIMES,
  );
  await begun.passed;
  const onWait = (): void => {
    waiting.open();
  };
  const work = (waited: boolean): Promise<number> =>
    Promise.resolve(said.push(`second, waited: ${String(waited)}`));
  const two = alone(lock, never, onWait, work, TIMES);
  await waiting.passed;
  first.open();
  await Promise.all([one, two]);
  expect(said).toEqual(["first, waited: false", "first is done", "second, waited: true"]);
  expect(existsSync(lock)).toBe(false);
});

it("takes over a lock that was left behind", async () => {
  mkdirSync(lock, { recursive: true });
  const old = new Date(Date.now() - 60_000);
  utimesSync(lock, old, old);
  expect(await alone(lock, never, ignore, (waited) => Promise.resolve(waited), TIMES)).toBe(false);
});

it("shows that it is alive for as long as it works", async () => {
  const times = { beat: 5, stale: 200 };
  const work = async (): Promise<boolean> => {
    const old = new Date(Date.now() - 60_000);
    utimesSync(lock, old, old);
    await expect.poll(() => existsSync(lock) && Date.now() - statSync(lock).mtimeMs).toBeLessThan(200);
    return true;
  };
  expect(await alone(lock, never, ignore, work, times)).toBe(true);
});

it("is given up while it waits", async () => {
  mkdirSync(lock, { recursive: true });
  const abort = new AbortController();
  const waits = alone(
    lock,
    abort.signal,
    () => {
      abort.abort();
    },
    () => Promise.resolve(),
    TIMES,
  );
  await expect(waits).rejects.toThrow(/abort/i);
  expect(existsSync(lock)).toBe(true);
});

it("is free again after work that failed", async () => {
  await expect(alone(lock, never, ignore, () => Promise.reject(new Error("no space")))).rejects.toThrow(
    "no space",
  );
  expect(existsSync(lock)).toBe(false);
});
