/**
 * The buttons that stand beside a problem: what each of them does. The problems are in problems.ts; the webview only names
 * a button, and what is no button of ours is nothing. Wired by extension.ts.
 */
import { type LogOutputChannel, commands } from "vscode";

import type { Catalog } from "./catalog";
import type { Connection } from "./connection";
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
  const table: Record<ActionId, () => Promise<void>> = {
    install: () => install(parts),
    update: () => install(parts),
    choosePython: async () => {
      const chosen = await choosePython();
      if (chosen !== undefined) {
        await install(parts, chosen);
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

async function install({ connection, folders, log }: ActionParts, python?: string): Promise<void> {
  try {
    const plan = await planInstall(folders, python);
    if (plan !== undefined) {
      const goBack = connection.hold("The server is being installed.");
      if (await runInstall(plan, log)) {
        await connection.restart();
      } else {
        goBack();
      }
    }
  } catch (error) {
    connection.fail(error);
  }
}
