/**
 * Tells the panel and the status bar how things are: the server, what stands in the way although it runs, and which folders
 * are open. Called whenever one of these changes, and when a webview has come up.
 */
import { workspace } from "vscode";

import { connectionMessage } from "./connectionMessage";
import type { Parts } from "./parts";

export function announce({ connection, catalog, chats, status, post }: Parts): void {
  post(connectionMessage(connection.state, catalog.problem()));
  post({ type: "folders", uris: (workspace.workspaceFolders ?? []).map(({ uri }) => uri.toString()) });
  status.show(connection.state, chats.active.isRunning);
}
