/**
 * What the user wants of a conversation and cannot have yet: until the turn that runs has ended, until the conversation
 * has been read, until there is a server. One message waits at most; what is said meanwhile is added to it, so that
 * nothing is lost. Nothing is sent here. Used by conversation.ts.
 */
import type { UserMessage } from "./protocol";

export interface Waiting {
  readonly message: UserMessage;
  /** Who is to answer it, where it says so. */
  readonly agent?: string | undefined;
  /** The turn that it stands in the place of. */
  readonly replace?: string | undefined;
}

export class Outbox {
  private queued: Waiting | undefined;
  private retrying: string | undefined;

  /** `changed`: the message that waits is another, or there is none any more. */
  constructor(private readonly changed: () => void) {}

  get text(): string | undefined {
    return this.queued?.message.content;
  }

  add(next: Waiting): void {
    this.queued = joined(this.queued, next);
    this.changed();
  }

  /** A turn is to be tried again. */
  addRetry(name: string): void {
    this.retrying = name;
  }

  /** The message, which waits no longer. */
  take(): Waiting | undefined {
    const { queued } = this;
    if (queued !== undefined) {
      this.queued = undefined;
      this.changed();
    }
    return queued;
  }

  takeRetry(): string | undefined {
    const { retrying } = this;
    this.retrying = undefined;
    return retrying;
  }
}

export function joined(before: Waiting | undefined, next: Waiting): Waiting {
  if (before === undefined) {
    return next;
  }
  const attachments = [...(before.message.attachments ?? []), ...(next.message.attachments ?? [])];
  return {
    message: {
      content: `${before.message.content}\n\n${next.message.content}`,
      ...(attachments.length > 0 && { attachments }),
    },
    agent: next.agent ?? before.agent,
    replace: before.replace ?? next.replace,
  };
}
