/** The bottom line: what is going on and how fast, and how much of the model's window is in use. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

import { count, duration, speed } from "../format";
import type { Phase, TurnState } from "../state/model";

const PHASES: Record<Phase["name"], string> = {
  connecting: "Connecting",
  loading: "Loading the model",
  prefill: "Reading the prompt",
  generating: "Writing",
  tool: "Using a tool",
  approval: "Waits for your answer",
  retrying: "Trying again",
  compacting: "Summarising earlier messages",
};
/** Characters of a token, about: good enough for a speed that is replaced by the true one at the end. */
const CHARS_PER_TOKEN = 4;

export function Foot({ turn }: { readonly turn: TurnState | undefined }): JSX.Element {
  return (
    <div class="foot">
      <span class="foot-state">
        {turn?.head.state === "running" ? <Running turn={turn} /> : lastSpeed(turn)}
      </span>
      {turn?.usage !== undefined && <ContextUse usage={turn.usage} />}
    </div>
  );
}

function Running({ turn }: { readonly turn: TurnState }): JSX.Element {
  const now = useNow();
  const since = turn.phase?.since;
  const waited =
    since === undefined || now - since < 2000 ? undefined : duration(Math.floor((now - since) / 1000) * 1000);
  const message = turn.phase?.name === "connecting" ? undefined : turn.phase?.message;
  const words = message ?? (turn.phase === undefined ? "Sending" : PHASES[turn.phase.name]);
  const parts = [words, turn.phase?.name === "generating" ? estimate(turn) : waited];
  return (
    <>
      <span class="spinner" aria-hidden="true" />
      {parts.filter((part) => part !== undefined).join(" · ")}
    </>
  );
}

/** The time in ms, new every half second. */
function useNow(): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(performance.now());
    }, 500);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return now;
}

function estimate({ pace }: TurnState): string | undefined {
  if (pace === undefined || pace.until - pace.since < 500) {
    return undefined;
  }
  return `~${speed(pace.chars / CHARS_PER_TOKEN / ((pace.until - pace.since) / 1000))}`;
}

function lastSpeed(turn: TurnState | undefined): string {
  const rate = turn?.timings?.tokensPerSecond;
  return rate === undefined ? "" : speed(rate);
}

function ContextUse({ usage }: { readonly usage: NonNullable<TurnState["usage"]> }): JSX.Element | null {
  const { contextLimit } = usage;
  const used = usage.contextTokens ?? usage.promptTokens + usage.completionTokens;
  if (contextLimit === undefined || contextLimit === 0) {
    return <span class="foot-context">{count(used)} tokens</span>;
  }
  const percent = Math.min(100, Math.round((used / contextLimit) * 100));
  const words = `${count(used)} of ${count(contextLimit)} tokens of context in use`;
  return (
    <span class="foot-context" title={words}>
      <meter class="context-meter" min={0} max={100} high={80} value={percent} aria-label={words} />
      <span aria-hidden="true">{`${percent} %`}</span>
    </span>
  );
}
