/**
 * Who answers what: the table of the webview's messages, and the conversation as commands and the chat participant see
 * it. Nothing is done here, each entry leads to the part that does it. Called once, by extension.ts.
 */
import { actions } from "./actions";
import type { ChatPort } from "./commands";
import { told } from "./faults";
import type { ViewHandlers } from "./messages";
import type { Parts } from "./parts";
import { announce } from "./announce";
import { grantHandlers, sessionHandlers, turnHandlers } from "./sessions";
import { choiceHandlers, talkHandlers } from "./talk";
import { type ToolCall, workspaceHandlers } from "./viewHandlers";

export function viewHandlers(parts: Parts): ViewHandlers {
  const { chats, connection, active, approvals, diffs, post } = parts;
  const act = actions(parts);
  return {
    ...talkHandlers(parts),
    ...choiceHandlers(parts),
    ...sessionHandlers(chats, connection, post),
    ...turnHandlers(chats, connection, post),
    ...grantHandlers(connection, post),
    ...workspaceHandlers({
      active,
      approvals,
      diffs,
      chat: chatPort(parts),
      toolCall: (turnKey, id) => toolCall(parts, turnKey, id),
    }),
    action: ({ id }) => act(id),
    ready: () => {
      greet(parts);
    },
  };
}

/** The conversation that is shown, as commands have it. */
export function chatPort({ panel, chats, catalog, log }: Parts): ChatPort {
  return {
    focus: () => panel.reveal(),
    insertPrompt: (text) => {
      chats.insertPrompt(text);
    },
    send: async (message, agent) => {
      await panel.reveal();
      chats.active.send(message, agent);
    },
    newChat: async () => {
      chats.newChat();
      await panel.reveal();
    },
    stop: () => {
      chats.active.stop();
    },
    models: async () => {
      try {
        return await catalog.refresh();
      } catch (error) {
        log.warn(told(error));
        await panel.reveal(); // it says what is wrong, and has the buttons
        return { models: [], providers: [], default: "" };
      }
    },
    chooseModel: (id) => {
      catalog.choose({ model: id });
    },
  };
}

/** A webview has come up: it knows nothing yet. */
function greet(parts: Parts): void {
  const { chats, catalog, active, approvals, post } = parts;
  chats.greet();
  announce(parts);
  catalog.postAll();
  post({ type: "context", ...(active.chip && { chip: active.chip }) });
  for (const request of approvals.open) {
    post({ type: "approval", request });
  }
}

function toolCall({ chats }: Parts, turnKey: string, id: string): ToolCall | undefined {
  const events = chats.active.find(turnKey)?.events ?? [];
  const call = events.find((event) => event.type === "tool_call" && event.id === id);
  const result = events.find((event) => event.type === "tool_result" && event.id === id);
  if (call?.type !== "tool_call" || result?.type !== "tool_result") {
    return undefined;
  }
  return { title: call.title, ...(result.result && { result: result.result }) };
}
