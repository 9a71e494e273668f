/**
 * What the server keeps of a session, read into the thread of a conversation: its newest turns, with what the journal adds
 * to them, and older ones when the user wants them. Used by conversation.ts, which says what follows from it.
 */
import type { Connection } from "./connection";
import { isServerGone } from "./faults";
import { fromHistory, newest } from "./history";
import type { JournalledTurn } from "./journal";
import type { SessionInfo } from "./protocol";
import type { Thread } from "./thread";

const PAGE = 50;

export class Past {
  private older: string | undefined;
  private known = false;

  constructor(
    private readonly connection: Connection,
    private readonly thread: Thread,
  ) {}

  /** There are turns before those in the thread: what to ask for them with. */
  get before(): string | undefined {
    return this.older;
  }

  /** Whether the thread holds what the server has; it need not ask where a session began here. */
  get isKnown(): boolean {
    return this.known;
  }

  begun(): void {
    this.known = true;
  }

  /** Read the newest turns. Where they were read before, the webview is told what has changed since. */
  async read(sessionId: string, journals: readonly JournalledTurn[]): Promise<SessionInfo> {
    try {
      const page = await this.connection.request("chat/getSession", { sessionId, limit: PAGE });
      const turns = newest(page.turns, journals);
      if (this.known) {
        this.thread.update(turns);
      } else {
        this.thread.set(turns);
        this.older = page.before;
      }
      this.known = true;
      return page.session;
    } catch (error) {
      this.known = !isServerGone(error); // the next server is asked again
      throw error;
    }
  }

  async readOlder(sessionId: string, before: string): Promise<void> {
    const page = await this.connection.request("chat/getSession", { sessionId, before, limit: PAGE });
    this.older = page.before;
    this.thread.prepend(
      page.turns.map((turn) => fromHistory(turn, [])),
      page.before,
    );
  }
}
