/**
 * Completion of `@` mentions and `/` commands: when to ask, and what taking an item does to the text. The server knows
 * what there is (`chat/complete`); nothing here does. Pure; called by the input box.
 */
import type { CompletionItem, Position } from "../src/protocol";

/** Something may be completed behind these: an `@` word, or a `/` word that begins the message. */
const MENTION = /(?:^|\s)@[^\s]*$/;
const COMMAND = /^\/[^\s]*$/;

export function isAsking(text: string, caret: number): boolean {
  const before = text.slice(0, caret);
  return MENTION.test(before) || COMMAND.test(before);
}

/** The LSP position (UTF-16) of an offset. */
export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const start = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length - 1, character: before.length - start };
}

/** The text with an item taken, and where the caret goes. */
export function taken(text: string, item: CompletionItem): { text: string; caret: number } {
  const { range, newText } = item.textEdit;
  const [start, end] = [offsetAt(text, range.start), offsetAt(text, range.end)];
  return { text: text.slice(0, start) + newText + text.slice(end), caret: start + newText.length };
}

function offsetAt(text: string, { line, character }: Position): number {
  let start = 0;
  for (let passed = 0; passed < line; passed += 1) {
    const end = text.indexOf("\n", start);
    if (end < 0) {
      return text.length;
    }
    start = end + 1;
  }
  return Math.min(start + character, text.length);
}
