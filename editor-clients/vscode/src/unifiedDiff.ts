/**
 * Unified diffs as data: their files and hunks, where a hunk fits in a text, and the text with it. Pure, knows nothing
 * of VS Code. Used by diffs.ts to show changes and by codeBlocks.ts to make them.
 */

/** Lines replaced by others, each with its line end; only the last of a file may have none. */
export interface DiffHunk {
  /** The `@@` line, for people. */
  readonly header: string;
  /** The first line of either side, counted from 0. */
  readonly oldStart: number;
  readonly newStart: number;
  readonly old: readonly string[];
  readonly new: readonly string[];
}

/** The hunks of one file, in order. A side that does not exist has no path. */
export interface FileDiff {
  readonly oldPath?: string;
  readonly newPath?: string;
  readonly hunks: readonly DiffHunk[];
}

/** `count` lines from `start` on (counted from 0) become `text`. */
export interface Replacement {
  readonly start: number;
  readonly count: number;
  readonly text: string;
}

interface MutableFile {
  oldPath?: string;
  newPath?: string;
  hunks: DiffHunk[];
}

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/**
 * The files of a diff; lines about anything else are passed over. The sizes in a hunk's header say where it ends, so
 * that a removed line `-- a/x` is not taken for a file's name.
 */
export function parseDiff(diff: string): FileDiff[] {
  const lines = splitLines(plainEnds(diff));
  const files: MutableFile[] = [];
  for (let at = 0; at < lines.length;) {
    const line = lines[at] ?? "";
    const hunk = HUNK.exec(line) && readHunk(lines, at);
    if (hunk) {
      if (files.length === 0) {
        files.push({ hunks: [] });
      }
      files.at(-1)?.hunks.push(hunk.hunk);
      at = hunk.end;
    } else if (line.startsWith("--- ") && lines[at + 1]?.startsWith("+++ ")) {
      files.push({ ...path("oldPath", line), ...path("newPath", lines[at + 1] ?? ""), hunks: [] });
      at += 2;
    } else {
      at += 1;
    }
  }
  return files.filter((file) => file.hunks.length > 0);
}

/** The same diff the other way round: what undoes it. */
export function reversed(hunks: readonly DiffHunk[]): DiffHunk[] {
  return hunks.map((hunk) => ({
    ...hunk,
    oldStart: hunk.newStart,
    newStart: hunk.oldStart,
    old: hunk.new,
    new: hunk.old,
  }));
}

/**
 * Where the hunks go in a text: each where its header says, or at the nearest place behind the one before that has
 * exactly its old lines. `undefined`: one of them fits nowhere.
 */
export function placed(text: string, hunks: readonly DiffHunk[]): Replacement[] | undefined {
  const lines = splitLines(plainEnds(text));
  const found: Replacement[] = [];
  let free = 0;
  for (const hunk of hunks) {
    const start = nearest(lines, hunk, free);
    if (start === undefined) {
      return undefined;
    }
    found.push({ start, count: hunk.old.length, text: hunk.new.join("") });
    free = start + hunk.old.length;
  }
  return found;
}

/** The text after replacements in order, with plain line ends. */
export function replaced(text: string, replacements: readonly Replacement[]): string {
  const lines = splitLines(plainEnds(text));
  const pieces: string[] = [];
  let done = 0;
  for (const { start, count, text: piece } of replacements) {
    pieces.push(lines.slice(done, start).join(""), piece);
    done = start + count;
  }
  return pieces.join("") + lines.slice(done).join("");
}

/** What hunks show of one side of a file, each under its header: for a text that they do not fit. */
export function excerpt(hunks: readonly DiffHunk[], side: "old" | "new"): string {
  return hunks.map((hunk) => `${hunk.header}\n${withLastEnd(hunk[side].join(""))}`).join("");
}

/** The lines of a hunk's sides, as far as they have been read. */
interface Sides {
  readonly old: string[];
  readonly new: string[];
}

function readHunk(lines: readonly string[], at: number): { hunk: DiffHunk; end: number } {
  const header = (lines[at] ?? "").trimEnd();
  const [, oldFirst, oldCount = "1", newFirst, newCount = "1"] = HUNK.exec(header) ?? [];
  const sides: Sides = { old: [], new: [] };
  const open = (): boolean => sides.old.length < Number(oldCount) || sides.new.length < Number(newCount);
  let end = at + 1;
  while (end < lines.length && (open() || lines[end]?.startsWith("\\"))) {
    take(lines[end] ?? "", lines[end - 1] ?? "", sides);
    end += 1;
  }
  return {
    hunk: { header, oldStart: first(oldFirst, oldCount), newStart: first(newFirst, newCount), ...sides },
    end,
  };
}

function take(line: string, before: string, sides: Sides): void {
  if (line.startsWith("\\")) {
    // "No newline at end of file" is said of the line before.
    for (const side of sidesOf(before, sides)) {
      side.push((side.pop() ?? "").replace(/\n$/, ""));
    }
    return;
  }
  for (const side of sidesOf(line, sides)) {
    // Some programs strip the space of an empty line that stays.
    side.push(line === "\n" ? line : line.slice(1));
  }
}

function sidesOf(line: string, sides: Sides): string[][] {
  if (line.startsWith("-")) {
    return [sides.old];
  }
  return line.startsWith("+") ? [sides.new] : [sides.old, sides.new];
}

/** From the numbers of a header: of no lines it names the line before. */
function first(line: string | undefined, count: string): number {
  return Number(count) === 0 ? Number(line) : Number(line) - 1;
}

function path(key: "oldPath" | "newPath", line: string): Partial<Pick<FileDiff, "oldPath" | "newPath">> {
  const named = line.slice(4).split("\t")[0]?.trim() ?? "";
  return named === "/dev/null" ? {} : { [key]: named.replace(/^[ab]\//, "") };
}

function nearest(lines: readonly string[], hunk: DiffHunk, free: number): number | undefined {
  const last = lines.length - hunk.old.length;
  if (hunk.old.length === 0) {
    return hunk.oldStart >= free && hunk.oldStart <= last ? hunk.oldStart : undefined;
  }
  const fits = (start: number) => hunk.old.every((line, index) => lines[start + index] === line);
  for (let away = 0; away <= lines.length; away++) {
    for (const start of [hunk.oldStart + away, hunk.oldStart - away]) {
      if (start >= free && start <= last && fits(start)) {
        return start;
      }
    }
  }
  return undefined;
}

/** Lines with their ends. */
function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+/g) ?? [];
}

function plainEnds(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}

function withLastEnd(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}
