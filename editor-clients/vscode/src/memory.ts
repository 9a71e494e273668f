/**
 * What a window remembers over a reload, beside the turns themselves: which session is open, what was chosen, what waits to
 * be sent in each. A small file in the extension's storage, written at once: VS Code's own memento may be lost when a window is
 * reloaded right after. Used by chats.ts.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import * as v from "valibot";

const remembered = v.object({
  sessionId: v.optional(v.string()),
  model: v.optional(v.string()),
  agent: v.optional(v.string()),
  waiting: v.optional(v.record(v.string(), v.string())),
});

export type Remembered = v.InferOutput<typeof remembered>;

export class Memory {
  private now: Remembered;

  constructor(private readonly folder: string) {
    this.now = this.read();
  }

  get value(): Remembered {
    return this.now;
  }

  /** What waits to be sent in a session; in a new conversation: without an id. */
  waiting(sessionId = ""): string | undefined {
    return this.now.waiting?.[sessionId];
  }

  /** Keep what waits in a session; without a text it is forgotten. */
  keepWaiting(sessionId = "", text?: string): void {
    if (text !== this.waiting(sessionId)) {
      const others = Object.entries(this.now.waiting ?? {}).filter(([id]) => id !== sessionId);
      this.set({ waiting: Object.fromEntries(text === undefined ? others : [...others, [sessionId, text]]) });
    }
  }

  /** Change some of it; `undefined` forgets a value. */
  set(change: Remembered): void {
    this.now = { ...this.now, ...change };
    try {
      mkdirSync(this.folder, { recursive: true });
      writeFileSync(this.draft, JSON.stringify(this.now), { mode: 0o600 });
      renameSync(this.draft, this.file);
    } catch {
      return; // a full disk: the window works, and remembers less
    }
  }

  private get file(): string {
    return join(this.folder, "window.json");
  }

  private get draft(): string {
    return join(this.folder, "window.json.new");
  }

  private read(): Remembered {
    try {
      return v.parse(remembered, JSON.parse(readFileSync(this.file, "utf8")));
    } catch {
      return {};
    }
  }
}
