/**
 * The start and the end of the extension: lets its parts be made, connects them, and files what has to be disposed of. No
 * part has behaviour here. Called by VS Code when the panel or a command is used first; the server starts then, in the
 * background.
 */
import { type Disposable, type ExtensionContext, window, workspace } from "vscode";

import { announce } from "./announce";
import { registerCodeActions } from "./codeActions";
import { registerCommands } from "./commands";
import { watchSettings } from "./config";
import type { ConnectionState } from "./connection";
import { told } from "./faults";
import { chatPort, viewHandlers } from "./handlers";
import { VIEW } from "./panel";
import { registerParticipant } from "./participant";
import { type Parts, makeParts } from "./parts";
import { runTurn } from "./turn";

let running: Parts | undefined;

export function activate(context: ExtensionContext): void {
  const parts = makeParts(context);
  const { panel, connection, chats, active, log } = parts;
  running = parts;
  panel.answerWith(viewHandlers(parts));
  const server = {
    restart: () => connection.restart().catch(() => panel.reveal()), // the panel says what is wrong
    showLogs: () => {
      log.show();
    },
  };
  const participant = registerParticipant((params, onEvent, token) =>
    runTurn(connection, params, onEvent, token),
  );
  context.subscriptions.push(
    ...events(parts),
    registerCommands(chatPort(parts), server, active),
    registerCodeActions(),
    ...(participant === undefined ? [] : [participant]),
    window.registerWebviewViewProvider(VIEW, panel, { webviewOptions: { retainContextWhenHidden: true } }),
  );
  connection.start().catch(() => undefined); // its state says what is wrong
  void chats.restore();
}

/** The window goes: the server writes what it has, and ends. */
export async function deactivate(): Promise<void> {
  running?.chats.leave();
  await running?.connection.stop();
}

/** What one part has to know of another. */
function events(parts: Parts): Disposable[] {
  const { connection, catalog, chats, active, approvals, diffs, panel, post } = parts;
  return [
    panel.onDidChangeVisibility((isVisible) => {
      if (!isVisible) {
        approvals.remind();
      }
    }),
    connection.onDidChange((state) => {
      changed(parts, state);
    }),
    chats.onDidTurn(() => {
      announce(parts);
    }),
    active.onDidChange((chip) => {
      post({ type: "context", ...(chip && { chip }) });
    }),
    approvals.onDidOpen((request) => {
      post({ type: "approval", request });
    }),
    approvals.onDidClose((approvalId) => {
      post({ type: "approvalClosed", approvalId });
      void diffs.close(approvalId);
    }),
    workspace.onDidChangeWorkspaceFolders(() => {
      announce(parts);
    }),
    workspace.onDidGrantWorkspaceTrust(() => {
      catalog.postAll();
    }),
    watchSettings(
      () => void connection.sendSettings().then(() => refresh(parts)),
      () => void connection.restart().catch(() => undefined), // its state says what is wrong
    ),
  ];
}

function changed(parts: Parts, state: ConnectionState): void {
  announce(parts);
  if (state.kind === "ready") {
    void parts.chats.serverReady();
    void refresh(parts);
  } else {
    parts.approvals.closeAll();
  }
}

async function refresh(parts: Parts): Promise<void> {
  try {
    await parts.catalog.refresh();
  } catch (error) {
    parts.log.warn(told(error)); // the server has gone again, and its state says so
  }
  announce(parts);
}
