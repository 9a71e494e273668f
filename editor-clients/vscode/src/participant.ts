/**
 * `@chatls` in VS Code's own chat view, where this VS Code has one. A turn there is a turn as in the panel: the same
 * server, sessions and approvals, drawn with what that view offers. Registered by extension.ts; the API is asked for
 * and not assumed.
 */
import * as vscode from "vscode";

import type { Attachment } from "./activeContext";
import type { ChatEvent, StreamParams, StreamResult } from "./protocol";
import { wireRange } from "./ranges";

export type RunTurn = (
  params: StreamParams,
  onEvent: (event: ChatEvent) => void,
  token: vscode.CancellationToken,
) => Promise<StreamResult>;

/** The participant's id, as it stands in package.json. */
export const PARTICIPANT = "chatls.participant";

/** What is kept of a turn, so that the next one of the same chat goes on in its session. */
interface Kept {
  readonly sessionId?: string;
}

/** `undefined`: this VS Code has no chat view. */
export function registerParticipant(runTurn: RunTurn): vscode.ChatParticipant | undefined {
  const { chat } = vscode as { readonly chat?: typeof vscode.chat };
  return chat?.createChatParticipant(PARTICIPANT, (request, context, response, token) =>
    answer(runTurn, request, context, response, token),
  );
}

export async function answer(
  runTurn: RunTurn,
  request: vscode.ChatRequest,
  context: vscode.ChatContext,
  response: vscode.ChatResponseStream,
  token: vscode.CancellationToken,
): Promise<vscode.ChatResult> {
  const attachments = (await Promise.all(request.references.map(attached))).flat();
  const content =
    request.command === undefined ? request.prompt : `/${request.command} ${request.prompt}`.trim();
  const message = { content, ...(attachments.length > 0 && { attachments }) };
  const agent = vscode.workspace.isTrusted ? {} : { agent: "explore" };
  let session = sessionOf(context);
  const params = { message, ...agent, ...(session !== undefined && { sessionId: session }) };
  const onEvent = (event: ChatEvent): void => {
    session = event.type === "start" ? event.sessionId : session;
    draw(event, response);
  };
  try {
    const result = await runTurn(params, onEvent, token);
    return { metadata: { sessionId: result.sessionId } satisfies Kept };
  } catch (error) {
    const errorDetails = { message: error instanceof Error ? error.message : String(error) };
    return {
      errorDetails,
      metadata: { ...(session !== undefined && { sessionId: session }) } satisfies Kept,
    };
  }
}

/** The rest of a turn's events say nothing that this view could show; text of a subtask is not the answer. */
function draw(event: ChatEvent, response: vscode.ChatResponseStream): void {
  if (event.type === "token" && event.task === undefined) {
    response.markdown(event.data);
  } else if (event.type === "tool_call") {
    response.progress(`${event.title}…`);
  } else if (event.type === "tool_result") {
    for (const uri of event.result?.uris ?? []) {
      response.reference(vscode.Uri.parse(uri));
    }
  } else if (event.type === "error" && event.error.retryable) {
    response.progress(event.error.message);
  }
}

function sessionOf({ history }: vscode.ChatContext): string | undefined {
  const last = history.findLast((turn) => turn instanceof vscode.ChatResponseTurn);
  return (last?.result.metadata as Kept | undefined)?.sessionId;
}

/** A file, a place or a text that the user attached in VS Code's way. */
async function attached({ id, value }: vscode.ChatPromptReference): Promise<Attachment[]> {
  if (value instanceof vscode.Uri) {
    return [{ type: (await isFolder(value)) ? "folder" : "file", uri: value.toString() }];
  }
  if (value instanceof vscode.Location) {
    return [{ type: "file", uri: value.uri.toString(), range: wireRange(value.range) }];
  }
  return typeof value === "string" ? [{ type: "text", name: id, text: value }] : [];
}

/** What cannot be looked at is a document without a file, or the server says what is wrong with it. */
async function isFolder(uri: vscode.Uri): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.Directory) !== 0;
  } catch {
    return false;
  }
}
