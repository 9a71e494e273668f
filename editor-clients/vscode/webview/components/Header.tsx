/** The top line: which conversation this is, and the way to others, to permissions and to the exact prompt. */
import type { JSX } from "preact";

import { posting } from "../host";
import { Icon } from "./Icon";
import { IconButton } from "./Buttons";

export type SheetName = "sessions" | "grants";

interface Props {
  readonly title: string | undefined;
  readonly onOpen: (sheet: SheetName) => void;
}

export function Header({ title, onOpen }: Props): JSX.Element {
  const name = title === undefined || title === "" ? "New chat" : title;
  return (
    <header class="header">
      <h1>
        <button
          type="button"
          class="title-button"
          aria-haspopup="dialog"
          title={name}
          onClick={() => {
            onOpen("sessions");
          }}
        >
          <span class="sr-only">Chats, this one is</span>
          <span class="title-text">{name}</span>
          <Icon name="chevron" />
        </button>
      </h1>
      <IconButton icon="prompt" label="Show the exact prompt" onClick={posting({ type: "showPrompt" })} />
      <IconButton
        icon="lock"
        label="Permissions"
        onClick={() => {
          onOpen("grants");
        }}
      />
      <IconButton icon="add" label="New chat" onClick={posting({ type: "newChat" })} />
    </header>
  );
}
