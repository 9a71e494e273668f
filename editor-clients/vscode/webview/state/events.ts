/**
 * The events of a turn folded into its items. One call takes a whole batch: the list of items is copied once, and each
 * piece of text is only appended, so that a token costs the same however long the answer is. Pure; called by store.ts.
 */
import type {
  ChatEvent,
  DoneEvent,
  ErrorEvent,
  PhaseEvent,
  TokenEvent,
  ToolCallEvent,
} from "../../src/protocol";
import { closed, grown, NO_BLOCKS } from "../markdown/blocks";
import type { Item, TextItem, ThinkingItem, ToolItem, TurnState } from "./model";

/** Output kept of one tool, in characters: the end of it is what matters while it runs. */
const MAX_OUTPUT = 64_000;

type Writable<T> = { -readonly [K in keyof T]: T[K] };
interface Draft extends Omit<Writable<TurnState>, "items"> {
  items: Item[];
}
/** Text that came in this batch and is not cut into blocks yet, by the index of its item. */
type Texts = Map<number, string>;

/** The turn after these events. `now` is in ms; undefined for history, of which no speed is known. */
export function withEvents(
  turn: TurnState,
  events: readonly ChatEvent[],
  now: number | undefined,
): TurnState {
  const draft: Draft = { ...turn, items: [...turn.items] };
  const texts: Texts = new Map();
  for (const event of events) {
    if (event.type === "token") {
      paced(draft, event.data, now);
      appendText(draft, texts, event.data, event.task);
    } else {
      fold(draft, event, now);
    }
  }
  for (const [index, text] of texts) {
    growText(draft, index, text);
  }
  return draft;
}

/** The turn with nothing open any more: the last block of each text is finished. */
export function finished(turn: TurnState): TurnState {
  const items = turn.items.map((item) =>
    item.kind === "text" ? { ...item, blocks: closed(item.blocks) } : item,
  );
  return { ...turn, items, phase: undefined, retrying: undefined };
}

function fold(draft: Draft, event: Exclude<ChatEvent, TokenEvent>, now: number | undefined): void {
  switch (event.type) {
    case "start":
      draft.head = { ...draft.head, turnId: event.turnId, agent: event.agent, model: event.model };
      return;
    case "phase":
      enter(draft, event, now);
      return;
    case "thinking":
      paced(draft, event.data, now);
      appendThinking(draft, event.data, event.task, now);
      return;
    case "tool_call":
    case "tool_progress":
    case "tool_result":
      foldTool(draft, event);
      return;
    case "agent":
      if (event.parent !== undefined) {
        note(draft, "info", `${event.parent} hands over to ${event.agent}`, event.task);
      }
      return;
    case "error":
      fail(draft, event);
      return;
    case "usage":
      draft.usage = event.task === undefined ? event : draft.usage;
      return;
    case "done":
      finish(draft, event);
      return;
  }
}

function foldTool(draft: Draft, event: Extract<ChatEvent, { id: string }>): void {
  if (event.type === "tool_call") {
    draft.retrying = undefined;
    draft.items.push(newTool(event));
    return;
  }
  const at = draft.items.findLastIndex((item) => item.kind === "tool" && item.call.id === event.id);
  const tool = draft.items[at];
  if (tool?.kind !== "tool") {
    return;
  }
  if (event.type === "tool_progress") {
    const output = event.data === undefined ? tool.output : (tool.output + event.data).slice(-MAX_OUTPUT);
    draft.items[at] = { ...tool, status: event.status, output };
  } else {
    draft.items[at] = { ...tool, result: event.result, error: event.error, durationMs: event.durationMs };
  }
}

function newTool(call: ToolCallEvent): ToolItem {
  const nothing = {
    status: undefined,
    output: "",
    result: undefined,
    error: undefined,
    durationMs: undefined,
  };
  return { kind: "tool", task: call.task, call, ...nothing };
}

function enter(draft: Draft, event: PhaseEvent, now: number | undefined): void {
  draft.phase = { name: event.phase, message: event.message, since: now ?? 0 };
  if (event.phase !== "retrying") {
    draft.retrying = undefined;
  }
  // As a turn begins the server says here what the user has to know ("a.log was left out: it is too large").
  if (event.phase === "connecting" && event.message !== undefined) {
    note(draft, "info", event.message, event.task, event.leftOut);
  }
}

function fail(draft: Draft, { error, task }: ErrorEvent): void {
  if (error.retryInMs !== undefined) {
    draft.retrying = error;
  } else if (task === undefined) {
    draft.fault = error;
  } else {
    note(draft, "error", error.message, task);
  }
}

function finish(draft: Draft, event: DoneEvent): void {
  draft.usage = event.usage ?? draft.usage;
  draft.timings = event.timings;
  draft.stop = { reason: event.stopReason, message: event.stopMessage };
}

function note(
  draft: Draft,
  tone: "info" | "error",
  text: string,
  task: string | undefined,
  leftOut?: number,
): void {
  draft.items.push({ kind: "note", task, tone, text, leftOut });
}

function paced(draft: Draft, text: string, now: number | undefined): void {
  draft.retrying = undefined;
  if (now !== undefined) {
    const { chars, since } = draft.pace ?? { chars: 0, since: now };
    draft.pace = { chars: chars + text.length, since, until: now };
    // Not every model server says when it begins to write: words do.
    if (draft.phase?.name !== "generating") {
      draft.phase = { name: "generating", message: undefined, since: now };
    }
  }
}

function appendText(draft: Draft, texts: Texts, text: string, task: string | undefined): void {
  const at =
    openItem(draft, "text", task) ??
    draft.items.push({ kind: "text", task, blocks: NO_BLOCKS, text: "" } satisfies TextItem) - 1;
  texts.set(at, (texts.get(at) ?? "") + text);
}

function growText(draft: Draft, at: number, text: string): void {
  const item = draft.items[at];
  if (item?.kind === "text") {
    draft.items[at] = { ...item, text: item.text + text, blocks: grown(item.blocks, text) };
  }
}

function appendThinking(draft: Draft, text: string, task: string | undefined, now: number | undefined): void {
  const at = openItem(draft, "thinking", task);
  const item = at === undefined ? undefined : draft.items[at];
  if (at !== undefined && item?.kind === "thinking") {
    draft.items[at] = { ...item, text: item.text + text, until: now };
  } else {
    draft.items.push({ kind: "thinking", task, text, since: now, until: now } satisfies ThinkingItem);
  }
}

/** The last item of this task, if more text of its kind belongs to it: text of different tasks is never merged. */
function openItem(draft: Draft, kind: "text" | "thinking", task: string | undefined): number | undefined {
  const at = draft.items.findLastIndex((item) => item.task === task);
  return draft.items[at]?.kind === kind ? at : undefined;
}
