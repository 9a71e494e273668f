/**
 * The buttons that stand beside a problem: what each of them does. The problems are in problems.ts; the webview only names
 * a button, and what is no button of ours is nothing. Wired by extension.ts.
 */
import { type LogOutputChannel, commands, window } from "vscode";

import type { Catalog } from "./catalog";
import type { Connection } from "./connection";
import { told } from "./faults";
import { choosePython, planInstall, runInstall } from "./install";
import { type ActionId, isAction } from "./problems";
import type { ServerFolders } from "./server";

export interface ActionParts {
  readonly connection: Connection;
  readonly catalog: Catalog;
  readonly folders: ServerFolders;
  readonly log: LogOutputChannel;
}

/** Does what a button says; unknown ids are nothing. */
export function actions(parts: ActionParts): (id: string) => Promise<void> {
  const { connection, catalog, log } = parts;
  const restart = (): Promise<void> => connection.restart();
  const install = once((python) => installed(parts, python));
  const table: Record<ActionId, () => Promise<void>> = {
    install,
    update: install,
    choosePython: async () => {
      const chosen = await choosePython();
      if (chosen !== undefined) {
        await install(chosen);
      }
    },
    openSettings: async () => {
      await commands.executeCommand("workbench.action.openSettings", "@ext:chatls.chatls");
    },
    restart,
    showLogs: async () => {
      log.show();
      await Promise.resolve();
    },
    openFolder: async () => {
      await commands.executeCommand("workbench.action.files.openFolder");
    },
    checkModels: async () => {
      await catalog.refresh();
    },
  };
  return async (id) => {
    if (isAction(id)) {
      await table[id]();
    }
  };
}

/** The same, but not while it is under way: a second click is told so. */
export function once(
  work: (python?: string) => Promise<void>,
  tell = (message: string): void => void window.showInformationMessage(message),
): (python?: string) => Promise<void> {
  let isUnderWay = false;
  return async (python) => {
    if (isUnderWay) {
      tell("The chatls server is being installed already.");
      return;
    }
    isUnderWay = true;
    try {
      await work(python);
    } finally {
      isUnderWay = false;
    }
  };
}

async function installed({ connection, folders, log }: ActionParts, python?: string): Promise<void> {
  try {
    const plan = await planInstall(folders, python);
    if (plan !== undefined) {
      await connection.prepare("The server is being installed.", () => runInstall(plan, log));
    }
  } catch (error) {
    connection.fail(error);
    if (connection.state.kind === "ready") {
      void window.showErrorMessage(told(error)); // the panel has nothing to say of a server that runs
    }
  }
}
