/**
 * A block of code that is being written, line by line: neither the parser nor the highlighter sees it whole again with
 * every token. Finished parts of it never change. Pure; called by blocks.ts.
 */

/** Code up to this length is highlighted as one when it is finished (some 10 ms); longer code keeps its parts. */
const WHOLE = 20_000;
/** A part ends before a line that begins at the margin behind an empty one, but has at least and at most so many. */
const LEAST_LINES = 40;
const MOST_LINES = 120;

export interface Fence {
  /** The character of the marks, how many there are at least, and how far they are set in. */
  readonly mark: string;
  readonly length: number;
  readonly indent: number;
  readonly language: string;
  /** Finished parts, each of whole lines. */
  readonly parts: readonly string[];
  /** Whole lines behind the last part, and how many. */
  readonly current: string;
  readonly lines: number;
  /** The line that is being written. */
  readonly rest: string;
}

const OPENING = /^( {0,3})(`{3,}|~{3,})[ \t]*([^\n]*)$/;

/** The fence that a line opens. */
export function opened(line: string): Fence | undefined {
  const [, indent = "", mark = "", info = ""] = OPENING.exec(line) ?? [];
  if (mark === "") {
    return undefined;
  }
  const language = info.trim().split(/\s/)[0] ?? "";
  return {
    mark: mark.charAt(0),
    length: mark.length,
    indent: indent.length,
    language,
    parts: [],
    current: "",
    lines: 0,
    rest: "",
  };
}

/** More text in a fence; `after` is what follows it, once it has been closed. */
export function feed(fence: Fence, text: string): { fence: Fence; after?: string } {
  const parts = [...fence.parts];
  let { current, lines } = fence;
  let rest = fence.rest + text;
  for (let end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n")) {
    const line = rest.slice(0, end);
    rest = rest.slice(end + 1);
    if (isClosing(fence, line)) {
      return { fence: { ...fence, parts, current, lines, rest: "" }, after: rest };
    }
    if (endsPart(current, lines, line)) {
      parts.push(current);
      [current, lines] = ["", 0];
    }
    current += `${outdented(line, fence.indent)}\n`;
    lines += 1;
  }
  return { fence: { ...fence, parts, current, lines, rest } };
}

/** What is to be seen of an open fence: the finished parts, and the last one without what may be a closing mark. */
export function shown(fence: Fence): readonly string[] {
  const rest = mayClose(fence) ? "" : outdented(fence.rest, fence.indent);
  const last = fence.current + rest;
  return last === "" ? fence.parts : [...fence.parts, last];
}

/** The parts of a finished block. */
export function finished(fence: Fence): readonly string[] {
  const parts = isClosing(fence, fence.rest) ? shown({ ...fence, rest: "" }) : shown(fence);
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  return size <= WHOLE ? [parts.join("")] : parts;
}

function isClosing(fence: Fence, line: string): boolean {
  const marks = line.trim();
  return marks.length >= fence.length && isOnly(marks, fence.mark) && /^ {0,3}\S/.test(line);
}

function mayClose(fence: Fence): boolean {
  return isOnly(fence.rest.trim(), fence.mark) && fence.rest.length < fence.length + 8;
}

function isOnly(text: string, mark: string): boolean {
  return text === mark.repeat(text.length);
}

function endsPart(current: string, lines: number, next: string): boolean {
  return lines >= MOST_LINES || (lines >= LEAST_LINES && current.endsWith("\n\n") && /^\S/.test(next));
}

function outdented(line: string, indent: number): string {
  let from = 0;
  while (from < indent && line.charAt(from) === " ") {
    from += 1;
  }
  return line.slice(from);
}
