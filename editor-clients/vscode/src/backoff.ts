/**
 * When a server that ended by itself is started again: at once the first time, then after longer and longer waits, and
 * not at all when it keeps ending. Pure; the clock is the caller's. Used by connection.ts.
 */

/** Waits in milliseconds before the first, second, … start after an end. */
const WAITS = [0, 1000, 2000, 4000, 8000] as const;
/** Ends longer ago than this are forgotten. */
const WINDOW_MS = 180_000;

export class Backoff {
  private ends: number[] = [];

  /** It ended, now: how long to wait in ms before the next start; undefined: leave it. */
  ended(now: number): number | undefined {
    this.ends = [...this.ends.filter((time) => now - time < WINDOW_MS), now];
    return WAITS[this.ends.length - 1];
  }

  /** How often it has ended lately. */
  get count(): number {
    return this.ends.length;
  }

  /** The user starts it: all is forgotten. */
  reset(): void {
    this.ends = [];
  }
}
