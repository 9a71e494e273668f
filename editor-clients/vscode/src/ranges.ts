/**
 * Ranges as VS Code and as LSP have them (both count UTF-16 units), and as people read them. Pure but for VS Code's
 * own types. Used wherever a place in a document goes over the wire or is shown.
 */
import { Position, Range as EditorRange } from "vscode";

import type { Range } from "./protocol";

export function wireRange({ start, end }: EditorRange): Range {
  return {
    start: { line: start.line, character: start.character },
    end: { line: end.line, character: end.character },
  };
}

export function editorRange({ start, end }: Range): EditorRange {
  return new EditorRange(new Position(start.line, start.character), new Position(end.line, end.character));
}

/** "12" or "12-14", counted from 1; a range that ends before a line's first character does not touch that line. */
export function shownLines({ start, end }: Range): string {
  const last = end.character === 0 && end.line > start.line ? end.line : end.line + 1;
  return last === start.line + 1 ? `${last}` : `${start.line + 1}-${last}`;
}
