/**
 * A block that is still being written, made fit to be shown: what would change its meaning a moment later is held
 * back or closed, so that nothing flickers. Pure; called by blocks.ts on the last block of a stream only.
 */

/** A line of which nobody can tell yet what it becomes: a list, a heading, a rule, a fence or an underline. */
const UNDECIDED = /(^|\n)[ \t>]*(?:[-=*+#`~_]+|\d{1,9}[.)]?)[ \t]*$/;
/** A link or an image whose end has not come. */
const OPEN_LINK = /!?\[([^[\]\n]*)(?:\]\([^()\n]*)?$/;
/** A table's head, before the line that says it is one. */
const TABLE_HEAD = /^\|[^\n]*(?:\n[ \t]*[|:\- \t]*)?$/;

/** The line that opens a fence, before it is whole. */
const FENCE_HEAD = /^ {0,3}(?:`{3,}|~{3,})[^\n]*$/;
/** One star that opens emphasis, and nothing that closes it. */
const OPEN_STAR = /(^|[\s(])\*(?=[^\s*])[^*]*$/;

/** The text to show instead of an unfinished block. */
export function mend(source: string): string {
  if (TABLE_HEAD.test(source) || FENCE_HEAD.test(source)) {
    return "";
  }
  const fences = source.match(/^[ \t>]*(?:```|~~~)/gm)?.length ?? 0;
  if (fences % 2 === 1) {
    return source;
  }
  const decided = source.replace(UNDECIDED, "$1");
  const start = decided.lastIndexOf("\n") + 1;
  return decided.slice(0, start) + closed(decided.slice(start));
}

/** Emphasis, code and links closed where they are open at the end of a line. */
function closed(line: string): string {
  const code = openCode(line);
  if (code !== undefined) {
    return line.endsWith(code) ? line.slice(0, -code.length) : line + code;
  }
  const text = closedEmphasis(closedEmphasis(line.replace(OPEN_LINK, "$1"), "**"), "~~");
  return OPEN_STAR.test(withoutCode(text)) ? `${text.trimEnd()}*` : text;
}

/** The backticks that are to close code which is open at the end. */
function openCode(line: string): string | undefined {
  let open: string | undefined;
  for (const [run] of line.matchAll(/`+/g)) {
    open = open === undefined ? run : open === run ? undefined : open;
  }
  return open;
}

function closedEmphasis(text: string, mark: string): string {
  if (withoutCode(text).split(mark).length % 2 === 1) {
    return text;
  }
  const bare = text.trimEnd();
  return bare.endsWith(mark) ? bare.slice(0, -mark.length) : bare + mark;
}

function withoutCode(line: string): string {
  return line.replaceAll(/(`+)[^`]+\1/g, "");
}
