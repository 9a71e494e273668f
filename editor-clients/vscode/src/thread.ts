/**
 * The turns of a conversation in order, and what the webview is told when one changes or leaves. A turn that leaves takes
 * its file in the journal with it. Used by conversation.ts, which decides what happens.
 */
import { removeJournal } from "./journal";
import type { HostMessage, TurnHead } from "./messages";
import { type TurnRecord, snapshot } from "./transcript";

export class Thread {
  private turns: TurnRecord[] = [];

  constructor(
    private readonly journals: string,
    private readonly post: (message: HostMessage) => void,
  ) {}

  get last(): TurnRecord | undefined {
    return this.turns.at(-1);
  }

  snapshots(): ReturnType<typeof snapshot>[] {
    return this.turns.map(snapshot);
  }

  /** A turn by its key or by the server's name for it. */
  find(name: string): TurnRecord | undefined {
    return this.turns.find((turn) => turn.turnKey === name || turn.head.turnId === name);
  }

  /** One that was sent and that the server never named. */
  findUnnamed(): TurnRecord | undefined {
    return this.turns.find((turn) => turn.head.turnId === undefined);
  }

  /** These turns and no others; the webview is told by an `init`, which is the caller's. */
  set(turns: readonly TurnRecord[]): void {
    this.turns = [...turns];
  }

  /**
   * The newest turns as they are by now. The webview is told from the first one on that is another, and nothing where all
   * are the same.
   */
  update(newest: readonly TurnRecord[]): void {
    const at = Math.max(
      0,
      this.turns.findIndex(({ turnKey }) => turnKey === newest[0]?.turnKey),
    );
    const same = newest.findIndex((turn, index) => !isSame(turn, this.turns[at + index]));
    const from = same < 0 ? newest.length : same;
    const gone = this.turns.splice(at + from, Infinity, ...newest.slice(from));
    if (gone.length > 0) {
      this.post({ type: "removeTurns", turnKeys: gone.map(({ turnKey }) => turnKey) });
    }
    for (const { turnKey, head, events } of newest.slice(from)) {
      this.post({ type: "turn", turnKey, turn: head });
      this.post({ type: "batch", turnKey, events });
    }
  }

  /** Turns before the oldest; `before`: there are still older ones. */
  prepend(older: readonly TurnRecord[], before: string | undefined): void {
    this.turns.unshift(...older);
    this.post({ type: "older", turns: older.map(snapshot), ...(before !== undefined && { before }) });
  }

  add(turn: TurnRecord): void {
    this.turns.push(turn);
    this.change(turn, {});
  }

  change(turn: TurnRecord, change: Partial<TurnHead>): void {
    turn.head = { ...turn.head, ...change };
    this.post({ type: "turn", turnKey: turn.turnKey, turn: turn.head });
  }

  /** Take a turn and those after it out, up to one that stays. */
  drop(first: TurnRecord, until?: TurnRecord): void {
    const from = this.turns.indexOf(first);
    const to = until === undefined ? this.turns.length : this.turns.indexOf(until);
    const gone = from < 0 ? [] : this.turns.splice(from, to - from);
    for (const { journalKey } of gone) {
      if (journalKey !== undefined) {
        void removeJournal(this.journals, journalKey);
      }
    }
    this.post({ type: "removeTurns", turnKeys: gone.map((turn) => turn.turnKey) });
  }
}

function isSame(one: TurnRecord, other: TurnRecord | undefined): boolean {
  return other !== undefined && JSON.stringify(snapshot(one)) === JSON.stringify(snapshot(other));
}
