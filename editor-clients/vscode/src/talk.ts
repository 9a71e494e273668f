/**
 * What the webview asks while one talks: sending, stopping, trying again; choosing who answers, completion, and the exact
 * prompt. The handlers go into the panel's table in extension.ts.
 */
import type { LogOutputChannel } from "vscode";

import type { ActiveContext } from "./activeContext";
import type { Catalog } from "./catalog";
import type { Chats } from "./chats";
import type { Connection } from "./connection";
import type { HostMessage, ViewHandlers } from "./messages";
import { promptText } from "./promptText";
import type { UserMessage } from "./protocol";

type TurnHandlers = Pick<ViewHandlers, "send" | "stop" | "unqueue" | "retry" | "continueTurn">;
type ChoiceHandlers = Pick<ViewHandlers, "chooseModel" | "chooseAgent" | "complete" | "showPrompt" | "perf">;

export interface TalkParts {
  readonly chats: Chats;
  readonly catalog: Catalog;
  readonly connection: Connection;
  readonly log: LogOutputChannel;
  readonly post: (message: HostMessage) => void;
  readonly active: ActiveContext;
}

export function talkHandlers({ chats, active }: TalkParts): TurnHandlers {
  return {
    send: ({ text, withContext, replaceTurnId }) => {
      chats.active.send(userMessage(text, withContext, active), undefined, replaceTurnId);
    },
    stop: () => {
      chats.active.stop();
    },
    unqueue: () => {
      chats.takeBack();
    },
    retry: ({ turnId }) => {
      chats.active.retry(turnId);
    },
    continueTurn: ({ turnId }) => {
      chats.active.continueTurn(turnId);
    },
  };
}

export function choiceHandlers({ chats, catalog, connection, log, post, active }: TalkParts): ChoiceHandlers {
  return {
    chooseModel: ({ id }) => {
      catalog.choose({ model: id });
    },
    chooseAgent: ({ id }) => {
      catalog.choose({ agent: id });
    },
    complete: async ({ id, text, position }) => {
      const { items } = await connection.request("chat/complete", { text, position });
      post({ type: "completion", id, items });
    },
    showPrompt: async ({ text = "" }) => {
      const { sessionId } = chats.active;
      const said = text.trim() === "" ? {} : { message: userMessage(text, true, active) };
      const session = sessionId === undefined ? {} : { sessionId };
      const prompt = await connection.request("chat/showPrompt", { ...session, ...chats.chosen(), ...said });
      post({ type: "document", title: "Exact prompt", text: promptText(prompt) });
    },
    perf: ({ name, values }) => {
      log.info(`perf ${name} ${JSON.stringify(values)}`);
    },
  };
}

function userMessage(text: string, withContext: boolean, active: ActiveContext): UserMessage {
  const attachments = withContext ? active.attachments() : [];
  return { content: text, ...(attachments.length > 0 && { attachments }) };
}
