/**
 * Completion while a message is typed: asks the host at each change that may be completed, and moves through what it
 * answers. An answer to an older question is not shown.
 */
import { useState } from "preact/hooks";

import type { CompletionItem } from "../../src/protocol";
import { isAsking, positionAt } from "../completion";
import { post } from "../host";
import type { State } from "../state/model";

export interface Completion {
  /** Empty: the list is closed. */
  readonly items: readonly CompletionItem[];
  readonly active: number;
  /** The text changed, or the cursor moved in it. */
  readonly ask: (text: string, caret: number) => void;
  readonly close: () => void;
  /** Whether the key belongs to the open list; `take` is called for the item that was chosen. */
  readonly onKey: (key: string, take: (item: CompletionItem) => void) => boolean;
}

/** More are not drawn: typing on finds them. */
const MOST = 50;
const NONE: readonly CompletionItem[] = [];

export function useCompletion(answer: State["completion"]): Completion {
  const [asked, setAsked] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const items = isOpen && answer?.id === asked ? answer.items.slice(0, MOST) : NONE;
  return {
    items,
    active,
    ask: (text, caret) => {
      const isUseful = isAsking(text, caret);
      setOpen(isUseful);
      setActive(0);
      if (isUseful) {
        setAsked(asked + 1);
        post({ type: "complete", id: asked + 1, text, position: positionAt(text, caret) });
      }
    },
    close: () => {
      setOpen(false);
    },
    onKey: (key, take) => {
      const item = items[active];
      if (item === undefined) {
        return false;
      }
      switch (key) {
        case "ArrowDown":
        case "ArrowUp":
          setActive((active + (key === "ArrowDown" ? 1 : -1) + items.length) % items.length);
          return true;
        case "Enter":
        case "Tab":
          take(item);
          return true;
        case "Escape":
          setOpen(false);
          return true;
        default:
          return false;
      }
    },
  };
}
