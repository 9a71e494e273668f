/**
 * The messages that commands send for the user. Pure: what is attached comes from the caller, what `/explain` and
 * `/fix` stand for is known to the server. Used by commands.ts and viewHandlers.ts.
 */
import type { Attachment } from "./activeContext";
import type { Diagnostic, UserMessage } from "./protocol";
import { shownLines } from "./ranges";

/** The agent that makes changes. */
export const EDIT_AGENT = "edit";

const SEVERITIES = { 1: "error", 2: "warning", 3: "information", 4: "hint" } as const;

export function explainMessage(attachments: readonly Attachment[]): UserMessage {
  return message("/explain", attachments);
}

export function editMessage(instruction: string, attachments: readonly Attachment[]): UserMessage {
  return message(instruction, attachments);
}

/** For a block of code in an answer that belongs into a file. */
export function mergeMessage(label: string, code: string, attachments: readonly Attachment[]): UserMessage {
  const block: Attachment = { type: "text", name: "code to work in", text: code };
  return message(`Work the attached code into ${label}, and change nothing else.`, [block, ...attachments]);
}

/** What the editor says goes along as an attachment: it is not the user who says it. */
export function fixMessage(
  label: string,
  problems: readonly Diagnostic[],
  attachments: readonly Attachment[],
): UserMessage {
  const listed: Attachment = {
    type: "text",
    name: `problems in ${label}`,
    text: problems.map(shown).join("\n"),
  };
  return message(`/fix ${label}`, [listed, ...attachments]);
}

function shown({ range, severity = 1, message: said, source }: Diagnostic): string {
  return `${shownLines(range)}: ${SEVERITIES[severity]}: ${said}${source === undefined ? "" : ` (${source})`}`;
}

function message(content: string, attachments: readonly Attachment[]): UserMessage {
  return { content, ...(attachments.length > 0 && { attachments }) };
}
