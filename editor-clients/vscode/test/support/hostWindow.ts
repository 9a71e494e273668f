/**
 * A window's conversations with a real server and without a webview: what the webview would be told is kept as it comes.
 * Closing it is what a reload does, opening another one over the same folder is what comes after. Used by `../host/`.
 */
import { join } from "node:path";
import * as vscode from "vscode";

import { Chats } from "../../src/chats";
import { type ClientParts, type Server, startServer } from "../../src/client";
import { Connection } from "../../src/connection";
import { Memory } from "../../src/memory";
import type { HostMessage, TurnHead } from "../../src/messages";
import type { ServerCommand } from "../../src/privateServer";
import { PROTOCOL } from "../../src/protocol";
import { answerOf } from "../../src/transcript";
import { until } from "./waiting";

const log = vscode.window.createOutputChannel("chatls window tests", { log: true });

export const parts: ClientParts = {
  log,
  capability: { protocol: PROTOCOL },
  middleware: {},
  settings: () => ({}),
  attach: () => new vscode.Disposable(() => undefined),
};

/** A connection to the server that the settings of the tests name. */
export function connect(): Connection {
  const { settings } = parts;
  const startOne = (command: ServerCommand): Promise<Server> => startServer(command, parts);
  return new Connection({ servers: "/none", wheels: "/none" }, { log, settings, startServer: startOne });
}

/** A turn as the webview would have it. */
export interface Seen {
  readonly head: TurnHead;
  readonly text: string;
}

export class HostWindow {
  readonly said: HostMessage[] = [];
  readonly chats: Chats;
  private readonly listening: vscode.Disposable;

  /** `connection`: one that several windows use, which none of them ends. */
  constructor(
    folder: string,
    readonly connection: Connection = connect(),
    private readonly isShared = false,
  ) {
    const post = (message: HostMessage): void => void this.said.push(message);
    this.chats = new Chats(this.connection, new Memory(folder), join(folder, "turns"), post, log);
    this.listening = this.connection.onDidChange(({ kind }) => {
      if (kind === "ready") void this.chats.serverReady();
    });
  }

  /** Opens the window as the extension does; `model`: the script that answers. */
  static async open(folder: string, model?: string, shared?: Connection): Promise<HostWindow> {
    const window = new HostWindow(folder, shared, shared !== undefined);
    if (model !== undefined) window.chats.choose({ model: `scripted/${model}` });
    await window.chats.restore();
    window.chats.greet();
    await window.connection.server();
    await window.chats.serverReady();
    return window;
  }

  /** The turns that are shown, oldest first. */
  get turns(): Seen[] {
    return this.chats.active.snapshot().turns.map(({ head, events }) => ({ head, text: answerOf(events) }));
  }

  get last(): Seen | undefined {
    return this.turns.at(-1);
  }

  /** What the webview was told of one kind. */
  told<T extends HostMessage["type"]>(type: T): (HostMessage & { type: T })[] {
    return this.said.filter((message): message is HostMessage & { type: T } => message.type === type);
  }

  send(content: string): void {
    this.chats.active.send({ content });
  }

  /** Waits until the last turn is in this state, and has this text where one is given. */
  async shows(state: TurnHead["state"], text = ""): Promise<Seen> {
    return until(`a turn that is ${state} with "${text}"`, () => {
      const turn = this.last;
      return turn?.head.state === state && turn.text.includes(text) ? turn : undefined;
    });
  }

  kill(): void {
    const { state } = this.connection;
    if (state.kind === "ready" && state.server.pid !== undefined) process.kill(state.server.pid, "SIGKILL");
  }

  /** What a reload of the window does. */
  async close(): Promise<void> {
    this.chats.leave();
    this.listening.dispose();
    if (!this.isShared) await this.connection.stop();
    this.chats.dispose();
  }
}
