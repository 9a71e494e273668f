/** The text of the input box: kept over a reload of the page, and lent to a message that is being changed. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import { save, saved } from "../host";
import { joined } from "../input";
import type { TurnState } from "../state/model";

export interface Draft {
  readonly text: string;
  readonly set: (text: string) => void;
  /** Put a text below what lies aside while a message is being changed; false where none is. */
  readonly addAside: (text: string) => boolean;
  readonly clear: () => void;
}

export function useDraft(editing: TurnState | undefined): Draft {
  const [text, setText] = useState(() => saved().draft ?? "");
  /** What was being written when a message was taken up to be changed: it comes back after that. */
  const asideRef = useRef<string>(undefined);
  const textRef = useRef(text);
  const key = editing?.key;
  const content = editing?.head.message.content;
  useEffect(() => {
    if (key !== undefined && content !== undefined) {
      asideRef.current ??= textRef.current;
      setText(content);
    }
  }, [key, content]);
  useEffect(() => {
    textRef.current = text;
    save(text === "" ? {} : { draft: text });
  }, [text]);
  const addAside = useCallback((more: string) => {
    if (asideRef.current === undefined) {
      return false;
    }
    asideRef.current = joined(asideRef.current, more);
    return true;
  }, []);
  return {
    text,
    set: setText,
    addAside,
    clear: () => {
      setText(asideRef.current ?? "");
      asideRef.current = undefined;
    },
  };
}
