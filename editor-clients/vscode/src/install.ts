/**
 * Installs the wheel that the extension brings into a private virtual environment, after asking, with progress that can be
 * cancelled, and explains what went wrong. Its dependencies come from the user's own package index. Never done unasked.
 * Called by actions.ts.
 */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";

import { type LogOutputChannel, type Progress, ProgressLocation, window } from "vscode";

import { alone } from "./installLock";
import { explained } from "./pipFailures";
import { clearOld, isCurrent, makeCurrent, newFolder, pythonOf, versionOf, wheelIn } from "./privateServer";
import { ProblemError, installFailed } from "./problems";
import { run } from "./processes";
import { type Python, findPython } from "./python";
import type { ServerFolders } from "./server";

/** What a step of an installation reports to, and is ended by. */
interface Work {
  readonly log: LogOutputChannel;
  readonly signal: AbortSignal;
  readonly say: (message: string) => void;
}

/** An installation that the user agreed to. */
export interface Plan {
  readonly folders: ServerFolders;
  readonly wheel: string;
  readonly python: Python;
}

/**
 * Find a Python and ask the user; undefined where they would not have it. `chosen`: the Python that they chose.
 *
 * Throws a ProblemError where it cannot be done.
 */
export async function planInstall(folders: ServerFolders, chosen?: string): Promise<Plan | undefined> {
  const wheel = await wheelIn(folders.wheels);
  if (wheel === undefined) {
    throw new ProblemError(installFailed("this build of the extension does not bring the server along."));
  }
  const python = await findPython(chosen);
  if ("message" in python) {
    throw new ProblemError(python);
  }
  return (await isWanted(wheel, python)) ? { folders, wheel, python } : undefined;
}

/** Let the user choose a Python; undefined where they chose none. */
export async function choosePython(): Promise<string | undefined> {
  const found = await window.showOpenDialog({
    title: "A Python that is 3.11 or newer",
    openLabel: "Use This Python",
    canSelectMany: false,
  });
  return found?.[0]?.fsPath;
}

async function isWanted(wheel: string, python: Python): Promise<boolean> {
  const detail =
    `It goes into a virtual environment of its own in this extension's storage, made with ${python.path} ` +
    `(Python ${python.version}). The packages that it needs are fetched by pip from your package index. ` +
    "Nothing else on this computer changes.";
  const answer = await window.showInformationMessage(
    `Install the chatls server ${versionOf(wheel)}?`,
    { modal: true, detail },
    "Install",
  );
  return answer === "Install";
}

/**
 * Install, with a notification that can cancel it; false where that was used.
 *
 * Throws a ProblemError where it fails.
 */
export async function runInstall(plan: Plan, log: LogOutputChannel): Promise<boolean> {
  const options = {
    location: ProgressLocation.Notification,
    title: "Installing the chatls server",
    cancellable: true,
  };
  return window.withProgress(options, async (progress: Progress<{ message: string }>, token) => {
    const abort = new AbortController();
    const cancelled = token.onCancellationRequested(() => {
      abort.abort();
    });
    const say = (message: string): void => {
      progress.report({ message });
    };
    try {
      await installAlone(plan, { log, signal: abort.signal, say });
    } catch (error) {
      if (!abort.signal.aborted) {
        throw error;
      }
    } finally {
      cancelled.dispose();
    }
    return !abort.signal.aborted;
  });
}

/** Install, unless another window has just done that. */
async function installAlone(plan: Plan, work: Work): Promise<void> {
  const { folders, wheel } = plan;
  const waiting = (): void => {
    work.say("waiting for another window that installs it");
  };
  await alone(`${folders.servers}.lock`, work.signal, waiting, async (waited) => {
    if (!waited || !(await isCurrent(folders.servers, wheel))) {
      await install(plan, work);
    }
  });
}

async function install({ folders, wheel, python }: Plan, work: Work): Promise<void> {
  const name = newFolder(wheel);
  const folder = join(folders.servers, name);
  await mkdir(folders.servers, { recursive: true });
  try {
    work.say("making a virtual environment");
    await step(python.path, ["-I", "-m", "venv", folder], work);
    work.say("fetching packages");
    await step(pythonOf(folder), [...PIP_INSTALL, join(folders.wheels, wheel)], work);
    await step(pythonOf(folder), ["-P", "-m", "chatls", "--version"], work);
    await makeCurrent(folders.servers, { folder: name, wheel });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  await clearOld(folders.servers, { folder: name, wheel });
}

const PIP_INSTALL = [
  ...["-I", "-m", "pip", "install"],
  ...["--disable-pip-version-check", "--no-input", "--progress-bar", "off"],
];

async function step(command: string, args: readonly string[], work: Work): Promise<void> {
  work.log.info(`install: ${[command, ...args].join(" ")}`);
  const onLine = (line: string): void => {
    work.log.info(`install: ${line}`);
    const doing = /^(Collecting|Downloading|Installing collected packages:)\s+\S+/.exec(line.trim())?.[0];
    if (doing !== undefined) {
      work.say(doing);
    }
  };
  const outcome = await run(command, args, { onLine, signal: work.signal });
  if (outcome.code !== 0) {
    throw new ProblemError(installFailed(explained(outcome.lines)));
  }
}
