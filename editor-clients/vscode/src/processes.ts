/**
 * Runs short commands and looks for programs on the PATH: no shell, nothing interactive, never in the workspace's folder,
 * whose files must not decide what is run. Knows nothing of chatls. Called by server.ts, python.ts and install.ts.
 */
import { spawn } from "node:child_process";
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

export interface Outcome {
  /** The exit code; null where it was ended by a signal or could not be started. */
  readonly code: number | null;
  /** Lines of both streams, the last 400 of them. */
  readonly lines: readonly string[];
}

export interface RunOptions {
  readonly onLine?: (line: string) => void;
  /** Ends the command and everything it started. */
  readonly signal?: AbortSignal;
}

const KEPT_LINES = 400;

/** Run a command to its end. It never rejects: what cannot be started is an outcome without a code. */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Outcome> {
  const lines: string[] = [];
  const keep = (line: string): void => {
    lines.push(line);
    lines.splice(0, lines.length - KEPT_LINES);
    options.onLine?.(line);
  };
  const group = process.platform !== "win32";
  const child = spawn(command, args, {
    cwd: homedir(),
    stdio: ["ignore", "pipe", "pipe"],
    detached: group,
    windowsHide: true,
  });
  const end = (): void => {
    if (child.pid !== undefined && child.exitCode === null) {
      process.kill(group ? -child.pid : child.pid);
    }
  };
  options.signal?.addEventListener("abort", end);
  const code = await new Promise<number | null>((resolve) => {
    child.once("error", (error) => {
      keep(error.message);
      resolve(null);
    });
    child.once("close", resolve);
    eachLine(child.stdout, keep);
    eachLine(child.stderr, keep);
  });
  options.signal?.removeEventListener("abort", end);
  return { code, lines };
}

export function eachLine(stream: Readable, take: (line: string) => void): void {
  createInterface({ input: stream, crlfDelay: Infinity }).on("line", take);
}

/** Where the PATH has a program of this name. Relative entries are passed over: they would mean the workspace. */
export async function onPath(name: string, path = process.env["PATH"] ?? ""): Promise<string | undefined> {
  const endings = process.platform === "win32" ? (process.env["PATHEXT"] ?? ".EXE").split(";") : [""];
  for (const folder of path.split(delimiter).filter((entry) => isAbsolute(entry))) {
    for (const ending of endings) {
      const file = join(folder, name + ending);
      if (await isProgram(file)) {
        return file;
      }
    }
  }
  return undefined;
}

/** Whether a path names a file that can be run. */
export async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
