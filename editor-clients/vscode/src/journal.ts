/**
 * Keeps the turns that run on the disk, word for word, before the webview sees them: a reload of the window ends the
 * extension host and the server with it, and nothing that was read may be gone after it. A file per turn, a line per
 * batch; it goes when the turn has ended properly. Written by conversation.ts, read when a conversation is restored.
 */
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { readFile, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

import type { ChatEvent, UserMessage } from "./protocol";
import { addEvent } from "./transcript";

/** What is known of a turn when it is sent. */
export interface JournalHead {
  readonly turnKey: string;
  /** When it was sent, in ms. */
  readonly at: number;
  readonly message: UserMessage;
  readonly sessionId?: string;
  readonly agent?: string;
  readonly model?: string;
}

/** A turn that never ended properly. */
export interface JournalledTurn extends JournalHead {
  /** The server's name for it; absent where its `start` event never came. */
  readonly turnId?: string;
  readonly events: readonly ChatEvent[];
}

/** The newest ones are kept: those of conversations nobody comes back to must not pile up. */
const KEPT = 20;

export class TurnJournal {
  private constructor(
    private readonly file: string,
    private descriptor: number | undefined,
  ) {}

  /** Begin a turn's file; where that is impossible (a full disk) the turn runs without one. */
  static begin(folder: string, head: JournalHead): TurnJournal {
    const file = join(folder, `${head.turnKey}.jsonl`);
    const journal = new TurnJournal(file, open(folder, file));
    journal.write(head);
    return journal;
  }

  /** Keep these events; they are with the system when this returns. */
  append(events: readonly ChatEvent[]): void {
    this.write(events);
  }

  /** The turn has ended, and the server has all of it. */
  remove(): void {
    if (this.descriptor !== undefined) {
      this.close();
      rmSync(this.file, { force: true });
    }
  }

  /** The turn has broken off: what came stays on the disk. */
  close(): void {
    if (this.descriptor !== undefined) {
      closeSync(this.descriptor);
      this.descriptor = undefined;
    }
  }

  private write(line: JournalHead | readonly ChatEvent[]): void {
    if (this.descriptor === undefined) {
      return;
    }
    try {
      writeSync(this.descriptor, `${JSON.stringify(line)}\n`);
    } catch {
      this.close(); // the disk is full or gone: the answer goes on without
    }
  }
}

/** The turns in a folder that broke off, the oldest first. */
export async function readJournals(folder: string): Promise<JournalledTurn[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".jsonl"));
  const read = await Promise.all(
    // One that another window has just removed reads as nothing.
    names.map(async (name) => parsed(await readFile(join(folder, name), "utf8").catch(() => ""))),
  );
  const turns = read.filter((turn) => turn !== undefined).sort((a, b) => a.at - b.at);
  const tooMany = turns.splice(0, turns.length - KEPT);
  await Promise.all(tooMany.map((turn) => removeJournal(folder, turn.turnKey)));
  return turns;
}

export async function removeJournal(folder: string, turnKey: string): Promise<void> {
  await rm(join(folder, `${turnKey}.jsonl`), { force: true });
}

function open(folder: string, file: string): number | undefined {
  try {
    mkdirSync(folder, { recursive: true });
    return openSync(file, "ax", 0o600);
  } catch {
    return undefined;
  }
}

/** A file as it was written by this module, a last line that was torn off left out; undefined for any other file. */
function parsed(text: string): JournalledTurn | undefined {
  let lines: unknown[];
  try {
    lines = text
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as unknown);
  } catch {
    return undefined;
  }
  const [head, ...batches] = lines as [JournalHead | undefined, ...ChatEvent[][]];
  if (head === undefined) {
    return undefined;
  }
  const events: ChatEvent[] = [];
  for (const event of batches.flat()) {
    addEvent(events, event);
  }
  const start = events.find((event) => event.type === "start");
  return { ...head, ...(start && { turnId: start.turnId, sessionId: start.sessionId }), events };
}
