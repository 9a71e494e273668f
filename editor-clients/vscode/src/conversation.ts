/**
 * One conversation: its turns, the one that runs, and the message that waits behind it. What happens is told as messages
 * for the webview, whether or not it is shown. Which conversation is shown is decided in chats.ts; how a turn is
 * streamed and kept is in liveTurn.ts.
 */
import { randomUUID } from "node:crypto";

import { CancellationTokenSource } from "vscode";

import type { Connection } from "./connection";
import { isServerGone, reasonOf } from "./faults";
import { fromHistory, fromJournal, newest } from "./history";
import type { JournalledTurn } from "./journal";
import { streamTurn } from "./liveTurn";
import type { ConversationSnapshot, HostMessage } from "./messages";
import type { StartEvent, StreamParams, UserMessage } from "./protocol";
import { Thread } from "./thread";
import { type TurnRecord, answerOf } from "./transcript";
import { type Waiting, joined } from "./waiting";

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
}

interface Running {
  readonly turn: TurnRecord;
  readonly cancel: CancellationTokenSource;
}

const PAGE = 50;
const CONTINUE = "Your last answer was cut off. Go on exactly where it stopped, and repeat nothing of it.";
const LAST_WORDS = 300;

export class Conversation {
  private readonly thread: Thread;
  private before: string | undefined;
  private title: string | undefined;
  private running: Running | undefined;
  private queued: Waiting | undefined;
  /** The turn that is to be tried again as soon as the session has been read. */
  private retrying: string | undefined;
  private loaded = false;
  private loading: Promise<void> | undefined;

  constructor(
    private readonly around: Surroundings,
    private session?: string,
  ) {
    this.thread = new Thread(around.journals, (message) => {
      this.post(message);
    });
  }

  get sessionId(): string | undefined {
    return this.session;
  }

  get isRunning(): boolean {
    return this.running !== undefined;
  }

  /** There is nothing that the server would have to add. */
  get isLoaded(): boolean {
    return this.session === undefined || (this.loaded && this.loading === undefined);
  }

  /** A turn runs of which another window, or a server that is just ending, has the events. */
  get isRunningElsewhere(): boolean {
    return !this.isRunning && this.thread.last?.head.state === "running";
  }

  get waiting(): string | undefined {
    return this.queued?.message.content;
  }

  snapshot(): ConversationSnapshot {
    return {
      ...(this.session !== undefined && { sessionId: this.session }),
      ...(this.title !== undefined && { title: this.title }),
      ...(this.before !== undefined && { before: this.before }),
      ...this.around.chosen(),
      turns: this.thread.snapshots(),
    };
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
      const params = { sessionId: this.session, before, limit: PAGE };
      const page = await this.around.connection.request("chat/getSession", params);
      this.before = page.before;
      this.thread.prepend(
        page.turns.map((turn) => fromHistory(turn, [])),
        page.before,
      );
    }
  }

  rename(title: string): void {
    this.title = title;
    this.postSession();
  }

  /** Say something; while a turn runs it waits. `replace`: the turn that it stands in the place of. */
  send(message: UserMessage, agent?: string, replace?: string): void {
    if (this.running !== undefined || !this.isLoaded) {
      this.queued = joined(this.queued, { message, agent, replace });
      this.postQueued();
      return;
    }
    const replaced = replace === undefined ? undefined : this.thread.find(replace);
    void this.run(message, { message, ...this.around.chosen(agent) }, replaced);
  }

  unqueue(): void {
    this.queued = undefined;
    this.postQueued();
  }

  stop(): void {
    this.running?.cancel.cancel();
  }

  /** Ask the same again. */
  retry(name: string): void {
    const turn = this.thread.find(name);
    if (!this.isLoaded) {
      this.retrying = name;
      return;
    }
    if (turn === undefined || this.running !== undefined) {
      return;
    }
    const { turnId, message, agent } = turn.head;
    // The server has the message, attachments as they were, unless it never got it.
    const again = turnId === undefined ? { message } : {};
    void this.run(message, { ...again, ...this.around.chosen(turn.params?.agent ?? agent) }, turn);
  }

  /** Have an answer that was cut off go on. */
  continueTurn(name: string): void {
    const turn = this.thread.find(name);
    if (turn?.head.turnId === undefined) {
      this.retry(name);
      return;
    }
    const tail = answerOf(turn.events).slice(-LAST_WORDS);
    const lost = { type: "text" as const, name: "the last words that were read", text: tail };
    this.send({ content: CONTINUE, ...(turn.outlived === true && tail !== "" && { attachments: [lost] }) });
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

  private async read(sessionId: string, journals: readonly JournalledTurn[]): Promise<void> {
    try {
      const page = await this.around.connection.request("chat/getSession", { sessionId, limit: PAGE });
      this.thread.set(newest(page.turns, journals));
      this.before = page.before;
      this.title = page.session.title;
      this.loaded = true;
    } catch (error) {
      this.loaded = !isServerGone(error); // the next server is asked again
      if (reasonOf(error) === "session_not_found") {
        this.session = undefined; // deleted, or of other folders: what is said now begins another one
        this.thread.set([]);
        this.around.changed(this);
      }
      throw error;
    } finally {
      this.post({ type: "init", state: this.snapshot() });
    }
  }

  /** The session has been read: do what the user wanted meanwhile. */
  private wake(): void {
    const { retrying } = this;
    this.retrying = undefined;
    if (this.around.isLeaving()) {
      return;
    }
    if (retrying === undefined) {
      this.goOn(true);
    } else {
      this.retry(retrying);
    }
  }

  /** Send a turn, and see it through to its end. `replaced` and what follows it leave once the server has accepted. */
  private async run(
    message: UserMessage,
    asked: StreamParams,
    replaced: TurnRecord | undefined,
  ): Promise<void> {
    const replaceTurnId = replaced?.head.turnId;
    const params: StreamParams = {
      ...asked,
      ...(this.session !== undefined && { sessionId: this.session }),
      ...(replaceTurnId !== undefined && { replaceTurnId }),
    };
    if (replaced !== undefined && replaceTurnId === undefined) {
      this.thread.drop(replaced);
    }
    const turnKey = randomUUID();
    const turn = {
      turnKey,
      head: { message, state: "running" as const },
      events: [],
      params,
      journalKey: turnKey,
    };
    const cancel = new CancellationTokenSource();
    this.running = { turn, cancel };
    this.thread.add(turn);
    this.around.changed(this);
    const ended = await streamTurn(this.around, turn, cancel.token, {
      begun: (event) => {
        this.begun(turn, event, replaced);
      },
      batch: (events) => {
        this.post({ type: "batch", turnKey, events });
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
      this.loaded = true;
      this.title ??= turn.head.message.content.split("\n", 1)[0] ?? "";
      this.postSession();
      this.around.changed(this);
    }
  }

  /** What waited is sent after a good end; after another one the user gets it back to look at. */
  private goOn(isGood: boolean): void {
    const { queued } = this;
    if (queued === undefined) {
      return;
    }
    this.unqueue();
    if (isGood) {
      this.send(queued.message, queued.agent, queued.replace);
    } else {
      this.post({ type: "insertPrompt", text: queued.message.content });
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
    this.around.changed(this);
  }

  private post(message: HostMessage): void {
    this.around.post(this, message);
  }
}
