/**
 * Where to cut a block that grows without end, so that what is behind the cut need not be parsed again with every
 * token: a list before its last item, a table before its last row, a paragraph behind a sentence. Pure; called by
 * blocks.ts.
 */
import { blockTokens, type Token } from "./parser";

/** Characters that are parsed again with every token, at most, where there is a place to cut. */
const LONG = 1_500;
/** A paragraph is one thing to the eye: it is cut only where it is far longer than people write. */
const LONG_PARAGRAPH = 4_000;

export interface Cut {
  /** Where the rest begins. */
  readonly at: number;
  /** What is put before the rest: the head of a table. */
  readonly carry: string;
}

/** Where the block of this source is to be cut; undefined: not at all. */
export function cutOf(source: string): Cut | undefined {
  if (source.length < LONG) {
    return undefined;
  }
  const tokens = blockTokens(source);
  switch (tokens[0]?.type) {
    case "bullet_list_open":
    case "ordered_list_open":
      return beforeLast(source, startsOf(tokens, "list_item_open", 1), 0);
    case "table_open":
      return beforeLast(source, startsOf(tokens, "tr_open", 2), 2);
    case "paragraph_open":
      return atSentence(source);
    default:
      return undefined;
  }
}

function startsOf(tokens: readonly Token[], type: string, level: number): number[] {
  return tokens
    .filter((token) => token.type === type && token.level === level)
    .map((token) => token.map?.[0] ?? 0);
}

/** Before the last of several parts; the lines of the head are carried over. */
function beforeLast(source: string, starts: readonly number[], headLines: number): Cut | undefined {
  const last = starts.at(-1);
  if (last === undefined || starts.length <= headLines + 1) {
    return undefined;
  }
  return { at: offsetOf(source, last), carry: source.slice(0, offsetOf(source, headLines)) };
}

function atSentence(source: string): Cut | undefined {
  if (source.length < LONG_PARAGRAPH) {
    return undefined;
  }
  const end = source.lastIndexOf(". ");
  const at = (end > LONG_PARAGRAPH / 2 ? end + 1 : source.lastIndexOf(" ")) + 1;
  return at > 0 ? { at, carry: "" } : undefined;
}

/** The offset of a line, counted from 0. */
export function offsetOf(source: string, line: number): number {
  let offset = 0;
  for (let passed = 0; passed < line; passed += 1) {
    const end = source.indexOf("\n", offset);
    if (end < 0) {
      return source.length;
    }
    offset = end + 1;
  }
  return offset;
}
