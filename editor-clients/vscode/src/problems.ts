/**
 * What can be wrong between the extension and its server, each as one sentence for the user and the buttons that help.
 * Pure: nothing is shown and nothing is done here. Made by the modules that find, install and start the server; shown by
 * the panel and the status bar; the buttons are wired in actions.ts.
 */
import type { ConnectionAction } from "./messages";

export const ACTIONS = {
  install: "Install Server…",
  update: "Update Server…",
  choosePython: "Choose Python…",
  openSettings: "Open Settings",
  restart: "Try Again",
  showLogs: "Show Logs",
  openFolder: "Open Folder…",
  checkModels: "Check Again",
} as const;

export type ActionId = keyof typeof ACTIONS;

export interface Problem {
  readonly message: string;
  readonly actions: readonly ActionId[];
}

/** A problem on its way to whoever shows it. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
    this.name = "ProblemError";
  }
}

/** The buttons of a problem, as the webview draws them. */
export function buttons(problem: Problem): ConnectionAction[] {
  return problem.actions.map((id) => ({ id, label: ACTIONS[id] }));
}

export function isAction(id: string): id is ActionId {
  return Object.hasOwn(ACTIONS, id);
}

const PATH_NOTE = "VS Code has the PATH of a login shell, which may differ from your terminal's.";

export function noServer(): Problem {
  return {
    message: `The command chatls was not found. ${PATH_NOTE} Install the server for this extension alone, or name your own in the settings.`,
    actions: ["install", "openSettings", "restart"],
  };
}

export function noSuchServer(path: string): Problem {
  return {
    message: `The setting chatls.serverPath names ${path}, which is not a program: correct it or leave it empty.`,
    actions: ["openSettings", "restart"],
  };
}

export function cannotStart(command: string, reason: string): Problem {
  return {
    message: `The server could not be started (${command}): ${reason}`,
    actions: ["restart", "openSettings", "showLogs"],
  };
}

/** It ended before it had answered `initialize`. */
export function endedAtStart(command: string, exit: string, lastWords: string): Problem {
  const said = lastWords === "" ? "It said nothing." : `It said: ${lastWords}`;
  return {
    message: `The server (${command}) ended as soon as it was started, with ${exit}. ${said}`,
    actions: ["restart", "install", "openSettings", "showLogs"],
  };
}

export function notChatls(command: string): Problem {
  return {
    message: `${command} is a language server, but not chatls: correct the setting chatls.serverPath.`,
    actions: ["openSettings", "install", "restart"],
  };
}

/** Server and extension speak different versions of the protocol. */
export function wrongProtocol(theirs: number, ours: number, version: string): Problem {
  if (theirs > ours) {
    return {
      message: `The server (chatls ${version}) is newer than this extension: update the extension (protocol ${theirs} instead of ${ours}).`,
      actions: ["openSettings", "install", "restart"],
    };
  }
  return {
    message: `The server (chatls ${version}) is older than this extension: update the server (protocol ${theirs} instead of ${ours}).`,
    actions: ["update", "openSettings", "restart"],
  };
}

export function keepsEnding(times: number, exit: string): Problem {
  return {
    message: `The server ended ${times} times in a short while (the last time with ${exit}) and is not started again by itself. What was said is kept.`,
    actions: ["restart", "showLogs"],
  };
}

export function noPython(tooOld: readonly string[]): Problem {
  const found = tooOld.length === 0 ? "none was found" : `only ${tooOld.join(", ")} was found`;
  return {
    message: `The server needs Python 3.11 or newer, and ${found}. ${PATH_NOTE} Install Python, or choose one that you have.`,
    actions: ["choosePython", "install", "openSettings"],
  };
}

export function noVenv(python: string, version: string): Problem {
  const [major = "3", minor = "11"] = version.split(".");
  return {
    message: `${python} cannot make virtual environments (Debian, Ubuntu: apt install python${major}.${minor}-venv). Mend that, or choose another Python.`,
    actions: ["install", "choosePython", "showLogs"],
  };
}

export function installFailed(reason: string): Problem {
  return {
    message: `The server could not be installed: ${reason}`,
    actions: ["install", "choosePython", "showLogs"],
  };
}

/** The private installation is older than what the extension brings. */
export function outdated(version: string): Problem {
  return {
    message: `This extension brings a newer server than the installed one (${version}).`,
    actions: ["update"],
  };
}

/** The same without installing, which does not help while the settings name a server. */
export function withoutInstall({ message, actions }: Problem): Problem {
  return { message, actions: actions.filter((id) => id !== "install" && id !== "update") };
}

export function noFolder(): Problem {
  return {
    message: "No folder is open: you can chat, but the model can read and change no files.",
    actions: ["openFolder"],
  };
}

export function noModel(reason: string): Problem {
  return {
    message: `No language model can be reached, so the offline assistant answers. ${reason}`.trim(),
    actions: ["checkModels", "openSettings"],
  };
}
