/**
 * The input box with completion: Enter sends, Shift+Enter breaks the line, Up in an empty box brings the last message
 * back. While the list of completion is open its keys go there.
 */
import type { JSX, TargetedEvent } from "preact";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";

import type { CompletionItem } from "../../src/protocol";
import { taken } from "../completion";
import { joined, onWish } from "../input";
import type { State } from "../state/model";
import { CompletionList } from "./CompletionList";
import { useCompletion } from "./useCompletion";
import type { Draft } from "./useDraft";

interface Props {
  readonly draft: Draft;
  readonly completion: State["completion"];
  readonly lastMessage: string | undefined;
  readonly onSend: () => void;
}

export function PromptBox(props: Props): JSX.Element {
  const { draft, completion: answer } = props;
  const id = useId();
  const box = useRef<HTMLTextAreaElement>(null);
  const completion = useCompletion(answer);
  const isOpen = completion.items.length > 0;
  const change = (text: string, caret: number): void => {
    draft.set(text);
    completion.ask(text, caret);
  };
  const take = (item: CompletionItem): void => {
    const next = taken(draft.text, item);
    place(box.current, next);
    change(next.text, next.caret);
  };
  useLayoutEffect(() => {
    fit(box.current);
  }, [draft.text]);
  const { set, addAside } = draft;
  useEffect(() => heed(box.current, { set, addAside }), [set, addAside]);
  return (
    <div class="prompt-box">
      {isOpen && <CompletionList id={id} items={completion.items} active={completion.active} onTake={take} />}
      <textarea
        ref={box}
        rows={1}
        value={draft.text}
        placeholder="Ask, @ for files, / for commands"
        aria-label="Message"
        aria-autocomplete="list"
        aria-controls={isOpen ? id : undefined}
        aria-activedescendant={isOpen ? `${id}-${completion.active}` : undefined}
        onInput={(event) => {
          change(event.currentTarget.value, event.currentTarget.selectionStart);
        }}
        onBlur={completion.close}
        onKeyDown={(event) => {
          // While an input method composes, all keys are its own.
          if (!event.isComposing && (completion.onKey(event.key, take) || ownKey(event, props))) {
            event.preventDefault();
          }
        }}
      />
    </div>
  );
}

/** Whether the key is one of the box's own. */
function ownKey(
  event: TargetedEvent<HTMLElement, KeyboardEvent>,
  { draft, lastMessage, onSend }: Props,
): boolean {
  if (event.key === "Enter" && !event.shiftKey) {
    onSend();
    return true;
  }
  if (event.key === "ArrowUp" && draft.text === "" && lastMessage !== undefined) {
    draft.set(lastMessage);
    return true;
  }
  return false;
}

/** Does what other parts of the page wish of the box. */
function heed(box: HTMLTextAreaElement | null, draft: Pick<Draft, "set" | "addAside">): () => void {
  return onWish((wish) => {
    const isAside = wish.type === "append" && draft.addAside(wish.text);
    if (box !== null && wish.type !== "focus" && !isAside) {
      const next = wish.type === "insert" ? inserted(box, wish.text) : appended(box, wish.text);
      place(box, next);
      draft.set(next.text);
    }
    box?.focus();
  });
}

interface Typed {
  readonly text: string;
  readonly caret: number;
}

function inserted({ value, selectionStart, selectionEnd }: HTMLTextAreaElement, text: string): Typed {
  return {
    text: value.slice(0, selectionStart) + text + value.slice(selectionEnd),
    caret: selectionStart + text.length,
  };
}

/** Who is writing goes on where they are. */
function appended({ value, selectionEnd }: HTMLTextAreaElement, text: string): Typed {
  return { text: joined(value, text), caret: value.trim() === "" ? text.length : selectionEnd };
}

/** Sets text and caret at once: drawing the text alone would move the caret to the end. */
function place(box: HTMLTextAreaElement | null, { text, caret }: Typed): void {
  if (box !== null) {
    box.value = text;
    box.setSelectionRange(caret, caret);
  }
}

/** As high as its text, within what the style allows. */
function fit(box: HTMLTextAreaElement | null): void {
  if (box !== null) {
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight}px`;
  }
}
