/**
 * The part of the extension that answers the server, with a real server and without a panel: tests in the extension host
 * run turns of scripted models in it and answer its questions as a user would. Used by `../host/`.
 */
import * as vscode from "vscode";
import { ProgressType } from "vscode-languageclient/node";

import { Approvals } from "../../src/approvals";
import { startServer } from "../../src/client";
import { serverPath } from "../../src/config";
import { strictEdits } from "../../src/edits";
import {
  type ChatEvent,
  PROTOCOL,
  type ProgressValue,
  type RequestApprovalParams,
  type ToolResultEvent,
} from "../../src/protocol";
import { answerServer } from "../../src/serverRequests";

/** A user: told of a question, answers it. */
export type User = (request: RequestApprovalParams, approvals: Approvals) => unknown;

export interface HostChat {
  readonly approvals: Approvals;
  /** Has a scripted model answer; the events of its turn. */
  turn(script: string, token?: vscode.CancellationToken): Promise<ChatEvent[]>;
  stop(): Promise<void>;
}

const progress = new ProgressType<ProgressValue>();
const NEVER = new vscode.CancellationTokenSource().token;

/** A user who says yes to everything, once. */
export const agreeing: User = ({ approvalId, options }, approvals) => {
  const yes = options.find(({ kind }) => kind === "allow_once");
  approvals.answer(approvalId, yes?.id ?? "");
};

export async function startChat(user: User): Promise<HostChat> {
  const approvals = new Approvals({ visible: true, reveal: () => Promise.resolve() });
  approvals.onDidOpen((request) => void user(request, approvals));
  const log = vscode.window.createOutputChannel("chatls tests", { log: true });
  const server = await startServer(
    { command: serverPath() ?? "chatls", args: [] },
    {
      log,
      capability: {
        protocol: PROTOCOL,
        approval: true,
        hunks: true,
        diagnostics: true,
        save: true,
        strictEdits: true,
      },
      middleware: {
        workspace: { handleApplyEdit: strictEdits },
      },
      settings: () => ({}),
      attach: (client) => answerServer(client, approvals),
    },
  );
  let turns = 0;
  const turn = async (script: string, token = NEVER): Promise<ChatEvent[]> => {
    const events: ChatEvent[] = [];
    const workDoneToken = `chatls:test-${++turns}`;
    const listening = server.client.onProgress(progress, workDoneToken, (value) => {
      events.push(value.event);
    });
    const params = { message: { content: "Do it." }, model: `scripted/${script}`, workDoneToken };
    await server.client.sendRequest("chat/stream", params, token);
    listening.dispose();
    return events;
  };
  const stop = async (): Promise<void> => {
    approvals.dispose();
    await server.stop();
    log.dispose();
  };
  return { approvals, turn, stop };
}

/** What the tool calls of a turn came to, in order: the text that the model saw, or the code of the error. */
export function results(events: readonly ChatEvent[]): string[] {
  return events
    .filter((event): event is ToolResultEvent => event.type === "tool_result")
    .map((event) => event.result?.text ?? event.error?.code ?? "");
}
