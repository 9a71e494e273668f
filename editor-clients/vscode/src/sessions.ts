/**
 * What the webview asks about sessions and about turns that are over: listing, opening, renaming, deleting, forking,
 * undoing, earlier turns, and what was granted. Each is a request to the server and the message that follows. The
 * handlers go into the panel's table in extension.ts.
 */
import { window } from "vscode";

import type { Chats } from "./chats";
import type { Connection } from "./connection";
import type { HostMessage, ViewHandlers } from "./messages";
import type { ListSessionsParams } from "./protocol";

type Post = (message: HostMessage) => void;
type SessionHandlers = Pick<
  ViewHandlers,
  "newChat" | "listSessions" | "openSession" | "renameSession" | "deleteSession" | "forkSession"
>;
type TurnHandlers = Pick<ViewHandlers, "olderTurns" | "undoTurn">;
type GrantHandlers = Pick<ViewHandlers, "listGrants" | "revokeGrant">;

export function sessionHandlers(chats: Chats, connection: Connection, post: Post): SessionHandlers {
  const list = async (params: ListSessionsParams = {}): Promise<void> => {
    post({ type: "sessions", ...(await connection.request("chat/listSessions", params)) });
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
      if (await isSure()) {
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

export function turnHandlers(chats: Chats, connection: Connection): TurnHandlers {
  return {
    olderTurns: ({ before }) => chats.active.loadOlder(before),
    undoTurn: async ({ turnId, restore }) => {
      const conversation = chats.active;
      const { sessionId } = conversation;
      if (sessionId !== undefined) {
        const { message } = await connection.request("chat/undoTurn", { sessionId, turnId, restore });
        conversation.undone(turnId, restore);
        void window.showInformationMessage(message);
      }
    },
  };
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

async function isSure(): Promise<boolean> {
  const detail = "What was said in it is gone for good. Files stay as they are.";
  const answer = await window.showWarningMessage("Delete this session?", { modal: true, detail }, "Delete");
  return answer === "Delete";
}
