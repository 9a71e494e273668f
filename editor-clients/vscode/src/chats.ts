/**
 * The conversations of this window: the one that is shown, and others whose turns still run behind it. Restores after a
 * reload what was open, with every word of an answer that was under way. Tells the panel; knows nothing of its messages.
 * Called by extension.ts and the handlers.
 */
import { EventEmitter, type LogOutputChannel, commands, workspace } from "vscode";

import type { Connection } from "./connection";
import { Conversation } from "./conversation";
import { told } from "./faults";
import { type JournalledTurn, readJournals } from "./journal";
import type { Memory } from "./memory";
import type { HostMessage } from "./messages";

/** In a folder that is not trusted only this agent answers: it changes nothing and runs nothing. */
const READING_AGENT = "explore";
const FOLLOW_MS = 2_000;

export class Chats {
  private shown: Conversation;
  private readonly turned = new EventEmitter<void>();
  private readonly behind = new Set<Conversation>();
  private isGreeted = false;
  private isLeaving = false;
  private following: NodeJS.Timeout | undefined;

  /** A turn of the conversation that is shown began or ended, or another one is shown. */
  readonly onDidTurn = this.turned.event;

  constructor(
    private readonly connection: Connection,
    private readonly memory: Memory,
    private readonly journals: string,
    private readonly post: (message: HostMessage) => void,
    private readonly log: LogOutputChannel,
  ) {
    this.shown = this.conversation(memory.value.sessionId);
  }

  get active(): Conversation {
    return this.shown;
  }

  /** The model and the agent of the next message; `asked`: the agent that the message asks for. */
  chosen(asked?: string): { model?: string; agent?: string } {
    const { model, agent } = this.memory.value;
    const answering = workspace.isTrusted ? (asked ?? agent) : READING_AGENT;
    return { ...(model !== undefined && { model }), ...(answering !== undefined && { agent: answering }) };
  }

  choose(choice: { model?: string; agent?: string }): void {
    this.memory.set(choice);
  }

  /** Show again what was open when the window was left: what is on the disk here, until the server is there. */
  async restore(): Promise<void> {
    const journals = await this.ownJournals();
    if (journals.length > 0 && !this.shown.isLoaded) {
      this.shown.showJournal(journals);
      this.shown.draw();
    }
  }

  /** The server is there: have its account of what is shown, unless it was read before, and send what waited for it. */
  async serverReady(): Promise<void> {
    try {
      if (!this.shown.isLoaded) {
        await this.read();
      }
    } catch (error) {
      this.log.warn(`the session could not be read: ${told(error)}`);
    }
    for (const conversation of [this.shown, ...this.behind]) {
      conversation.wake();
    }
  }

  /** The webview has come up: give it what it has to draw. */
  greet(): void {
    this.isGreeted = true;
    this.shown.draw();
    this.handBack();
  }

  insertPrompt(text: string): void {
    this.write({ type: "insertPrompt", text });
  }

  /** What waits is not to be sent: its text goes back to where it was written. */
  takeBack(from = this.shown): void {
    const text = from.unqueue();
    if (text !== undefined) {
      this.write({ type: "giveBack", text });
    }
  }

  newChat(): void {
    this.shown.forgetUnnamed();
    this.show(this.conversation(undefined));
  }

  async open(sessionId: string): Promise<void> {
    const running = [...this.behind].find((conversation) => conversation.sessionId === sessionId);
    this.show(running ?? this.conversation(sessionId));
    if (running === undefined) {
      await this.read();
    }
  }

  /** The window goes: what runs and what waits stays on the disk as it is, for whoever comes back. */
  leave(): void {
    this.isLeaving = true;
  }

  dispose(): void {
    clearTimeout(this.following);
    this.turned.dispose();
  }

