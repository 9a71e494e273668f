/**
 * Turns out of the server's history, brought together with what this window's journal still knows of those that broke off:
 * whichever account holds more is shown. Pure. Used by conversation.ts when a session is opened or restored.
 */
import type { JournalledTurn } from "./journal";
import type { Turn } from "./protocol";
import { type TurnRecord, amount } from "./transcript";

/** A turn of the server's, and what the journal adds to it. */
export function fromHistory(turn: Turn, journals: readonly JournalledTurn[]): TurnRecord {
  const { turnId, message, agent, model } = turn;
  const head = { turnId, message, agent, model };
  const journal = journals.find((kept) => kept.turnId === turnId);
  if (journal === undefined) {
    return { turnKey: turnId, head: { ...head, state: turn.state }, events: [...turn.events] };
  }
  const outlived = amount(journal.events) > amount(turn.events);
  return {
    turnKey: turnId,
    head: { ...head, state: turn.state === "done" ? "done" : "cut" },
    events: [...(outlived ? journal.events : turn.events)],
    journalKey: journal.turnKey,
    outlived,
  };
}

/** A turn of which only the journal is at hand: the server never named it, or is not there yet. */
export function fromJournal({ turnKey, turnId, message, agent, model, events }: JournalledTurn): TurnRecord {
  const known = { ...(turnId && { turnId }), ...(agent && { agent }), ...(model && { model }) };
  const head = { ...known, message, state: "cut" as const };
  return { turnKey: turnId ?? turnKey, head, events: [...events], journalKey: turnKey };
}

/** The newest turns of a session, and after them one that was sent and that the server never named. */
export function newest(turns: readonly Turn[], journals: readonly JournalledTurn[]): TurnRecord[] {
  const unnamed = journals.findLast((kept) => kept.turnId === undefined);
  const all = turns.map((turn) => fromHistory(turn, journals));
  return unnamed === undefined ? all : [...all, fromJournal(unnamed)];
}
