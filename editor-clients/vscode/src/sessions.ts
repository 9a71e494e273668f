/**
 * What the webview asks about sessions and about turns that are over: listing, opening, renaming, deleting, forking,
 * undoing, earlier turns, and what was granted. Each is a request to the server and the message that follows. The
 * handlers go into the panel's table in extension.ts.
 */
import { Uri, window, workspace } from "vscode";

import type { Chats } from "./chats";
import type { Connection } from "./connection";
import type { HostMessage, ViewHandlers } from "./messages";
import type { ListSessionsParams, UndoTurnResult } from "./protocol";
import { undoReport } from "./undoReport";

const SHOW_ALL = "Show All";

type Post = (message: HostMessage) => void;
type SessionHandlers = Pick<
  ViewHandlers,
  "newChat" | "listSessions" | "openSession" | "renameSession" | "deleteSession" | "forkSession"
>;
type TurnHandlers = Pick<ViewHandlers, "olderTurns" | "undoTurn">;
type GrantHandlers = Pick<ViewHandlers, "listGrants" | "revokeGrant">;

export function sessionHandlers(chats: Chats, connection: Connection, post: Post): SessionHandlers {
  const titles = new Map<string, string>();
  const list = async (params: ListSessionsParams = {}): Promise<void> => {
    const found = await connection.request("chat/listSessions", params);
    for (const { sessionId, title } of found.sessions) {
      titles.set(sessionId, title);
    }
    post({ type: "sessions", ...found });
  };
  return {
    newChat: () => {
      chats.newChat();
    },
    listSessions: ({ query, cursor }) => list({ ...(query && { query }), ...(cursor && { cursor }) }),
    openSession: ({ sessionId }) => chats.open(sessionId),
    renameSession: async ({ sessionId, title }) => {
      await connection.request("chat/renameSession", { sessionId, title });
      if (chats.active.sessionId === sessionId) {
        chats.active.rename(title);
      }
      await list();
    },
    deleteSession: async ({ sessionId }) => {
      if (await isSure(titles.get(sessionId))) {
        await connection.request("chat/deleteSession", { sessionId });
        if (chats.active.sessionId === sessionId) {
          chats.newChat();
        }
        await list();
      }
    },
    forkSession: async ({ turnId }) => {
      const { sessionId } = chats.active;
      if (sessionId !== undefined) {
        const fork = await connection.request("chat/forkSession", { sessionId, turnId });
        await chats.open(fork.sessionId);
      }
    },
  };
}

/** Shows a sentence and a button, if any; answers whether it was pressed. */
export type Tell = (message: string, ...buttons: string[]) => Thenable<string | undefined>;

export function turnHandlers(
  chats: Chats,
  connection: Connection,
  post: Post,
  tell: Tell = (message, ...buttons) => window.showInformationMessage(message, ...buttons),
): TurnHandlers {
  return {
    olderTurns: ({ before }) => chats.active.loadOlder(before),
    undoTurn: async ({ turnId, restore }) => {
      const conversation = chats.active;
      const { sessionId } = conversation;
      if (sessionId !== undefined) {
        const result = await connection.request("chat/undoTurn", { sessionId, turnId, restore });
        conversation.undone(turnId, restore);
        void report(result, post, tell);
      }
    },
  };
}

/** A notification has no room for many files: the panel shows all of them where the user asks for that. */
async function report(result: UndoTurnResult, post: Post, tell: Tell): Promise<void> {
  const { short, full } = undoReport(result, (uri) => workspace.asRelativePath(Uri.parse(uri)));
  const pressed = await tell(short, ...(full === undefined ? [] : [SHOW_ALL]));
  if (full !== undefined && pressed === SHOW_ALL) {
    post({ type: "document", title: "What was undone", text: full });
  }
}

export function grantHandlers(connection: Connection, post: Post): GrantHandlers {
  const listGrants = async (): Promise<void> => {
    post({ type: "grants", ...(await connection.request("chat/listGrants", {})) });
  };
  return {
    listGrants,
    revokeGrant: async ({ grantId }) => {
      await connection.request("chat/revokeGrant", { grantId });
      await listGrants();
    },
  };
}

async function isSure(title = ""): Promise<boolean> {
  const name = title === "" ? "this chat" : `“${title}”`;
  const detail = "What was said in it is gone for good. Files stay as they are.";
  const answer = await window.showWarningMessage(`Delete ${name}?`, { modal: true, detail }, "Delete");
  return answer === "Delete";
}
