/**
 * A tool call: what it is and how it goes in one line; arguments, output, diff and the work of a subtask on demand.
 * What is closed is not drawn.
 */
import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";

import { posting } from "../host";
import { duration, plural } from "../format";
import type { ToolOutput } from "../../src/protocol";
import type { ToolItem } from "../state/model";
import { DiffCount, DiffView } from "./DiffView";
import { Icon, type IconName } from "./Icon";
import { LinkButton } from "./Buttons";
import { Title } from "./Title";
import { usePlace } from "./usePlace";

interface Props {
  readonly turnKey: string;
  readonly item: ToolItem;
  /** The turn still runs, so a call without a result does too. */
  readonly live: boolean;
  /** The items of its subtask, and how many. */
  readonly children?: ComponentChildren;
  readonly steps: number;
}

type Outcome = "running" | "done" | "failed" | "stopped";
const ICONS: Record<Exclude<Outcome, "running">, IconName> = {
  done: "check",
  failed: "error",
  stopped: "stop",
};
const WORDS: Record<Outcome, string> = {
  running: "Running",
  done: "Done",
  failed: "Failed",
  stopped: "Stopped",
};

/** Kinds of tools whose titles end with the file that they are about. */
const PATHS: ReadonlySet<ToolItem["call"]["kind"]> = new Set(["read", "edit", "delete", "move"]);

export function ToolCard({ turnKey, item, live, children, steps }: Props): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const outcome = outcomeOf(item, live);
  return (
    <details
      class={`tool tool-${outcome}`}
      open={isOpen}
      onToggle={(event) => {
        if (event.target === event.currentTarget) {
          setOpen(event.currentTarget.open);
        }
      }}
    >
      <summary>
        {outcome === "running" ? <span class="spinner" aria-hidden="true" /> : <Icon name={ICONS[outcome]} />}
        <span class="sr-only">{WORDS[outcome]}: </span>
        <Title text={item.call.title} namesPath={PATHS.has(item.call.kind)} />
        {item.result?.diff !== undefined && <DiffCount diff={item.result.diff} />}
        <span class="tool-note">{noteOf(item, steps, outcome)}</span>
        <Icon name={isOpen ? "chevron" : "chevronRight"} />
      </summary>
      {isOpen && <ToolBody turnKey={turnKey} item={item} />}
      {isOpen && steps > 0 && <div class="subtask">{children}</div>}
    </details>
  );
}

function ToolBody({ turnKey, item }: Pick<Props, "turnKey" | "item">): JSX.Element {
  const { call, result, error } = item;
  return (
    <div class="tool-body">
      <Arguments args={call.args} />
      {error !== undefined && <p class="tool-error">{error.message}</p>}
      {result?.diff === undefined ? (
        <Output text={result?.text ?? item.output} />
      ) : (
        <DiffView diff={result.diff} label={`Changes of ${call.title}`} />
      )}
      {result?.truncated === true && <p class="hint">The model saw only a part of this.</p>}
      {result !== undefined && <ResultButtons turnKey={turnKey} callId={call.id} result={result} />}
    </div>
  );
}

function Output({ text }: { readonly text: string }): JSX.Element | null {
  if (text === "") {
    return null;
  }
  return (
    <pre class="tool-output" tabIndex={0} aria-label="Output">
      {text}
    </pre>
  );
}

interface ResultProps {
  readonly turnKey: string;
  readonly callId: string;
  readonly result: ToolOutput;
}

function ResultButtons({ turnKey, callId, result }: ResultProps): JSX.Element {
  const place = usePlace();
  return (
    <div class="card-buttons">
      {result.diff !== undefined && (
        <LinkButton
          label="Open in diff editor"
          onClick={posting({ type: "openDiff", turnKey, toolCallId: callId })}
        />
      )}
      {result.uris?.map((uri) => (
        <LinkButton key={uri} label={`Open ${place(uri)}`} onClick={posting({ type: "openFile", uri })} />
      ))}
    </div>
  );
}

/** The arguments, one a line; text of several lines keeps them. */
function Arguments({ args }: { readonly args: Readonly<Record<string, unknown>> }): JSX.Element | null {
  const entries = Object.entries(args);
  if (entries.length === 0) {
    return null;
  }
  return (
    <dl class="arguments">
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function outcomeOf(item: ToolItem, live: boolean): Outcome {
  if (item.error !== undefined) {
    return item.error.code === "cancelled" ? "stopped" : "failed";
  }
  return item.result !== undefined ? "done" : live ? "running" : "stopped";
}

function noteOf(item: ToolItem, steps: number, outcome: Outcome): string {
  if (outcome === "running") {
    return item.status ?? "";
  }
  const spent = item.durationMs ?? 0;
  return [steps > 0 ? plural(steps, "step") : "", spent >= 100 ? duration(spent) : ""]
    .filter(Boolean)
    .join(" · ");
}
