/**
 * Where a message is written: the box, what goes along with it, the message that waits, the pickers, and send or stop.
 * What is typed and not sent survives hiding and moving the view.
 */
import type { JSX } from "preact";

import { post, posting } from "../host";
import type { State, TurnState } from "../state/model";
import { Icon } from "./Icon";
import { IconButton } from "./Buttons";
import { Foot } from "./Foot";
import { Pickers } from "./Pickers";
import { PromptBox } from "./PromptBox";
import { useDraft } from "./useDraft";
import { usePlace } from "./usePlace";

interface Props {
  readonly state: State;
  /** The turn whose message is being changed. */
  readonly editing: TurnState | undefined;
  readonly onEdited: () => void;
}

export function Composer({ state, editing, onEdited }: Props): JSX.Element {
  const draft = useDraft(editing);
  const last = state.turns.at(-1);
  const finish = (): void => {
    draft.clear();
    onEdited();
  };
  const send = (): void => {
    const replaceTurnId = editing && (editing.head.turnId ?? editing.key);
    const withContext = state.chip !== undefined;
    if (draft.text.trim() !== "") {
      post({
        type: "send",
        text: draft.text,
        withContext,
        ...(replaceTurnId !== undefined && { replaceTurnId }),
      });
      finish();
    }
  };
  return (
    <footer class="composer">
      <Queued state={state} />
      <div class="box">
        {editing !== undefined && <Editing onCancel={finish} />}
        {state.chip !== undefined && <ContextChip label={state.chip.label} uri={state.chip.uri} />}
        <PromptBox
          draft={draft}
          completion={state.completion}
          lastMessage={last?.head.message.content}
          onSend={send}
        />
        <div class="box-foot">
          <Pickers state={state} />
          <SendButtons
            isRunning={last?.head.state === "running"}
            isEmpty={draft.text.trim() === ""}
            onSend={send}
          />
        </div>
      </div>
      <Foot turn={last} />
    </footer>
  );
}

interface SendProps {
  readonly isRunning: boolean;
  readonly isEmpty: boolean;
  readonly onSend: () => void;
}

/** While an answer runs a message can be sent too: it waits for its turn. */
function SendButtons({ isRunning, isEmpty, onSend }: SendProps): JSX.Element {
  const label = isRunning ? "Send when the answer is there" : "Send";
  return (
    <>
      {isRunning && <IconButton class="stop" icon="stop" label="Stop" onClick={posting({ type: "stop" })} />}
      {(!isRunning || !isEmpty) && (
        <IconButton class="send" icon="send" label={label} disabled={isEmpty} onClick={onSend} />
      )}
    </>
  );
}

function Queued({ state: { queued, connection } }: { readonly state: State }): JSX.Element | null {
  if (queued === undefined) {
    return null;
  }
  return (
    <div class="queued" role="group" aria-label="Waiting message">
      <span class="queued-label">{connection.state === "ready" ? "Next:" : "Waits for the server:"}</span>
      <span class="queued-text">{queued}</span>
      <IconButton icon="close" label="Take the waiting message back" onClick={posting({ type: "unqueue" })} />
    </div>
  );
}

function Editing({ onCancel }: { readonly onCancel: () => void }): JSX.Element {
  return (
    <div class="editing" role="status">
      <span>This message and all after it will be replaced.</span>
      <IconButton icon="close" label="Do not edit" onClick={onCancel} />
    </div>
  );
}

function ContextChip({ label, uri }: { readonly label: string; readonly uri: string }): JSX.Element {
  const place = usePlace();
  return (
    <div class="chips">
      <span class="chip" title={place(uri)}>
        <Icon name="file" />
        {label}
        <IconButton
          icon="close"
          label={`Do not send ${label} along`}
          onClick={posting({ type: "removeContext" })}
        />
      </span>
    </div>
  );
}
