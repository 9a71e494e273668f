import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { afterEach, beforeEach, expect, it } from "vitest";

import { onPath, run } from "../../../src/processes";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "processes-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function program(path: string): string {
  const file = join(folder, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, "#!/bin/sh\n");
  chmodSync(file, 0o755);
  return file;
}

it("finds the first program of that name", async () => {
  const first = program("a/tool");
  program("b/tool");
  expect(
    await onPath("tool", [join(folder, "none"), join(folder, "a"), join(folder, "b")].join(delimiter)),
  ).toBe(first);
});

it("passes over relative entries, which would mean the folder that is open", async () => {
  program("tool");
  expect(await onPath("tool", [".", "", "bin"].join(delimiter))).toBeUndefined();
});

it("passes over folders and files that cannot be run", async () => {
  mkdirSync(join(folder, "a/tool"), { recursive: true });
  mkdirSync(join(folder, "b"));
  writeFileSync(join(folder, "b/tool"), "text");
  expect(await onPath("tool", [join(folder, "a"), join(folder, "b")].join(delimiter))).toBeUndefined();
});

it("gives the lines and the exit code of a command", async () => {
  const heard: string[] = [];
  const outcome = await run("/bin/sh", ["-c", "echo one; echo two >&2; exit 3"], {
    onLine: (line) => heard.push(line),
  });
  expect(outcome.code).toBe(3);
  expect([...outcome.lines].sort()).toEqual(["one", "two"]);
  expect(heard).toHaveLength(2);
});

it("tells of a command that cannot be started", async () => {
  const outcome = await run(join(folder, "nothing"), []);
  expect(outcome.code).toBeNull();
  expect(outcome.lines.join()).toContain("ENOENT");
});

it("ends a command with all that it started", async () => {
  const abort = new AbortController();
  const outcome = run("/bin/sh", ["-c", "echo ready; sleep 60 & wait"], {
    signal: abort.signal,
    onLine: () => {
      abort.abort();
    },
  });
  expect((await outcome).code).toBeNull();
});
