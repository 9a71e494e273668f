/**
 * What is sent for a turn: for one that is tried again, for an answer that is to go on, and the record that a turn begins
 * with. Pure but for the name that a new turn gets. Used by conversation.ts.
 */
import { randomUUID } from "node:crypto";

import type { StreamParams, UserMessage } from "./protocol";
import { type TurnRecord, answerOf } from "./transcript";

const CONTINUE = "Your last answer was cut off. Go on exactly where it stopped, and repeat nothing of it.";
const LAST_WORDS = 300;

/** A turn that is about to be sent. */
export type NewTurn = TurnRecord & { readonly params: StreamParams };

export function newTurn(message: UserMessage, params: StreamParams): NewTurn {
  const turnKey = randomUUID();
  return {
    turnKey,
    head: { message, state: "running" },
    events: [],
    params,
    journalKey: turnKey,
  };
}

/** The message of a turn that is tried again: the server has it, attachments as they were, unless it never got it. */
export function again({ head: { turnId, message } }: TurnRecord): Pick<StreamParams, "message"> {
  return turnId === undefined ? { message } : {};
}

/** The message that has an answer go on; the last words come along where the server may have lost them. */
export function goOnWith(turn: TurnRecord): UserMessage {
  const tail = answerOf(turn.events).slice(-LAST_WORDS);
  const lost = { type: "text" as const, name: "the last words that were read", text: tail };
  return { content: CONTINUE, ...(turn.outlived === true && tail !== "" && { attachments: [lost] }) };
}
