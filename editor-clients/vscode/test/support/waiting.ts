/**
 * Waiting for what a test expects, with an end: nothing here sleeps for luck.
 */

/** Asks until the answer is neither false nor nothing nor a fault; fails after `seconds`, saying what was awaited. */
export async function until<T>(
  what: string,
  ask: () => Promise<T> | T,
  seconds = 30,
): Promise<Exclude<T, false | null | undefined>> {
  const deadline = Date.now() + seconds * 1000;
  let fault: unknown;
  while (Date.now() < deadline) {
    try {
      const found = await ask();
      if (found !== false && found !== null && found !== undefined)
        return found as Exclude<T, false | null | undefined>;
    } catch (error) {
      fault = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`Waited ${seconds} s in vain: ${what}`, { cause: fault });
}

/** Something that a test lets happen when it wants to. */
export interface Gate<T> {
  readonly passed: Promise<T>;
  readonly open: (value: T) => void;
}

export function gate<T = void>(): Gate<T> {
  let open: Gate<T>["open"] = () => undefined;
  const passed = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}
