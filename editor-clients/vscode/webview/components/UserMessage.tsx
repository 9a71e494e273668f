/** What the user said, with what went along with it; it can be edited and sent again, which replaces what followed. */
import type { JSX } from "preact";

import { post } from "../host";
import type { UserMessage as Message } from "../../src/protocol";
import { Icon } from "./Icon";
import { IconButton } from "./Buttons";
import { usePlace } from "./usePlace";

type Attachment = NonNullable<Message["attachments"]>[number];

interface Props {
  readonly message: Message;
  readonly onEdit: () => void;
}

export function UserMessage({ message, onEdit }: Props): JSX.Element {
  return (
    <div class="request">
      <h2 class="sr-only">You</h2>
      <div class="request-text">{message.content}</div>
      {message.attachments !== undefined && message.attachments.length > 0 && (
        <ul class="chips" aria-label="Sent along">
          {message.attachments.map((attachment, index) => (
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
