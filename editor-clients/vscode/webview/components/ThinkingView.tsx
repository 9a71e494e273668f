/** The model's reasoning: one line, opened on demand; its text is not drawn while it is closed. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { duration } from "../format";
import type { ThinkingItem } from "../state/model";
import { Icon } from "./Icon";

interface Props {
  readonly item: ThinkingItem;
  /** More of it may come. */
  readonly live: boolean;
}

export function ThinkingView({ item, live }: Props): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  return (
    <details
      class="thinking"
      open={isOpen}
      onToggle={(event) => {
        setOpen(event.currentTarget.open);
      }}
    >
      <summary>
        <Icon name={isOpen ? "chevron" : "chevronRight"} />
        <span class={live ? "shimmer" : ""}>{title(item, live)}</span>
      </summary>
      {isOpen && <div class="thinking-text">{item.text.trim()}</div>}
    </details>
  );
}

function title({ since, until }: ThinkingItem, live: boolean): string {
  if (live) {
    return "Thinking…";
  }
  const spent = since === undefined || until === undefined ? 0 : until - since;
  return spent >= 1000 ? `Thought for ${duration(spent)}` : "Thought";
}
