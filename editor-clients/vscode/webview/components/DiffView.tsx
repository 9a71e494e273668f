/** A unified diff, coloured line by line; of a very long one the beginning, the rest is for the diff editor. */
import type { JSX } from "preact";

import { changes, diffLines } from "../diff";
import { memo } from "./memo";

const MOST_LINES = 300;
const SIGNS = { added: "+", removed: "-", same: " ", hunk: "", file: "" } as const;

export const DiffView = memo<{ diff: string; label: string }>(({ diff, label }) => {
  const lines = diffLines(diff).filter((line) => line.kind !== "file");
  const left = lines.length - MOST_LINES;
  return (
    <pre class="diff" tabIndex={0} aria-label={label}>
      {lines.slice(0, MOST_LINES).map((line, index) => (
        <span key={index} class={`diff-line diff-${line.kind}`}>
          {SIGNS[line.kind]}
          {line.text}
        </span>
      ))}
      {left > 0 && <span class="diff-line diff-hunk">… {left} more lines</span>}
    </pre>
  );
});

/** "+3 −1", with words for a screen reader. */
export function DiffCount({ diff }: { readonly diff: string }): JSX.Element {
  const { added, removed } = changes(diff);
  return (
    <span class="diff-count">
      <span class="sr-only">{`${added} lines added, ${removed} removed`}</span>
      <span class="count-added" aria-hidden="true">{`+${added}`}</span>
      <span class="count-removed" aria-hidden="true">{`−${removed}`}</span>
    </span>
  );
}
