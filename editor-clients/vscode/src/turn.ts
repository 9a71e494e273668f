/**
 * One turn: `chat/stream` with a token of our own, whose progress is listened to before the request is sent and no longer
 * when it was answered. Cancelling goes by the request's token: the server then answers normally, with the text so far.
 * Called by liveTurn.ts and the chat participant.
 */
import { randomUUID } from "node:crypto";

import type { CancellationToken, Disposable } from "vscode";

import type { Connection } from "./connection";
import type { ChatEvent, StreamParams, StreamResult } from "./protocol";

export async function runTurn(
  connection: Connection,
  params: StreamParams,
  onEvent: (event: ChatEvent) => void,
  token: CancellationToken,
): Promise<StreamResult> {
  const { client, listen } = await unlessCancelled(connection.server(), token);
  const workDoneToken = `chatls:${randomUUID()}`;
  const listening = listen(workDoneToken, onEvent);
  try {
    return await client.sendRequest<StreamResult>("chat/stream", { ...params, workDoneToken }, token);
  } finally {
    listening.dispose();
  }
}

/** A server may take long to start, and nobody has to wait for it. */
async function unlessCancelled<T>(wanted: Promise<T>, token: CancellationToken): Promise<T> {
  let listening: Disposable | undefined;
  const cancelled = new Promise<never>((_, reject) => {
    listening = token.onCancellationRequested(() => {
      reject(new Error("It was stopped before the server was there."));
    });
  });
  try {
    return await Promise.race([wanted, cancelled]);
  } finally {
    listening?.dispose();
  }
}
