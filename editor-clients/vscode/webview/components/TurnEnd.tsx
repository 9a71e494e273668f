/**
 * What stands below an answer: how it ended and what can be done about it in one click, and the actions of the turn.
 */
import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { post, posting } from "../host";
import { count, duration, speed } from "../format";
import type { TurnState } from "../state/model";
import { CopyButton } from "./CodeBlock";
import { Icon } from "./Icon";
import { Button, IconButton, LinkButton } from "./Buttons";
import { Sentence } from "./Sentence";

/** The host takes either name of a turn. */
const nameOf = (turn: TurnState): string => turn.head.turnId ?? turn.key;

export function TurnEnd({ turn }: { readonly turn: TurnState }): JSX.Element {
  const [isUndoing, setUndoing] = useState(false);
  return (
    <div class="turn-end">
      <Outcome turn={turn} />
      {turn.head.undone === true && <p class="note">The changes of files were undone.</p>}
      {isUndoing ? (
        <UndoChoice
          turn={turn}
          onClose={() => {
            setUndoing(false);
          }}
        />
      ) : (
        <Actions
          turn={turn}
          onUndo={() => {
            setUndoing(true);
          }}
        />
      )}
    </div>
  );
}

interface Ended {
  readonly text: string;
  readonly hint?: string;
  readonly tone: "info" | "error";
  readonly canContinue: boolean;
}

function Outcome({ turn }: { readonly turn: TurnState }): JSX.Element | null {
  const ended = endOf(turn);
  if (ended === undefined) {
    return null;
  }
  const turnId = nameOf(turn);
  return (
    <div class={`outcome outcome-${ended.tone}`} role="group" aria-label="How it ended">
      {ended.tone === "error" && <Icon name="error" />}
      <div class="outcome-text">
        <p>
          <Sentence text={ended.text} />
        </p>
        {ended.hint !== undefined && (
          <p class="hint">
            <Sentence text={ended.hint} />
          </p>
        )}
        <div class="card-buttons">
          {ended.canContinue && (
            <Button isMain label="Continue" onClick={posting({ type: "continueTurn", turnId })} />
          )}
          <Button label="Try again" onClick={posting({ type: "retry", turnId })} />
        </div>
      </div>
    </div>
  );
}

/** What is to be said of an end that is not plain. */
function endOf(turn: TurnState): Ended | undefined {
  const fault = turn.head.error ?? turn.fault;
  const hint = fault?.hint === undefined ? {} : { hint: fault.hint };
  const canContinue = turn.items.some((item) => item.kind === "text");
  switch (turn.head.state) {
    case "failed":
      return { text: fault?.message ?? "This did not work.", ...hint, tone: "error", canContinue };
    case "cut":
      return { text: fault?.message ?? "The answer was cut short.", ...hint, tone: "info", canContinue };
    case "cancelled":
      return { text: "Stopped.", tone: "info", canContinue };
    case "done":
      return stopOf(turn);
    case "running":
      return undefined;
  }
}

function stopOf({ stop }: TurnState): Ended | undefined {
  switch (stop?.reason) {
    case "max_tokens":
      return {
        text: stop.message ?? "The answer reached its longest length.",
        tone: "info",
        canContinue: true,
      };
    case "max_turn_requests":
      return { text: stop.message ?? "The model asked for too many steps.", tone: "info", canContinue: true };
    case "refusal":
      return { text: stop.message ?? "The model refused to answer.", tone: "info", canContinue: false };
    case "cancelled":
    case "end_turn":
    case undefined:
      return stop?.message === undefined
        ? undefined
        : { text: stop.message, tone: "info", canContinue: false };
  }
}

function Actions({ turn, onUndo }: { readonly turn: TurnState; readonly onUndo: () => void }): JSX.Element {
  const turnId = nameOf(turn);
  const answer = (): string =>
    turn.items
      .flatMap((item) => (item.kind === "text" && item.task === undefined ? [item.text] : []))
      .join("\n\n");
  return (
    <div class="turn-actions">
      <span class="turn-buttons" role="group" aria-label="Actions of this answer">
        <CopyButton label="Copy answer" text={answer} />
        <IconButton icon="retry" label="Ask again" onClick={posting({ type: "retry", turnId })} />
        {turn.head.turnId !== undefined && (
          <>
            <IconButton
              icon="fork"
              label="New chat from here"
              onClick={posting({ type: "forkSession", turnId })}
            />
            <IconButton icon="undo" label="Undo this turn…" onClick={onUndo} />
          </>
        )}
      </span>
      <span class="turn-facts">{facts(turn)}</span>
    </div>
  );
}

function UndoChoice({
  turn,
  onClose,
}: {
  readonly turn: TurnState;
  readonly onClose: () => void;
}): JSX.Element {
  const undo = (restore: "files" | "conversation" | "both") => (): void => {
    post({ type: "undoTurn", turnId: nameOf(turn), restore });
    onClose();
  };
  return (
    <div class="undo-choice" role="group" aria-label="Undo this turn">
      <p>Put back this turn’s files, take it and all later messages out, or both?</p>
      <div class="card-buttons">
        <Button isMain label="Files and messages" onClick={undo("both")} />
        <Button label="Files only" onClick={undo("files")} />
        <Button label="Messages only" onClick={undo("conversation")} />
        <LinkButton label="Keep all" onClick={onClose} />
      </div>
    </div>
  );
}

function facts({ head, usage, timings }: TurnState): string {
  const parts = [
    head.model?.slice(head.model.indexOf("/") + 1),
    usage && `${count(usage.completionTokens)} tokens`,
    timings?.tokensPerSecond === undefined ? undefined : speed(timings.tokensPerSecond),
    timings && duration(timings.totalMs),
  ];
  return parts.filter((part) => part !== undefined && part !== "").join(" · ");
}
