import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, it } from "vitest";

import {
  clearOld,
  isCurrent,
  makeCurrent,
  newFolder,
  privateServer,
  pythonOf,
  wheelIn,
} from "../../../src/privateServer";

const WHEEL = "chatls-1.2.0-py3-none-any.whl";
let servers: string;

beforeEach(() => {
  servers = mkdtempSync(join(tmpdir(), "servers-"));
});

afterEach(() => {
  rmSync(servers, { recursive: true, force: true });
});

function install(folder: string): string {
  const python = pythonOf(join(servers, folder));
  mkdirSync(join(python, ".."), { recursive: true });
  writeFileSync(python, "");
  chmodSync(python, 0o755);
  return python;
}

it("is not there before anything was installed", async () => {
  expect(await privateServer(servers, WHEEL)).toBeUndefined();
});

it("is the one that was made current, started without the working folder on its module path", async () => {
  const python = install("1.2.0-aa");
  await makeCurrent(servers, { folder: "1.2.0-aa", wheel: WHEEL });
  expect(await privateServer(servers, WHEEL)).toEqual({
    command: python,
    args: ["-P", "-m", "chatls"],
    outdated: false,
  });
});

it("is outdated where the extension brings another wheel", async () => {
  install("1.2.0-aa");
  await makeCurrent(servers, { folder: "1.2.0-aa", wheel: WHEEL });
  expect((await privateServer(servers, "chatls-1.3.0-py3-none-any.whl"))?.outdated).toBe(true);
});

it("is known by the wheel that it was made of", async () => {
  expect(await isCurrent(servers, WHEEL)).toBe(false);
  await makeCurrent(servers, { folder: "1.2.0-aa", wheel: WHEEL });
  expect(await isCurrent(servers, WHEEL)).toBe(true);
  expect(await isCurrent(servers, "chatls-1.3.0-py3-none-any.whl")).toBe(false);
});

it("is not there where its Python has gone", async () => {
  const python = install("1.2.0-aa");
  await makeCurrent(servers, { folder: "1.2.0-aa", wheel: WHEEL });
  rmSync(python);
  expect(await privateServer(servers, WHEEL)).toBeUndefined();
});

it("is not there where the note of it cannot be read", async () => {
  writeFileSync(join(servers, "current.json"), "{");
  expect(await privateServer(servers, WHEEL)).toBeUndefined();
});

it("clears away other versions and what was never finished, and nothing that another window may use", async () => {
  for (const folder of ["1.1.0-old", "1.2.0-now", "1.2.0-other", "1.2.0-abandoned"]) {
    install(folder);
  }
  const longAgo = Date.now() / 1000 - 7200;
  utimesSync(join(servers, "1.2.0-abandoned"), longAgo, longAgo);
  await makeCurrent(servers, { folder: "1.2.0-now", wheel: WHEEL });
  await clearOld(servers, { folder: "1.2.0-now", wheel: WHEEL });
  expect(readdirSync(servers).sort()).toEqual(["1.2.0-now", "1.2.0-other", "current.json"]);
});

it("clears away the others where one cannot be looked at", async () => {
  install("1.1.0-old");
  symlinkSync("nowhere", join(servers, "1.0.0-odd"));
  await clearOld(servers, { folder: "1.2.0-now", wheel: WHEEL });
  expect(readdirSync(servers)).toEqual(["1.0.0-odd"]);
});

it("has a folder of its own for each installation", () => {
  expect(newFolder(WHEEL)).toMatch(/^1\.2\.0-[0-9a-f]{8}$/);
  expect(newFolder(WHEEL)).not.toBe(newFolder(WHEEL));
});

it("finds the wheel that the extension brings", async () => {
  writeFileSync(join(servers, "extension.js"), "");
  expect(await wheelIn(servers)).toBeUndefined();
  writeFileSync(join(servers, WHEEL), "");
  expect(await wheelIn(servers)).toBe(WHEEL);
  expect(existsSync(join(servers, WHEEL))).toBe(true);
});
