/** Choosing from a list that can be filtered: which choices are shown, which one is active, and what keys do. */
import { useState } from "preact/hooks";

import type { Choice } from "./Picker";

interface Picking {
  readonly shown: readonly Choice[];
  readonly active: number;
  readonly filter: (text: string) => void;
  readonly choose: (choice: Choice | undefined) => void;
  /** Whether the key was the list's. */
  readonly onKey: (key: string) => boolean;
}

interface Given {
  readonly choices: readonly Choice[];
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
  readonly onClose: (isByKey: boolean) => void;
}

export function usePicking({ choices, chosen, onChoose, onClose }: Given): Picking {
  const [text, setText] = useState("");
  const [active, setActive] = useState(
    Math.max(
      0,
      choices.findIndex((choice) => choice.id === chosen),
    ),
  );
  const shown = choices.filter((choice) => choice.label.toLowerCase().includes(text.toLowerCase()));
  const choose = (choice: Choice | undefined): void => {
    if (choice !== undefined && choice.isDisabled !== true) {
      onChoose(choice.id);
      onClose(true);
    }
  };
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => {
      setActive((active + 1) % Math.max(1, shown.length));
    },
    ArrowUp: () => {
      setActive((active - 1 + shown.length) % Math.max(1, shown.length));
    },
    Enter: () => {
      choose(shown[active]);
    },
    Escape: () => {
      onClose(true);
    },
  };
  const filter = (typed: string): void => {
    setText(typed);
    setActive(0);
  };
  const onKey = (key: string): boolean => {
    keys[key]?.();
    return key in keys;
  };
  return { shown, active, filter, choose, onKey };
}
