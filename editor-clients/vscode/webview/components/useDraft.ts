/** The text of the input box: kept over a reload of the page, and lent to a message that is being changed. */
import { useEffect, useState } from "preact/hooks";

import { save, saved } from "../host";
import type { TurnState } from "../state/model";

export interface Draft {
  readonly text: string;
  readonly set: (text: string) => void;
  readonly clear: () => void;
}

export function useDraft(editing: TurnState | undefined): Draft {
  const [text, setText] = useState(() => saved().draft ?? "");
  const key = editing?.key;
  const content = editing?.head.message.content;
  useEffect(() => {
    if (key !== undefined && content !== undefined) {
      setText(content);
    }
  }, [key, content]);
  useEffect(() => {
    save(text === "" ? {} : { draft: text });
  }, [text]);
  return {
    text,
    set: setText,
    clear: () => {
      setText("");
    },
  };
}
