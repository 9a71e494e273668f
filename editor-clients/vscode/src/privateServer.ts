/**
 * The private installations of the server in the extension's global storage: where the one in use is, and clearing away
 * those that are not. Each lies in a folder of its own, so that a window that still runs an older one keeps its files;
 * `current.json` names the one that counts and is written last. Used by server.ts and install.ts.
 */
import { randomBytes } from "node:crypto";
import { readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import * as v from "valibot";

import { isProgram } from "./processes";

/** A command line that starts a server. */
export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** It is the private installation, and older than the wheel which this extension brings. */
  readonly outdated?: boolean;
}

const CURRENT = "current.json";
const ABANDONED_MS = 3_600_000;
const current = v.object({ folder: v.string(), wheel: v.string() });
type Current = v.InferOutput<typeof current>;

/** Start the server as a module of Python's, without the working folder on its module path (`-P`). */
export function moduleCommand(python: string): ServerCommand {
  return { command: python, args: ["-P", "-m", "chatls"] };
}

/** The private installation, where there is one. `wheel`: the name of that which the extension brings. */
export async function privateServer(
  servers: string,
  wheel: string | undefined,
): Promise<ServerCommand | undefined> {
  const installed = await readCurrent(servers);
  const python = installed === undefined ? "" : pythonOf(join(servers, installed.folder));
  if (installed === undefined || !(await isProgram(python))) {
    return undefined;
  }
  return { ...moduleCommand(python), outdated: wheel !== undefined && wheel !== installed.wheel };
}

/** Whether the installation in use is of this wheel. */
export async function isCurrent(servers: string, wheel: string): Promise<boolean> {
  return (await readCurrent(servers))?.wheel === wheel;
}

/** The name of a folder for a new installation. */
export function newFolder(wheel: string): string {
  return `${versionOf(wheel)}-${randomBytes(4).toString("hex")}`;
}

/** From now on this installation is the one in use. */
export async function makeCurrent(servers: string, installed: Current): Promise<void> {
  const draft = join(servers, `${installed.folder}.json`);
  await writeFile(draft, JSON.stringify(installed));
  await rename(draft, join(servers, CURRENT));
}

/**
 * Remove installations of other versions, and those that were never finished. One that cannot be removed stays for the
 * next time: a server that still runs there holds its files where the system is Windows.
 */
export async function clearOld(servers: string, installed: Current): Promise<void> {
  const names = await readdir(servers);
  await Promise.allSettled(names.map((name) => clear(servers, name, installed)));
}

async function clear(servers: string, name: string, installed: Current): Promise<void> {
  const folder = join(servers, name);
  const age = Date.now() - (await stat(folder)).mtimeMs;
  const isOther = !name.startsWith(`${versionOf(installed.wheel)}-`) || age > ABANDONED_MS;
  if (name !== installed.folder && name !== CURRENT && isOther) {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The Python of a virtual environment. */
export function pythonOf(folder: string): string {
  return process.platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");
}

/** The wheel in a folder, by name. */
export async function wheelIn(folder: string): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => []);
  return names.find((name) => name.startsWith("chatls-") && name.endsWith(".whl"));
}

/** The version in the name of a wheel: `chatls-0.1.0-py3-none-any.whl` is 0.1.0. */
export function versionOf(wheel: string): string {
  return wheel.split("-")[1] ?? wheel;
}

async function readCurrent(servers: string): Promise<Current | undefined> {
  try {
    return v.parse(current, JSON.parse(await readFile(join(servers, CURRENT), "utf8")));
  } catch {
    return undefined;
  }
}
