/**
 * What the webview asks that is about the workspace and not about the conversation: code blocks, diffs, approvals, files
 * and links. Each message has been checked against its schema; none is trusted further than that. The panel takes these
 * handlers together with those of the conversations.
 */
import { env, type Uri, window, workspace } from "vscode";

import type { ActiveContext } from "./activeContext";
import type { Approvals } from "./approvals";
import { applyCode, insertCode } from "./codeBlocks";
import type { ChatPort } from "./commands";
import type { Diffs } from "./diffs";
import { openLink, openPlace } from "./links";
import type { ViewHandlers, ViewMessageOf } from "./messages";
import { EDIT_AGENT, mergeMessage } from "./prompts";
import type { ToolOutput } from "./protocol";

/** A finished tool call of a turn that is shown. */
export interface ToolCall {
  readonly title: string;
  readonly result?: ToolOutput;
}

export interface WorkspaceParts {
  readonly active: ActiveContext;
  readonly approvals: Approvals;
  readonly chat: Pick<ChatPort, "send">;
  readonly diffs: Diffs;
  readonly toolCall: (turnKey: string, toolCallId: string) => ToolCall | undefined;
}

export type WorkspaceHandlers = Pick<
  ViewHandlers,
  "apply" | "approve" | "copy" | "insert" | "openDiff" | "openFile" | "openLink" | "removeContext"
>;

export function workspaceHandlers(parts: WorkspaceParts): WorkspaceHandlers {
  const { active, approvals, chat } = parts;
  const merge = (code: string, uri: Uri) => {
    const label = workspace.asRelativePath(uri);
    return chat.send(mergeMessage(label, code, [{ type: "file", uri: uri.toString() }]), EDIT_AGENT);
  };
  return {
    apply: ({ text, language }) => applyCode(text, language, merge),
    approve: ({ approvalId, optionId, hunks }) => {
      approvals.answer(approvalId, optionId, hunks);
    },
    copy: async ({ text }) => {
      await env.clipboard.writeText(text);
    },
    insert: ({ text }) => insertCode(text),
    openDiff: (message) => openDiff(parts, message),
    openFile: ({ uri, range }) => openPlace(uri, range),
    openLink: async ({ href }) => {
      await openLink(href);
    },
    removeContext: () => {
      active.remove();
    },
  };
}

/** Of a change that is proposed, or of one that a tool call has made. */
async function openDiff(parts: WorkspaceParts, message: ViewMessageOf<"openDiff">): Promise<void> {
  const { approvalId = "", turnKey = "", toolCallId = "" } = message;
  const request = parts.approvals.get(approvalId);
  const call = parts.toolCall(turnKey, toolCallId);
  if (request?.diff !== undefined) {
    const uri = request.hunks?.[0]?.uri;
    await parts.diffs.show({ key: approvalId, title: request.title, diff: request.diff, uri, done: false });
  } else if (call?.result?.diff !== undefined) {
    const { diff, uris } = call.result;
    await parts.diffs.show({
      key: `${turnKey}:${toolCallId}`,
      title: call.title,
      diff,
      uri: uris?.[0],
      done: true,
    });
  } else {
    void window.showInformationMessage("chatls: this change is not proposed any more.");
  }
}
