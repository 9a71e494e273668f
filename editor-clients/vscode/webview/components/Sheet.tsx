/** A page over the conversation: a title, a way back (Escape too), and something to read or choose from. */
import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

import { IconButton } from "./Buttons";

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

export function Sheet({ title, onClose, children }: Props): JSX.Element {
  const sheet = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    const own = sheet.current?.querySelector<HTMLElement>("input") ?? sheet.current?.querySelector("button");
    own?.focus();
    return () => {
      // The page below can take the focus only when it has been drawn without its cover.
      requestAnimationFrame(() => {
        if (before instanceof HTMLElement) {
          before.focus();
        }
      });
    };
  }, []);
  return (
    <section
      class="sheet"
      role="dialog"
      aria-label={title}
      ref={sheet}
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          onClose();
        }
      }}
    >
      <div class="sheet-head">
        <IconButton icon="back" label="Back to the conversation" onClick={onClose} />
        <h2>{title}</h2>
      </div>
      {children}
    </section>
  );
}
