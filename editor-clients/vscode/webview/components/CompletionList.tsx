/** What may stand where the cursor is, above the input box; the box has the focus and the keys. */
import type { JSX } from "preact";

import type { CompletionItem } from "../../src/protocol";
import { Icon, type IconName } from "./Icon";
import { intoSight } from "./Picker";

interface Props {
  readonly id: string;
  readonly items: readonly CompletionItem[];
  readonly active: number;
  readonly onTake: (item: CompletionItem) => void;
}

const ICONS: Record<CompletionItem["data"]["type"], IconName> = {
  path: "file",
  range: "file",
  agent: "fork",
  command: "prompt",
};

export function CompletionList({ id, items, active, onTake }: Props): JSX.Element {
  return (
    <ul class="popup completion" id={id} role="listbox" aria-label="Completion">
      {items.map((item, index) => (
        <li
          key={`${item.sortText}${item.label}`}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          class={index === active ? "active" : ""}
          ref={index === active ? intoSight : null}
          // The box keeps the focus.
          onMouseDown={(event) => {
            event.preventDefault();
            onTake(item);
          }}
        >
          <Icon name={ICONS[item.data.type]} />
          <span class="choice-label">{item.label}</span>
          {item.detail !== undefined && <span class="choice-detail">{item.detail}</span>}
        </li>
      ))}
    </ul>
  );
}
