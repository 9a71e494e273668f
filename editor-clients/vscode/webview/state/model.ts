/**
 * What the page knows: the shapes only. The store makes them out of the host's messages (store.ts, events.ts), and
 * components draw them; nobody changes one in place.
 */
import type { ConnectionAction, ContextChip, HostMessage, TurnHead } from "../../src/messages";
import type {
  AgentInfo,
  CompletionItem,
  DoneEvent,
  Fault,
  GrantInfo,
  ListModelsResult,
  PhaseEvent,
  RequestApprovalParams,
  SessionInfo,
  Timings,
  ToolCallEvent,
  ToolError,
  ToolOutput,
  Usage,
} from "../../src/protocol";
import type { Blocks } from "../markdown/blocks";

/** Text of the answer, as blocks of markdown. */
export interface TextItem {
  readonly kind: "text";
  readonly task: string | undefined;
  readonly blocks: Blocks;
  /** The whole of it as it came, to be copied. */
  readonly text: string;
}

/** Reasoning of the model, shown on demand. */
export interface ThinkingItem {
  readonly kind: "thinking";
  readonly task: string | undefined;
  readonly text: string;
  /** When its first and last piece came, in ms; undefined for history. */
  readonly since: number | undefined;
  readonly until: number | undefined;
}

/** A tool call and all that is known of it. */
export interface ToolItem {
  readonly kind: "tool";
  readonly task: string | undefined;
  readonly call: ToolCallEvent;
  readonly status: string | undefined;
  /** What a running tool wrote; of much, the end. */
  readonly output: string;
  readonly result: ToolOutput | undefined;
  readonly error: ToolError | undefined;
  readonly durationMs: number | undefined;
}

/** A sentence between the parts of an answer: another agent took over, or the server has something to say. */
export interface NoteItem {
  readonly kind: "note";
  readonly task: string | undefined;
  readonly tone: "info" | "error";
  readonly text: string;
  /** The index of an attachment that does not go along. */
  readonly leftOut?: number | undefined;
}

export type Item = TextItem | ThinkingItem | ToolItem | NoteItem;

export interface Phase {
  readonly name: PhaseEvent["phase"];
  readonly message: string | undefined;
  /** When it began, in ms. */
  readonly since: number;
}

export interface TurnState {
  readonly key: string;
  readonly head: TurnHead;
  readonly items: readonly Item[];
  readonly phase: Phase | undefined;
  /** A fault that is about to be tried again. */
  readonly retrying: Fault | undefined;
  /** Why it failed, if the events say so; `head.error` says it too. */
  readonly fault: Fault | undefined;
  readonly usage: Usage | undefined;
  readonly timings: Timings | undefined;
  readonly stop:
    { readonly reason: DoneEvent["stopReason"]; readonly message: string | undefined } | undefined;
  /** For an estimate of the speed: characters of text since the first one, and when that and the last came, in ms. */
  readonly pace: { readonly chars: number; readonly since: number; readonly until: number } | undefined;
}

export interface Connection {
  readonly state: "starting" | "ready" | "stopped" | "failed";
  readonly message?: string;
  readonly actions?: readonly ConnectionAction[];
}

export interface State {
  /** Counts the conversations that were shown: another one is drawn from nothing. */
  readonly generation: number;
  readonly sessionId: string | undefined;
  readonly title: string | undefined;
  readonly turns: readonly TurnState[];
  /** There are older turns on the server: what to ask for them with. */
  readonly before: string | undefined;
  readonly model: string | undefined;
  readonly agent: string | undefined;
  readonly connection: Connection;
  readonly models: ListModelsResult | undefined;
  readonly agents: readonly AgentInfo[];
  readonly sessions: readonly SessionInfo[] | undefined;
  readonly nextCursor: string | undefined;
  /** The next `sessions` are a further page. */
  readonly isPaging: boolean;
  readonly grants: readonly GrantInfo[] | undefined;
  readonly completion: { readonly id: number; readonly items: readonly CompletionItem[] } | undefined;
  readonly chip: ContextChip | undefined;
  readonly queued: string | undefined;
  /** Questions that wait for an answer, oldest first. */
  readonly approvals: readonly RequestApprovalParams[];
  /** Something to be read, while it is shown. */
  readonly document: { readonly title: string; readonly text: string } | undefined;
  /** URIs of the workspace's folders. */
  readonly folders: readonly string[];
}

/** What the page tells its own store. */
export type PageMessage =
  /** The next `sessions` are a further page of the list. */
  | { readonly type: "page/moreSessions" }
  | { readonly type: "page/closeDocument" }
  /** Forget lists that are asked for anew when they are opened. */
  | { readonly type: "page/closeLists" };

export type Message = HostMessage | PageMessage;

export const NOTHING: State = {
  generation: 0,
  sessionId: undefined,
  title: undefined,
  turns: [],
  before: undefined,
  model: undefined,
  agent: undefined,
  connection: { state: "starting" },
  models: undefined,
  agents: [],
  sessions: undefined,
  nextCursor: undefined,
  isPaging: false,
  grants: undefined,
  completion: undefined,
  chip: undefined,
  queued: undefined,
  approvals: [],
  document: undefined,
  folders: [],
};
