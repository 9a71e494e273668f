/**
 * The message that waits: until the turn that runs has ended, or until the conversation has been read. There is one at
 * most; what is said while it waits is added to it, so that nothing is lost. Pure. Used by conversation.ts.
 */
import type { UserMessage } from "./protocol";

export interface Waiting {
  readonly message: UserMessage;
  /** Who is to answer it, where it says so. */
  readonly agent?: string | undefined;
  /** The turn that it stands in the place of. */
  readonly replace?: string | undefined;
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
