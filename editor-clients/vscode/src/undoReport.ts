/**
 * What is said of a turn that was undone: a sentence that a notification has room for, and all of it for the panel. Pure.
 * Called by sessions.ts.
 */
import type { UndoTurnResult } from "./protocol";

export interface UndoReport {
  readonly short: string;
  /** There where `short` leaves something out. */
  readonly full?: string;
}

/** VS Code cuts a notification off behind about so many characters. */
const ROOM = 160;
const NAMED = 3;

/** `name`: how a file is called in the workspace. */
export function undoReport(result: UndoTurnResult, name: (uri: string) => string): UndoReport {
  const { message, files = [], kept = [] } = result;
  if (message.length <= ROOM) {
    return { short: message };
  }
  const [undone, stay] = [files.map(name), kept.map(name)];
  const short = [
    `Undone: ${counted(undone)}.`,
    ...(stay.length > 0 ? [`Not put back: ${counted(stay)}.`] : []),
  ];
  const full = [
    message,
    listed("Undone", undone),
    ...(stay.length > 0 ? [listed("Not put back", stay)] : []),
  ];
  return { short: short.join(" "), full: full.join("\n\n") };
}

/** "5 files (a.py, b.py, c.py, …)": without their folders, which take the room. */
function counted(names: readonly string[]): string {
  const first = names.slice(0, NAMED).map((name) => name.slice(name.lastIndexOf("/") + 1));
  const shown = [...first, ...(names.length > NAMED ? ["…"] : [])].join(", ");
  const count = `${names.length} ${names.length === 1 ? "file" : "files"}`;
  return shown === "" ? count : `${count} (${shown})`;
}

function listed(title: string, names: readonly string[]): string {
  return [`${title}:`, ...names].join("\n  ");
}
