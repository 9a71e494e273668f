/**
 * Makes the parts of the extension, each with what it needs of the others, and files them to be disposed of. What happens
 * between them later is wired in extension.ts, their only user beside handlers.ts.
 */
import { join } from "node:path";

import { type ExtensionContext, type LogOutputChannel, type Uri, window } from "vscode";

import { ActiveContext } from "./activeContext";
import { Approvals } from "./approvals";
import { Catalog } from "./catalog";
import { Chats } from "./chats";
import { type Manifest, serverSettings } from "./config";
import { Connection, type ConnectionParts } from "./connection";
import { Diffs } from "./diffs";
import { Memory } from "./memory";
import type { HostMessage } from "./messages";
import { Panel } from "./panel";
import type { Settings } from "./protocol";
import type { ServerFolders } from "./server";
import { Status } from "./status";

export type Parts = ReturnType<typeof makeParts>;

export function makeParts(context: ExtensionContext) {
  const log = window.createOutputChannel("chatls", { log: true });
  const panel = new Panel(context.extensionUri, log);
  const post = (message: HostMessage): void => {
    panel.post(message);
  };
  const approvals = new Approvals(panel);
  const folders = serverFolders(context);
  const connection = new Connection(folders, connectionParts(context, log, approvals));
  const kept = windowFolder(context.storageUri ?? context.globalStorageUri);
  const chats = new Chats(connection, new Memory(kept), join(kept, "turns"), post, log);
  const catalog = new Catalog(connection, chats, post);
  const active = new ActiveContext();
  const diffs = new Diffs();
  const status = new Status();
  context.subscriptions.push(log, panel, approvals, connection, chats, active, diffs, status);
  return { log, panel, post, approvals, folders, connection, chats, catalog, active, diffs, status };
}

function connectionParts(
  { extension }: ExtensionContext,
  log: LogOutputChannel,
  approvals: Approvals,
): ConnectionParts {
  const settings = (): Settings => serverSettings(extension.packageJSON as Manifest);
  return {
    log,
    settings,
    startServer: async (command) => {
      const { startWith } = await import("./serverStart");
      return startWith(command, { log, settings, approvals });
    },
  };
}

function serverFolders({ globalStorageUri, extensionPath }: ExtensionContext): ServerFolders {
  return { servers: join(globalStorageUri.fsPath, "servers"), wheels: join(extensionPath, "dist") };
}

/** A window without a folder has no storage of its own: all such windows share one. */
function windowFolder(storage: Uri): string {
  return join(storage.fsPath, "window");
}
