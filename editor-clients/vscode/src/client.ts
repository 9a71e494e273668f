/**
 * One server process and the language client that speaks with it: started, checked and stopped. Whether it is started
 * again is decided in connection.ts; what the server may ask is answered by the parts that are handed in. The library is
 * large, so nothing that is needed before the first start imports this: serverStart.ts loads it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { homedir } from "node:os";

import type { Disposable, LogOutputChannel } from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  type Middleware,
  ProgressType,
  RevealOutputChannelOn,
  type StaticFeature,
} from "vscode-languageclient/node";

import type { ServerCommand } from "./privateServer";
import { ProblemError, cannotStart, endedAtStart, notChatls, wrongProtocol } from "./problems";
import { eachLine } from "./processes";
import {
  type ChatEvent,
  type ClientCapability,
  PROTOCOL,
  type ProgressValue,
  type ServerCapability,
  type Settings,
} from "./protocol";

/** What the rest of the extension brings to each new client. */
export interface ClientParts {
  readonly log: LogOutputChannel;
  readonly capability: ClientCapability;
  readonly middleware: Middleware;
  readonly settings: () => Settings;
  /** Registers the handlers of the server's requests; called before the client starts. */
  readonly attach: (client: LanguageClient) => Disposable;
}

/** A server that runs. */
export interface Server {
  readonly client: LanguageClient;
  readonly version: string;
  readonly pid: number | undefined;
  readonly command: ServerCommand;
  /** Settles when the process has ended, with how it did in words. */
  readonly ended: Promise<string>;
  /** Hear the events of a turn that is sent with this token. */
  readonly listen: (workDoneToken: string, onEvent: (event: ChatEvent) => void) => Disposable;
  readonly stop: () => Promise<void>;
}

const progress = new ProgressType<ProgressValue>();
const START_MS = 30_000;
const STOP_MS = 2_000;
const LAST_WORDS = 3;

/**
 * Start a server and wait until it has answered `initialize`.
 *
 * Throws a ProblemError where it does not start, ends, does not answer, or is no chatls of this protocol.
 */
export async function startServer(command: ServerCommand, parts: ClientParts): Promise<Server> {
  const running = await launch(command, parts.log);
  const client = new QuietClient("chatls", "chatls", () => Promise.resolve(running.child), options(parts));
  client.registerFeature(announcing(parts.capability));
  const attached = parts.attach(client);
  const stop = async (): Promise<void> => {
    await client.dispose(STOP_MS).catch(() => undefined); // it may be dead, or never have started
    attached.dispose();
    setTimeout(() => running.child.kill("SIGKILL"), STOP_MS).unref();
    await running.ended;
  };
  try {
    await initialized(client, running);
    const version = checked(client, command);
    const listen: Server["listen"] = (workDoneToken, onEvent) =>
      client.onProgress(progress, workDoneToken, (value) => {
        onEvent(value.event);
      });
    return { client, version, pid: running.child.pid, command, ended: running.ended, listen, stop };
  } catch (error) {
    running.child.kill();
    await stop();
    throw error;
  }
}

/** Errors of the connection are told in the panel, once; the library's own notifications would say them again. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<string>;
  readonly lastWords: () => string;
}

async function launch(command: ServerCommand, log: LogOutputChannel): Promise<Running> {
  log.info(`starting ${[command.command, ...command.args].join(" ")}`);
  // The home folder: a module in the folder that is open must never be taken for one of the server's.
  const child = spawn(command.command, command.args, { cwd: homedir(), windowsHide: true });
  const ended = new Promise<string>((resolve) => {
    child.once("close", (code, signal) => {
      resolve(signal === null ? `exit code ${String(code)}` : `the signal ${signal}`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (error) => {
      reject(new ProblemError(cannotStart(command.command, error.message)));
    });
  });
  const lines: string[] = [];
  eachLine(child.stderr, (line) => {
    log.info(line);
    lines.push(line);
    lines.splice(0, lines.length - LAST_WORDS);
  });
  return { child, ended, lastWords: () => lines.join(" ").trim() };
}

/** Wait for the answer to `initialize`, for the end of the process, or for too long. */
async function initialized(client: LanguageClient, { child, ended, lastWords }: Running): Promise<void> {
  const died = ended.then((exit) => {
    throw new ProblemError(endedAtStart(child.spawnfile, exit, lastWords()));
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const reason = `it did not answer within ${START_MS / 1000} s.`;
      reject(new ProblemError(cannotStart(child.spawnfile, reason)));
    }, START_MS);
  });
  const started = client.start();
  started.catch(() => undefined); // a dying process makes both of them fail: the other one says why
  try {
    await Promise.race([started.catch(() => died), died, late]);
  } finally {
    clearTimeout(timer);
    died.catch(() => undefined);
  }
}

/** The server's version, if it speaks our protocol. */
function checked(client: LanguageClient, { command }: ServerCommand): string {
  const result = client.initializeResult;
  const capability = (result?.capabilities.experimental as { chatls?: ServerCapability } | undefined)?.chatls;
  const version = result?.serverInfo?.version ?? "of unknown version";
  if (capability === undefined) {
    throw new ProblemError(notChatls(command));
  }
  const theirs: number = capability.protocol;
  if (theirs !== PROTOCOL) {
    throw new ProblemError(wrongProtocol(theirs, PROTOCOL, version));
  }
  return version;
}

function options({ log, middleware, settings }: ClientParts): LanguageClientOptions {
  return {
    documentSelector: [{ scheme: "file" }, { scheme: "untitled" }],
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    stdioOptions: { stdout: () => undefined, stderr: () => undefined }, // read in `launch`
    initializationOptions: settings,
    initializationFailedHandler: () => false,
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      // Whether another one is started is decided in connection.ts.
      closed: () => ({ action: CloseAction.DoNotRestart, message: "the connection ended", handled: true }),
    },
    middleware,
  };
}

/** Says in `initialize` what this client does beyond LSP. */
function announcing(capability: ClientCapability): StaticFeature {
  return {
    fillClientCapabilities(capabilities) {
      capabilities.experimental = {
        ...(capabilities.experimental as object | undefined),
        chatls: capability,
      };
    },
    initialize: () => undefined,
    getState: () => ({ kind: "static" }),
    clear: () => undefined,
  };
}
