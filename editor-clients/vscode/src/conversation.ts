/**
 * One conversation: its turns, the one that runs, and what waits until it can be done. What happens is told as messages
 * for the webview, whether or not it is shown. Which conversation is shown is decided in chats.ts; how a turn is streamed
 * and kept is in liveTurn.ts, what the server has of a session is read by past.ts.
 */
import { CancellationTokenSource } from "vscode";

import { again, goOnWith, newTurn } from "./asking";
import type { Connection } from "./connection";
import { reasonOf } from "./faults";
import { fromJournal } from "./history";
import type { JournalledTurn } from "./journal";
import { streamTurn } from "./liveTurn";
import type { ConversationSnapshot, HostMessage } from "./messages";
import { Past } from "./past";
import type { StartEvent, StreamParams, UserMessage } from "./protocol";
import { Thread } from "./thread";
import type { TurnRecord } from "./transcript";
import { Outbox } from "./waiting";

/** What a conversation needs of the window it is in. */
export interface Surroundings {
  readonly connection: Connection;
  /** The folder of the journal. */
  readonly journals: string;
  readonly post: (from: Conversation, message: HostMessage) => void;
  /** The model and the agent of the next message; `agent`: the one that the message asks for. */
  readonly chosen: (agent?: string) => { readonly model?: string; readonly agent?: string };
  /** The window goes, and with it the server: no turn ends properly any more. */
  readonly isLeaving: () => boolean;
  /** A turn began or ended, or the session got its name. */
  readonly changed: (conversation: Conversation) => void;
  /** What waits is another text, or nothing any more. */
  readonly waits: (conversation: Conversation) => void;
  /** What waited is not sent: the user gets it back to look at. */
  readonly giveBack: (conversation: Conversation, text: string) => void;
}

interface Running {
  readonly turn: TurnRecord;
  readonly cancel: CancellationTokenSource;
}

export class Conversation {
  private readonly thread: Thread;
  private readonly past: Past;
  private readonly outbox = new Outbox(() => {
    this.postQueued();
    this.around.waits(this);
  });
  private title: string | undefined;
  private running: Running | undefined;
  private loading: Promise<void> | undefined;

  constructor(
    private readonly around: Surroundings,
    private session?: string,
  ) {
    this.thread = new Thread(around.journals, (message) => {
      this.post(message);
    });
    this.past = new Past(around.connection, this.thread);
  }

  get sessionId(): string | undefined {
    return this.session;
  }

  get isRunning(): boolean {
    return this.running !== undefined;
  }

  /** There is nothing that the server would have to add. */
  get isLoaded(): boolean {
    return this.session === undefined || (this.past.isKnown && this.loading === undefined);
  }

  /** A turn runs of which another window, or a server that is just ending, has the events. */
  get isRunningElsewhere(): boolean {
    return !this.isRunning && this.thread.last?.head.state === "running";
  }

  get waiting(): string | undefined {
    return this.outbox.text;
  }

  snapshot(): ConversationSnapshot {
    const { before } = this.past;
    return {
      ...(this.session !== undefined && { sessionId: this.session }),
      ...(this.title !== undefined && { title: this.title }),
      ...(before !== undefined && { before }),
      ...this.around.chosen(),
      turns: this.thread.snapshots(),
    };
  }

  /** Have the webview draw all of it from nothing. */
  draw(): void {
    this.post({ type: "init", state: this.snapshot() });
    if (this.waiting !== undefined) {
      this.postQueued();
    }
  }

  /** A turn by its key or by the server's name for it. */
  find(name: string): TurnRecord | undefined {
    return this.thread.find(name);
  }

  /** Have the server's account of the session. What is said meanwhile waits. */
  load(journals: readonly JournalledTurn[]): Promise<void> {
    if (this.session === undefined || this.isRunning) {
      return Promise.resolve();
    }
    this.loading ??= this.read(this.session, journals).finally(() => {
      this.loading = undefined;
      this.wake();
    });
    return this.loading;
  }

  /** Show what the journal alone knows, until the server is there. */
  showJournal(journals: readonly JournalledTurn[]): void {
    this.thread.set(journals.map(fromJournal));
    this.session ??= journals.at(-1)?.sessionId;
  }

  async loadOlder(before: string): Promise<void> {
    if (this.session !== undefined) {
      await this.past.readOlder(this.session, before);
    }
  }

  rename(title: string): void {
    this.title = title;
    this.postSession();
  }

  /** Say something; until that can be sent it waits. `replace`: the turn that it stands in the place of. */
  send(message: UserMessage, agent?: string, replace?: string): void {
    if (!this.isFree) {
      this.outbox.add({ message, agent, replace });
      return;
    }
    const replaced = replace === undefined ? undefined : this.thread.find(replace);
    void this.run(message, { message, ...this.around.chosen(agent) }, replaced);
  }

  /** Let nothing wait any more; the text that did. */
  unqueue(): string | undefined {
    return this.outbox.take()?.message.content;
  }

