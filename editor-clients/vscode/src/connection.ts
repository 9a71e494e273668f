/**
 * The connection to the server over its whole life: finding, starting, starting again with back-off when it ended by
 * itself, and requests that wait until it is there. One restart runs at a time, and whoever asks for one meanwhile gets
 * the same. Used by every part of the extension host that talks with the server; it shows nothing itself.
 */
import { type CancellationToken, type Disposable, EventEmitter, type LogOutputChannel } from "vscode";

import { Backoff } from "./backoff";
import type { Server } from "./client";
import { serverPath } from "./config";
import { told } from "./faults";
import { type Problem, ProblemError, cannotStart, keepsEnding, noServer, withoutInstall } from "./problems";
import type { ServerCommand } from "./privateServer";
import type { Requests, Settings } from "./protocol";
import { type ServerFolders, findServers } from "./server";

export type ConnectionState =
  | { readonly kind: "stopped" }
  /** `message`: why it takes a while. */
  | { readonly kind: "starting"; readonly message?: string }
  | { readonly kind: "ready"; readonly server: Server }
  | { readonly kind: "failed"; readonly problem: Problem };

export interface ConnectionParts {
  readonly log: LogOutputChannel;
  readonly settings: () => Settings;
  readonly startServer: (command: ServerCommand) => Promise<Server>;
}

export class Connection implements Disposable {
  private readonly changed = new EventEmitter<ConnectionState>();
  private readonly backoff = new Backoff();
  private now: ConnectionState = { kind: "stopped" };
  private starting: Promise<Server> | undefined;
  /** Something is being done that a server needs. */
  private preparing: Promise<unknown> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private disposed = false;

  readonly onDidChange = this.changed.event;

  constructor(
    private readonly folders: ServerFolders,
    private readonly parts: ConnectionParts,
  ) {}

  get state(): ConnectionState {
    return this.now;
  }

  /** The server that runs; waits for one that starts, and starts one that was not started. */
  async server(): Promise<Server> {
    if (this.now.kind === "failed") {
      throw new ProblemError(this.now.problem);
    }
    return this.now.kind === "ready" ? this.now.server : this.start();
  }

  /** Ask the server; waits until it is ready. */
  async request<M extends keyof Requests>(
    method: M,
    params: Requests[M]["params"],
    token?: CancellationToken,
  ): Promise<Requests[M]["result"]> {
    const { client } = await this.server();
    // A token that is undefined would be sent as a second parameter.
    return token === undefined
      ? client.sendRequest(method, params)
      : client.sendRequest(method, params, token);
  }

  /** Start the server, or join the start that is under way; the server, if one runs already. */
  start(): Promise<Server> {
    if (this.now.kind === "ready") {
      return Promise.resolve(this.now.server); // somebody needed one while the old one was being stopped
    }
    return this.preparing === undefined ? this.launch() : this.preparing.then(() => this.server());
  }

  /** Stop the server if there is one, and start another, as the user wants it. */
  async restart(): Promise<void> {
    const { now, preparing } = this;
    await preparing;
    const isNew = preparing !== undefined && this.now.kind === "ready" && this.now !== now;
    if (!isNew) {
      await this.replace();
    }
  }

  /**
   * Do something that a server needs, and start another one when it is done; one that runs stays until then. Whoever wants
   * a server meanwhile waits, and `message` says for what. `work` answers whether it was done.
   *
   * Throws what went wrong where a server runs all the same; else it is what is wrong from then on.
   */
  async prepare(message: string, work: () => Promise<boolean>): Promise<void> {
    const before = this.now;
    const held: ConnectionState = { kind: "starting", message };
    if (before.kind !== "ready") {
      this.become(held);
    }
    const all = this.prepared(work, () => {
      if (this.now === held) {
        this.become(before); // else something has happened meanwhile, and that counts
      }
    });
    this.preparing = all.catch(() => undefined);
    await all;
  }

