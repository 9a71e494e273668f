/**
 * Gathers the events of one turn so that the webview gets a message at most every 16 ms: the first one goes at once, what
 * comes in between goes together. Knows neither the webview nor the server. Used by conversation.ts.
 */
import type { ChatEvent } from "./protocol";
import { addEvent } from "./transcript";

const INTERVAL_MS = 16;

export class Batches {
  private waiting: ChatEvent[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly send: (events: readonly ChatEvent[]) => void) {}

  push(event: ChatEvent): void {
    addEvent(this.waiting, event);
    if (this.timer === undefined) {
      this.flush();
      this.pause();
    }
  }

  /** Send what waits, now. */
  flush(): void {
    if (this.waiting.length > 0) {
      const events = this.waiting;
      this.waiting = [];
      this.send(events);
    }
  }

  private pause(): void {
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.waiting.length > 0) {
        this.flush();
        this.pause();
      }
    }, INTERVAL_MS);
  }
}
