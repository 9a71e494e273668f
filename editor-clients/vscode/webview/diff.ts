/** A unified diff as lines with what each is. Pure, linear; called by DiffView and by whoever counts changes. */

export type LineKind = "added" | "removed" | "same" | "hunk" | "file";

export interface DiffLine {
  readonly kind: LineKind;
  readonly text: string;
}

/** The lines of a diff, file heads included; "\ No newline at end of file" is left out. */
export function diffLines(diff: string): DiffLine[] {
  const lines: DiffLine[] = [];
  // Inside a hunk "--- x" is a removed line: how many lines are left of it tells them apart from file heads.
  let [old, added] = [0, 0];
  for (const line of diff.replace(/\n$/, "").split("\n")) {
    const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
    if (line.startsWith("\\")) {
      continue;
    }
    if (hunk !== null) {
      [old, added] = [Number(hunk[1] ?? 1), Number(hunk[2] ?? 1)];
      lines.push({ kind: "hunk", text: line });
    } else if (old > 0 || added > 0) {
      const kind = inHunk(line);
      old -= kind === "added" ? 0 : 1;
      added -= kind === "removed" ? 0 : 1;
      lines.push({ kind, text: line.slice(1) });
    } else {
      lines.push({ kind: "file", text: line });
    }
  }
  return lines.filter((line) => line.kind !== "file" || line.text !== "");
}

/** How many lines a diff adds and removes. */
export function changes(diff: string): { added: number; removed: number } {
  const lines = diffLines(diff);
  const of = (kind: LineKind): number => lines.filter((line) => line.kind === kind).length;
  return { added: of("added"), removed: of("removed") };
}

function inHunk(line: string): LineKind {
  return line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : "same";
}
