/**
 * What a screen reader is told by itself: that an answer is there, with its text, and that a question waits. Not the
 * stream: a log that speaks every token cannot be listened to.
 */
import type { JSX } from "preact";

import type { State, TurnState } from "../state/model";

/** So much of an answer is read out by itself; the rest is in the log. */
const MOST = 1_500;

export function Announcer({ state }: { readonly state: State }): JSX.Element {
  return (
    <div class="sr-only">
      <div aria-live="polite">{ended(state.turns.at(-1))}</div>
      <div aria-live="assertive">
        {state.approvals.map((request) => `Your answer is needed: ${request.title}`).join(". ")}
      </div>
    </div>
  );
}

function ended(turn: TurnState | undefined): string {
  // Turns out of history end without a pace: they are not news.
  if (turn === undefined || turn.head.state === "running" || turn.pace === undefined) {
    return "";
  }
  const text = turn.items
    .flatMap((item) =>
      (item.kind === "text" || item.kind === "note") && item.task === undefined ? [item.text] : [],
    )
    .join("\n");
  const words = text.replaceAll(/[`*#|>]+/g, "");
  return turn.head.state === "done"
    ? words.slice(0, MOST)
    : `The answer did not end well. ${words.slice(0, MOST)}`;
}
