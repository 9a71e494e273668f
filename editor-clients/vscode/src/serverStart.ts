/**
 * Starts a server with all that this extension answers for it. What it imports takes longer to load than all the rest, so
 * it is loaded at the first start and not with the extension. Called by connection.ts, through parts.ts.
 */
import type { LogOutputChannel } from "vscode";

import type { Approvals } from "./approvals";
import { type Server, startServer } from "./client";
import { strictEdits } from "./edits";
import type { ServerCommand } from "./privateServer";
import { type ClientCapability, PROTOCOL, type Settings } from "./protocol";
import { answerServer } from "./serverRequests";

export interface StartParts {
  readonly log: LogOutputChannel;
  readonly settings: () => Settings;
  readonly approvals: Approvals;
}

const capability: ClientCapability = {
  protocol: PROTOCOL,
  approval: true,
  hunks: true,
  diagnostics: true,
  save: true,
  strictEdits: true,
};

export function startWith(command: ServerCommand, { approvals, ...parts }: StartParts): Promise<Server> {
  return startServer(command, {
    ...parts,
    capability,
    middleware: { workspace: { handleApplyEdit: strictEdits } },
    attach: (client) => answerServer(client, approvals),
  });
}
