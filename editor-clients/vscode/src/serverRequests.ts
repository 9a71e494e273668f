/**
 * What the server asks of this client, each led to the module that answers it. No answer is worked out here. Called
 * once per client, before it starts; the handlers outlive a restart of the server.
 */
import { type CancellationToken, Disposable } from "vscode";
import { NotificationType, RequestType } from "vscode-languageclient/node";

import type { Approvals } from "./approvals";
import { getDiagnostics } from "./diagnostics";
import type { ServerNotifications, ServerRequests } from "./protocol";
import { saveDocuments } from "./saves";

type Method = keyof ServerRequests;
type Handler<M extends Method> = (
  params: ServerRequests[M]["params"],
  token: CancellationToken,
) => ServerRequests[M]["result"] | Promise<ServerRequests[M]["result"]>;

/** The part of a language client that is needed here. */
export interface Answering {
  onRequest<P, R>(
    type: RequestType<P, R, void>,
    handler: (params: P, token: CancellationToken) => R | Promise<R>,
  ): Disposable;
  onNotification<P>(type: NotificationType<P>, handler: (params: P) => void): Disposable;
}

export function answerServer(client: Answering, approvals: Approvals): Disposable {
  const on = <M extends Method>(method: M, handler: Handler<M>) =>
    client.onRequest(
      new RequestType<ServerRequests[M]["params"], ServerRequests[M]["result"], void>(method),
      handler,
    );
  const closed = new NotificationType<ServerNotifications["chat/approvalClosed"]["params"]>(
    "chat/approvalClosed",
  );
  return Disposable.from(
    on("chat/requestApproval", (params, token) => approvals.ask(params, token)),
    on("chat/saveDocuments", saveDocuments),
    on("chat/getDiagnostics", getDiagnostics),
    client.onNotification(closed, ({ approvalId }) => {
      approvals.close(approvalId);
    }),
  );
}