  /** Read what is shown from the server; what runs elsewhere is read again and again until it has ended. */
  private async read(): Promise<void> {
    clearTimeout(this.following);
    const conversation = this.shown;
    await conversation.load(await this.ownJournals());
    if (conversation === this.shown && conversation.isRunningElsewhere) {
      this.following = setTimeout(() => {
        this.read().catch((error: unknown) => {
          this.log.warn(told(error));
        });
      }, FOLLOW_MS);
    }
  }

  private show(conversation: Conversation): void {
    clearTimeout(this.following);
    const before = this.shown;
    if (before.sessionId === undefined) {
      this.memory.keepWaiting(); // the next chat without a name is another one
    }
    this.shown = conversation;
    this.behind.delete(conversation);
    conversation.draw();
    this.changed(before);
    this.changed(conversation);
    this.handBack();
    if (before.sessionId === undefined && !before.isRunning) {
      this.takeBack(before); // nobody could come back to it
    }
  }

  /** What waited when the window was reloaded, or what was given back behind the chat that was shown. */
  private handBack(): void {
    const { sessionId, waiting } = this.shown;
    const text = this.memory.waiting(sessionId);
    if (this.isGreeted && waiting === undefined && text !== undefined) {
      this.memory.keepWaiting(sessionId);
      this.write({ type: "giveBack", text });
    }
  }

  /** Write into the input box, as soon as there is one. */
  private write(message: HostMessage & { text: string; type: "insertPrompt" | "giveBack" }): void {
    if (this.isGreeted) {
      this.post(message);
    } else {
      this.memory.keepWaiting(this.shown.sessionId, message.text);
    }
  }

  private conversation(sessionId: string | undefined): Conversation {
    const { connection, journals } = this;
    return new Conversation(
      {
        connection,
        journals,
        post: (from, message) => {
          if (from === this.shown) {
            this.post(message);
          }
        },
        chosen: (asked) => this.chosen(asked),
        isLeaving: () => this.isLeaving,
        changed: (conversation) => {
          this.changed(conversation);
        },
        waits: (conversation) => {
          this.waits(conversation);
        },
        giveBack: ({ sessionId }, text) => {
          // A chat without a name is not found again: its text goes to the one that is shown.
          this.memory.keepWaiting(sessionId ?? this.shown.sessionId, text);
          this.handBack();
        },
      },
      sessionId,
    );
  }

  private changed(conversation: Conversation): void {
    if (this.isLeaving) {
      return;
    }
    this.remember(conversation);
    if (conversation === this.shown) {
      void commands.executeCommand("setContext", "chatls.turnRunning", conversation.isRunning);
      this.turned.fire();
    }
  }

  /** Keep what a reload, or another chat that is shown, must not lose. */
  private remember(conversation: Conversation): void {
    const { sessionId, waiting, isRunning } = conversation;
    if (conversation !== this.shown) {
      this.behind[isRunning || waiting !== undefined ? "add" : "delete"](conversation);
    } else if (sessionId !== this.memory.value.sessionId) {
      this.memory.keepWaiting(); // it is under the session's name from now on
      this.memory.set({ sessionId });
    }
    if (waiting !== undefined && this.isFound(conversation)) {
      this.memory.keepWaiting(sessionId, waiting);
    }
  }

  /** What waits in a conversation is another text, or nothing any more. */
  private waits(conversation: Conversation): void {
    if (this.isLeaving) {
      return;
    }
    if (this.isFound(conversation)) {
      this.memory.keepWaiting(conversation.sessionId, conversation.waiting);
    }
    this.remember(conversation);
  }

  /** What is kept of it is found again: it is shown, or has a name. */
  private isFound(conversation: Conversation): boolean {
    return conversation === this.shown || conversation.sessionId !== undefined;
  }

  /** Turns that broke off in the session that is shown; in a new one, those the server never named. */
  private async ownJournals(): Promise<JournalledTurn[]> {
    const all = await readJournals(this.journals);
    const { sessionId } = this.shown;
    return all.filter((turn) => turn.sessionId === sessionId);
  }
}
