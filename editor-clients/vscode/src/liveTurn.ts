/**
 * A turn while it runs: its events are added to its record, kept in the journal and then handed on in batches; at the end
 * stands how it ended. A turn that broke off keeps its file in the journal. Called by conversation.ts.
 */
import type { CancellationToken } from "vscode";

import { Batches } from "./batches";
import type { Connection } from "./connection";
import { asFault } from "./faults";
import { TurnJournal } from "./journal";
import type { TurnHead } from "./messages";
import type { ChatEvent, StartEvent, StreamParams } from "./protocol";
import { type TurnRecord, addEvent } from "./transcript";
import { runTurn } from "./turn";

/** Where a running turn is told. */
export interface Listener {
  /** The server has accepted it. */
  readonly begun: (event: StartEvent) => void;
  readonly batch: (events: readonly ChatEvent[]) => void;
}

type Ended = Pick<TurnHead, "state" | "error" | "result">;

/** Stream a turn to its end, and say how it ended; never rejects. */
export async function streamTurn(
  around: { readonly connection: Connection; readonly journals: string; readonly isLeaving: () => boolean },
  turn: TurnRecord & { readonly params: StreamParams },
  token: CancellationToken,
  listener: Listener,
): Promise<Ended> {
  const journal = beginJournal(around.journals, turn);
  // What a snapshot shows and what comes after it as a batch must never overlap: both change here.
  const batches = new Batches((events) => {
    for (const event of events) {
      addEvent(turn.events, event);
    }
    journal.append(events);
    listener.batch(events);
  });
  const take = (event: ChatEvent): void => {
    if (event.type === "start") {
      listener.begun(event);
    }
    batches.push(event);
  };
  const ended = await outcome(runTurn(around.connection, turn.params, take, token), token);
  batches.flush();
  if (ended.state === "cut" || around.isLeaving()) {
    turn.outlived = true; // a server that died may have written less than it had sent
    journal.close();
  } else {
    journal.remove();
  }
  return ended;
}

function beginJournal(folder: string, { turnKey, head, params }: TurnRecord): TurnJournal {
  const { sessionId, agent, model } = params ?? {};
  return TurnJournal.begin(folder, {
    turnKey,
    at: Date.now(),
    message: head.message,
    ...(sessionId !== undefined && { sessionId }),
    ...(agent !== undefined && { agent }),
    ...(model !== undefined && { model }),
  });
}

async function outcome(answer: ReturnType<typeof runTurn>, token: CancellationToken): Promise<Ended> {
  try {
    const result = await answer;
    return { state: result.stopReason === "cancelled" ? "cancelled" : "done", result };
  } catch (failure) {
    const error = asFault(failure);
    if (token.isCancellationRequested) {
      return { state: "cancelled", error };
    }
    return { state: error.code === "stream_interrupted" ? "cut" : "failed", error };
  }
}