  private async prepared(work: () => Promise<boolean>, goBack: () => void): Promise<void> {
    try {
      if (await work()) {
        await this.replace();
      } else {
        goBack();
      }
    } catch (error) {
      if (this.now.kind === "ready") {
        throw error; // the server that runs is as good as before
      }
      this.fail(error);
    } finally {
      this.preparing = undefined;
    }
  }

  private launch(): Promise<Server> {
    clearTimeout(this.timer);
    this.starting ??= this.run().finally(() => {
      this.starting = undefined;
    });
    return this.starting;
  }

  private async replace(): Promise<void> {
    this.backoff.reset();
    await this.starting?.catch(() => undefined);
    const old = this.now.kind === "ready" ? this.now.server : undefined;
    if (old !== undefined) {
      this.become({ kind: "stopped" });
      await old.stop();
    }
    await this.launch();
  }

  /** Something that the server needs went wrong: say so instead of what was said before. */
  fail(error: unknown): void {
    this.parts.log.error(asProblem(error).message);
    if (this.now.kind !== "ready") {
      this.become({ kind: "failed", problem: asProblem(error) });
    }
  }

  /** Tell a running server its settings anew. */
  async sendSettings(): Promise<void> {
    if (this.now.kind === "ready") {
      const settings = { chatls: this.parts.settings() };
      await this.now.server.client.sendNotification("workspace/didChangeConfiguration", { settings });
    }
  }

  /** Stop the server and wait until it has written what it has; nothing starts any more. */
  async stop(): Promise<void> {
    this.disposed = true;
    clearTimeout(this.timer);
    const server = this.now.kind === "ready" ? this.now.server : undefined;
    this.become({ kind: "stopped" });
    await server?.stop();
  }

  dispose(): void {
    void this.stop();
    this.changed.dispose();
  }

  private async run(): Promise<Server> {
    this.become({ kind: "starting" });
    try {
      const server = await this.startOne();
      if (this.disposed) {
        await server.stop();
        throw new Error("The window goes.");
      }
      void server.ended.then((exit) => {
        this.lost(server, exit);
      });
      this.parts.log.info(`chatls ${server.version} is ready (process ${String(server.pid)})`);
      this.become({ kind: "ready", server });
      return server;
    } catch (error) {
      const problem = asProblem(error);
      this.parts.log.error(problem.message);
      this.become({ kind: "failed", problem });
      throw error;
    }
  }

  /** The first server that starts; where none does, what is wrong with the first choice. */
  private async startOne(): Promise<Server> {
    let first: Error | undefined;
    for await (const command of findServers(this.folders)) {
      try {
        return await this.parts.startServer(command);
      } catch (error) {
        this.parts.log.warn(told(error));
        first ??= error as Error;
      }
    }
    throw first ?? new ProblemError(noServer());
  }

  /** A server ended. If that was not asked for, another one is started, in a while. */
  private lost(server: Server, exit: string): void {
    if (this.disposed || this.now.kind !== "ready" || this.now.server !== server) {
      return;
    }
    const wait = this.backoff.ended(Date.now());
    this.parts.log.error(`the server ended with ${exit}`);
    void server.stop();
    if (wait === undefined) {
      this.become({ kind: "failed", problem: keepsEnding(this.backoff.count, exit) });
      return;
    }
    const when = wait === 0 ? "now" : `in ${wait / 1000} s`;
    this.become({ kind: "starting", message: `The server ended with ${exit} and is started again ${when}.` });
    this.timer = setTimeout(() => void this.start().catch(() => undefined), wait); // the state says what is wrong
  }

  private become(state: ConnectionState): void {
    this.now = state;
    if (!this.disposed) {
      this.changed.fire(state);
    }
  }
}

function asProblem(error: unknown): Problem {
  const problem = error instanceof ProblemError ? error.problem : cannotStart("chatls", String(error));
  return serverPath() === undefined ? problem : withoutInstall(problem);
}
