/** The exact prompt (`chat/showPrompt`) as text to be read: its size, each message, and the rest of the request. Pure. */
import type { ShowPromptResult } from "./protocol";

export function promptText({ model, tokens, contextLimit, toSummarise, request }: ShowPromptResult): string {
  const { messages, ...rest } = request;
  const limit = contextLimit === undefined ? "" : ` of ${contextLimit}`;
  const head = [`To ${model}: about ${tokens}${limit} tokens.`];
  if (toSummarise !== undefined && toSummarise > 0) {
    head.push(`${toSummarise} earlier turns would be summarised first.`);
  }
  const said = Array.isArray(messages) ? messages.map(messageText) : [];
  return [head.join(" "), ...said, `── the rest of the request ──\n${JSON.stringify(rest, null, 2)}`].join(
    "\n\n",
  );
}

function messageText(message: unknown): string {
  const { role, content, ...rest } = message as { role?: unknown; content?: unknown };
  const more = Object.keys(rest).length === 0 ? "" : `\n${JSON.stringify(rest, null, 2)}`;
  const text = typeof content === "string" ? content : JSON.stringify(content, null, 2);
  return `── ${String(role)} ──\n${text}${more}`;
}
