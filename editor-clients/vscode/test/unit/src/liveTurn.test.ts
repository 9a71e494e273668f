import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, it } from "vitest";

import type { CancellationToken } from "vscode";

import type { Connection } from "../../../src/connection";
import { streamTurn } from "../../../src/liveTurn";
import type { ChatEvent } from "../../../src/protocol";
import { type TurnRecord, answerOf } from "../../../src/transcript";

const word = (seq: number, data: string): ChatEvent => ({ type: "token", seq, data });
const nobody = { dispose: () => undefined };
const token = {
  isCancellationRequested: false,
  onCancellationRequested: () => nobody,
} as unknown as CancellationToken;

let journals: string;

beforeEach(() => {
  journals = mkdtempSync(join(tmpdir(), "journals-"));
});

afterEach(() => {
  rmSync(journals, { recursive: true, force: true });
});

/** A server that says these words at once when it is asked. */
function saying(words: readonly string[], look: () => void): Connection {
  let hear: (event: ChatEvent) => void = () => undefined;
  const server = {
    listen: (_: string, onEvent: typeof hear) => {
      hear = onEvent;
      return nobody;
    },
    client: {
      sendRequest: () => {
        for (const [seq, data] of words.entries()) {
          hear(word(seq, data));
          look();
        }
        return Promise.resolve({ stopReason: "end_turn" });
      },
    },
  };
  return { server: () => Promise.resolve(server) } as unknown as Connection;
}

it("never has words in its record that are still to be handed on", async () => {
  const message = { content: "Speak" };
  const turn: TurnRecord & { params: { message: typeof message } } = {
    turnKey: "one",
    head: { message, state: "running" },
    events: [],
    params: { message },
  };
  let handed = "";
  const look = (): void => {
    expect(answerOf(turn.events)).toBe(handed);
  };
  const around = { connection: saying(["a", "b", "c"], look), journals, isLeaving: () => false };
  const ended = await streamTurn(around, turn, token, {
    begun: () => undefined,
    batch: (events) => {
      handed += answerOf(events);
    },
  });
  expect(ended.state).toBe("done");
  expect(answerOf(turn.events)).toBe("abc");
  look();
});