  stop(): void {
    this.running?.cancel.cancel();
  }

  /** Ask the same again. */
  retry(name: string): void {
    const turn = this.thread.find(name);
    if (this.isRunning) {
      return;
    }
    if (!this.isFree) {
      this.outbox.addRetry(name);
    } else if (turn !== undefined) {
      const chosen = this.around.chosen(turn.params?.agent ?? turn.head.agent);
      void this.run(turn.head.message, { ...again(turn), ...chosen }, turn);
    }
  }

  /** Have an answer that was cut off go on. */
  continueTurn(name: string): void {
    const turn = this.thread.find(name);
    if (turn?.head.turnId === undefined) {
      this.retry(name);
    } else {
      this.send(goOnWith(turn));
    }
  }

  /** Something is there that was missing, the server or its account of the session: do what waited for it. */
  wake(): void {
    if (!this.isFree || this.around.isLeaving()) {
      return;
    }
    const retrying = this.outbox.takeRetry();
    if (retrying === undefined) {
      this.goOn(true);
    } else {
      this.retry(retrying);
    }
  }

  /** The changes of a turn were undone; `conversation`: it and later ones are gone. */
  undone(name: string, what: "files" | "conversation" | "both"): void {
    const turn = this.thread.find(name);
    if (turn !== undefined && what === "files") {
      this.thread.change(turn, { undone: true });
    } else if (turn !== undefined) {
      this.thread.drop(turn);
    }
  }

  /** Let go of a turn that the server never got: nobody comes back to it. */
  forgetUnnamed(): void {
    const unnamed = this.isRunning ? undefined : this.thread.findUnnamed();
    if (unnamed !== undefined) {
      this.thread.drop(unnamed);
    }
  }

  /** Nothing stands in the way of a turn. */
  private get isFree(): boolean {
    return !this.isRunning && this.isLoaded && this.around.connection.state.kind === "ready";
  }

  private async read(sessionId: string, journals: readonly JournalledTurn[]): Promise<void> {
    const isFirst = !this.past.isKnown;
    try {
      const { title } = await this.past.read(sessionId, journals);
      if (title !== this.title) {
        this.rename(title);
      }
    } catch (error) {
      if (reasonOf(error) === "session_not_found") {
        this.session = undefined; // deleted, or of other folders: what is said now begins another one
        this.thread.set([]);
        this.around.changed(this);
      }
      throw error;
    } finally {
      if (isFirst || this.session === undefined) {
        this.draw();
      }
    }
  }

  /** Send a turn, and see it through to its end. `replaced` and what follows it leave once the server has accepted. */
  private async run(
    message: UserMessage,
    asked: StreamParams,
    replaced: TurnRecord | undefined,
  ): Promise<void> {
    const replaceTurnId = replaced?.head.turnId;
    if (replaced !== undefined && replaceTurnId === undefined) {
      this.thread.drop(replaced);
    }
    const turn = newTurn(message, {
      ...asked,
      ...(this.session !== undefined && { sessionId: this.session }),
      ...(replaceTurnId !== undefined && { replaceTurnId }),
    });
    const cancel = new CancellationTokenSource();
    this.running = { turn, cancel };
    this.thread.add(turn);
    this.around.changed(this);
    const ended = await streamTurn(this.around, turn, cancel.token, {
      begun: (event) => {
        this.begun(turn, event, replaced);
      },
      batch: (events) => {
        this.post({ type: "batch", turnKey: turn.turnKey, events });
      },
    });
    cancel.dispose();
    this.running = undefined;
    this.thread.change(turn, ended);
    this.around.changed(this);
    if (!this.around.isLeaving()) {
      this.goOn(ended.state === "done");
    }
  }

  private begun(turn: TurnRecord, event: StartEvent, replaced: TurnRecord | undefined): void {
    if (replaced !== undefined && this.thread.find(replaced.turnKey) !== undefined) {
      this.thread.drop(replaced, turn);
    }
    this.thread.change(turn, { turnId: event.turnId, agent: event.agent, model: event.model });
    if (this.session !== event.sessionId) {
      this.session = event.sessionId;
      this.past.begun();
      this.title ??= turn.head.message.content.split("\n", 1)[0] ?? "";
      this.postSession();
      this.around.changed(this);
    }
  }

  /** What waited is sent after a good end; after another one the user gets it back to look at. */
  private goOn(isGood: boolean): void {
    const waited = this.outbox.take();
    if (waited !== undefined && isGood) {
      this.send(waited.message, waited.agent, waited.replace);
    } else if (waited !== undefined) {
      this.around.giveBack(this, waited.message.content);
    }
  }

  private postSession(): void {
    if (this.session !== undefined) {
      const title = this.title === undefined ? {} : { title: this.title };
      this.post({ type: "session", sessionId: this.session, ...title });
    }
  }

  private postQueued(): void {
    this.post({ type: "queued", ...(this.waiting !== undefined && { text: this.waiting }) });
  }

  private post(message: HostMessage): void {
    this.around.post(this, message);
  }
}
