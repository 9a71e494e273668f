/**
 * One installation at a time, over all windows: whoever installs holds a folder, and touches it as a sign of life. One that
 * was left behind is taken away; should two windows do that at once, nothing breaks, since every installation has a folder
 * of its own. Knows nothing of what is installed. Called by install.ts.
 */
import { mkdir, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

export interface LockTimes {
  /** How often it is touched, and looked at by those who wait, in ms. */
  readonly beat: number;
  /** One that was not touched for so long was left behind, in ms. */
  readonly stale: number;
}

const TIMES: LockTimes = { beat: 1_000, stale: 20_000 };

/**
 * Do some work while holding the lock; `waited` tells it that somebody else held it before. `onWait` is called where it has
 * to wait.
 *
 * Throws what the signal says where it is aborted while it waits.
 */
export async function alone<T>(
  lock: string,
  signal: AbortSignal,
  onWait: () => void,
  work: (waited: boolean) => Promise<T>,
  times = TIMES,
): Promise<T> {
  await mkdir(dirname(lock), { recursive: true });
  const waited = await take(lock, signal, onWait, times);
  const beating = setInterval(() => void touch(lock), times.beat);
  try {
    return await work(waited);
  } finally {
    clearInterval(beating);
    await rm(lock, { recursive: true, force: true });
  }
}

/** Take the lock; whether somebody had to be waited for. */
async function take(
  lock: string,
  signal: AbortSignal,
  onWait: () => void,
  { beat, stale }: LockTimes,
): Promise<boolean> {
  let waited = false;
  while (!(await made(lock))) {
    if ((await silence(lock)) > stale) {
      await clear(lock);
      continue;
    }
    if (!waited) {
      onWait();
    }
    waited = true;
    await pause(beat, undefined, { signal });
  }
  return waited;
}

async function made(lock: string): Promise<boolean> {
  try {
    await mkdir(lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") {
      return false;
    }
    throw error;
  }
}

/** For how long nobody has touched it, in ms; not at all where it has just gone. */
async function silence(lock: string): Promise<number> {
  const found = await stat(lock).catch(() => undefined);
  return found === undefined ? 0 : Date.now() - found.mtimeMs;
}

/** Renamed first: of several who do so only one has it. */
async function clear(lock: string): Promise<void> {
  const left = `${lock}.${process.pid}`;
  await rename(lock, left).catch(() => undefined);
  await rm(left, { recursive: true, force: true });
}

async function touch(lock: string): Promise<void> {
  const now = new Date();
  await utimes(lock, now, now).catch(() => undefined); // it was taken away: the work goes on all the same
}
