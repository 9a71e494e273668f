/**
 * The turns of a conversation as the host knows them: their heads and their events, neighbouring text merged as in the
 * server's history. Pure data, no I/O; drawing is the webview's. Used by conversation.ts, journal.ts and history.ts.
 */
import type { TurnHead, TurnSnapshot } from "./messages";
import type { ChatEvent, StreamParams, ThinkingEvent, TokenEvent } from "./protocol";

export interface TurnRecord {
  readonly turnKey: string;
  head: TurnHead;
  readonly events: ChatEvent[];
  /** What was sent, for a turn of this window. */
  readonly params?: StreamParams;
  /** Names its file in the journal, where it has one. */
  readonly journalKey?: string;
  /** The server lost words of this answer that are still known here. */
  outlived?: boolean;
}

/** Add an event to others; text that follows text of the same kind and task is joined with it. */
export function addEvent(events: ChatEvent[], event: ChatEvent): void {
  const last = events.at(-1);
  if (isText(event) && last?.type === event.type && last.task === event.task) {
    events[events.length - 1] = { ...event, data: last.data + event.data };
  } else {
    events.push(event);
  }
}

export function snapshot({ turnKey, head, events }: TurnRecord): TurnSnapshot {
  return { turnKey, head, events: [...events] };
}

/** The answer itself, as far as it came. */
export function answerOf(events: readonly ChatEvent[]): string {
  return events
    .filter((event) => event.type === "token" && event.task === undefined)
    .map((event) => (event as TokenEvent).data)
    .join("");
}

/** How much these events hold: of two accounts of one turn the one with more is the fuller one. */
export function amount(events: readonly ChatEvent[]): number {
  return events.reduce((sum, event) => sum + (isText(event) ? event.data.length : 1), 0);
}

function isText(event: ChatEvent): event is TokenEvent | ThinkingEvent {
  return event.type === "token" || event.type === "thinking";
}
