/**
 * What the user said, with what went along with it; it can be edited and sent again, which replaces what followed. What
 * went along unasked is only said to have gone where the server did not leave it out.
 */
import type { JSX } from "preact";

import { post } from "../host";
import type { UserMessage as Message } from "../../src/protocol";
import type { Item } from "../state/model";
import { Icon } from "./Icon";
import { IconButton } from "./Buttons";
import { usePlace } from "./usePlace";

type Attachment = NonNullable<Message["attachments"]>[number];

interface Props {
  readonly message: Message;
  /** The answer to it. */
  readonly items: readonly Item[];
  readonly onEdit: () => void;
}

export function UserMessage({ message, items, onEdit }: Props): JSX.Element {
  const leftOut = new Set(items.map((item) => (item.kind === "note" ? item.leftOut : undefined)));
  const sent = message.attachments?.filter((_, index) => !leftOut.has(index)) ?? [];
  return (
    <div class="request">
      <h2 class="sr-only">You</h2>
      <div class="request-text">{message.content}</div>
      {sent.length > 0 && (
        <ul class="chips" aria-label="Sent along">
          {sent.map((attachment, index) => (
            <li key={index}>
              <AttachmentChip attachment={attachment} />
            </li>
          ))}
        </ul>
      )}
      <div class="request-buttons">
        <IconButton icon="edit" label="Edit and send again" onClick={onEdit} />
      </div>
    </div>
  );
}

function AttachmentChip({ attachment }: { readonly attachment: Attachment }): JSX.Element {
  const place = usePlace();
  if (attachment.type === "text") {
    return (
      <span class="chip">
        <Icon name="file" />
        {attachment.name}
      </span>
    );
  }
  const { uri } = attachment;
  const range = "range" in attachment ? attachment.range : undefined;
  const label = attachment.type === "diagnostics" ? `Problems of ${place(uri)}` : place(uri, range);
  const open = (): void => {
    post({ type: "openFile", uri, ...(range !== undefined && { range }) });
  };
  return (
    <button type="button" class="chip" title={`Open ${label}`} onClick={open}>
      <Icon name="file" />
      {label}
    </button>
  );
}
