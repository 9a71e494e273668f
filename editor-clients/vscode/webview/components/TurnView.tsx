/** One turn: the user's message, the answer, and what stands below it. Drawn again only when the turn is another. */
import { Items } from "./Items";
import { memo } from "./memo";
import { TurnEnd } from "./TurnEnd";
import { UserMessage } from "./UserMessage";
import type { TurnState } from "../state/model";

interface Props {
  readonly turn: TurnState;
  /** The user wants to change the message. */
  readonly onEdit: (turn: TurnState) => void;
}

export const TurnView = memo<Props>(({ turn, onEdit }) => {
  const isRunning = turn.head.state === "running";
  return (
    <article class="turn" aria-busy={isRunning}>
      <UserMessage
        message={turn.head.message}
        items={turn.items}
        onEdit={() => {
          onEdit(turn);
        }}
      />
      <div class="answer">
        <h2 class="sr-only">{turn.head.agent ?? "Answer"}</h2>
        <Items turnKey={turn.key} items={turn.items} live={isRunning} />
        {turn.retrying !== undefined && <p class="note">{turn.retrying.message} Trying again…</p>}
        {isRunning && turn.items.length === 0 && <p class="note shimmer">Working…</p>}
      </div>
      {!isRunning && <TurnEnd turn={turn} />}
    </article>
  );
});
