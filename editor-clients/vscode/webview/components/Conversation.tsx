/**
 * The list of turns: the newest ones are drawn, older ones on demand, so that the page stays small however long the
 * session is. Links and keys inside rendered markdown are handled here, once for all of it.
 */
import type { TargetedEvent } from "preact";
import { useState } from "preact/hooks";

import { useFollow } from "../follow";
import { post } from "../host";
import { linkOf } from "../markdown/render";
import type { TurnState } from "../state/model";
import { IconButton, LinkButton } from "./Buttons";
import { memo } from "./memo";
import { TurnView } from "./TurnView";
import { Welcome } from "./Welcome";

/** Turns drawn at first, and with each request for older ones. */
const PAGE = 20;

interface Props {
  readonly turns: readonly TurnState[];
  /** What to ask the host for older turns with. */
  readonly before: string | undefined;
  readonly onEdit: (turn: TurnState) => void;
}

export const Conversation = memo<Props>(({ turns, before, onEdit }) => {
  const [most, setMost] = useState(PAGE);
  const { list, isFollowing, onScroll, toEnd } = useFollow(turns, turns.at(-1)?.key);
  const hidden = Math.max(0, turns.length - most);
  const showOlder = (): void => {
    setMost(most + PAGE);
    if (hidden < PAGE && before !== undefined) {
      post({ type: "olderTurns", before });
    }
  };
  return (
    <main class="conversation">
      <div
        class="log"
        role="log"
        aria-label="Conversation"
        aria-live="off"
        tabIndex={0}
        ref={list}
        onScroll={onScroll}
        onClick={follow}
        onKeyDown={followByKey}
      >
        {(hidden > 0 || before !== undefined) && (
          <LinkButton label="Show earlier messages" onClick={showOlder} />
        )}
        {turns.length === 0 && <Welcome />}
        {turns.slice(hidden).map((turn) => (
          <TurnView key={turn.key} turn={turn} onEdit={onEdit} />
        ))}
      </div>
      {!isFollowing && (
        <IconButton
          class="jump"
          icon="arrowDown"
          label="Jump to the end"
          onClick={() => {
            setMost(PAGE);
            toEnd();
          }}
        />
      )}
    </main>
  );
});

function follow(event: TargetedEvent<HTMLElement>): void {
  const href = linkOf(event.target);
  if (href !== undefined) {
    event.preventDefault();
    event.stopPropagation();
    post({ type: "openLink", href });
  }
}

function followByKey(event: TargetedEvent<HTMLElement, KeyboardEvent>): void {
  if (event.key === "Enter") {
    follow(event);
  }
}
