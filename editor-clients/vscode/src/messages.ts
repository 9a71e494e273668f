/**
 * The contract between the extension host and the webview: every message of either side, and the schemas by which the
 * host checks what the webview says. No behaviour lives here, and nothing of VS Code's API: both bundles import it.
 * The payloads of the wire are the generated types of protocol.ts.
 */
import * as v from "valibot";

import type {
  AgentInfo,
  ChatEvent,
  CompletionItem,
  Fault,
  GrantInfo,
  ListModelsResult,
  Range,
  RequestApprovalParams,
  SessionInfo,
  StreamResult,
  Turn,
  UserMessage,
} from "./protocol";

/** What is known of a turn beside its events. */
export interface TurnHead {
  /** The server's name for it; absent until its `start` event came. */
  readonly turnId?: string;
  /** The user's message; what the server adds to attachments is not shown. */
  readonly message: UserMessage;
  readonly agent?: string;
  readonly model?: string;
  /** `cut`: the answer broke off, by a reload or a fault; its text is kept and it can be continued or retried. */
  readonly state: Turn["state"];
  /** Why it failed or was cut, where that is known. */
  readonly error?: Fault;
  readonly result?: StreamResult;
  /** Its changes of files have been undone. */
  readonly undone?: boolean;
}

/** A turn with its events so far: neighbouring text may be merged, so `seq` can have gaps. */
export interface TurnSnapshot {
  /** The host's name for the turn: stable while it is shown, known before the server has given it a `turnId`. */
  readonly turnKey: string;
  readonly head: TurnHead;
  readonly events: readonly ChatEvent[];
}

/** All that is needed to draw a conversation from nothing. */
export interface ConversationSnapshot {
  /** Absent: a new conversation, of which the server knows nothing yet. */
  readonly sessionId?: string;
  readonly title?: string;
  /** Oldest first. */
  readonly turns: readonly TurnSnapshot[];
  /** There are older turns: ask by `olderTurns` with this value. */
  readonly before?: string;
  /** The model and the agent of the next message; absent: the server's defaults. */
  readonly model?: string;
  readonly agent?: string;
}

/** The file or selection that goes along with the next message. */
export interface ContextChip {
  readonly label: string;
  readonly uri: string;
  readonly range?: Range;
}

/** A button of a connection message; the host knows what each id does. */
export interface ConnectionAction {
  readonly id: string;
  readonly label: string;
}

/**
 * Host to webview. After `ready` come `init`, then all the others that have something to say; `init` comes again
 * whenever another conversation is shown, and replaces everything about the one before.
 */
export type HostMessage =
  | { readonly type: "init"; readonly state: ConversationSnapshot }
  /** A turn began or changed: the whole head, each time. An unknown `turnKey` is a new turn at the end. */
  | { readonly type: "turn"; readonly turnKey: string; readonly turn: TurnHead }
  /** At most one every 16 ms; events of one turn, in order. */
  | { readonly type: "batch"; readonly turnKey: string; readonly events: readonly ChatEvent[] }
  /** Turns before the oldest that is shown. */
  | { readonly type: "older"; readonly turns: readonly TurnSnapshot[]; readonly before?: string }
  /** These turns have left the conversation: replaced, or undone. */
  | { readonly type: "removeTurns"; readonly turnKeys: readonly string[] }
  /** The conversation got its name, or another one. */
  | { readonly type: "session"; readonly sessionId: string; readonly title?: string }
  | { readonly type: "sessions"; readonly sessions: readonly SessionInfo[]; readonly nextCursor?: string }
  | { readonly type: "models"; readonly models: ListModelsResult; readonly chosen?: string }
  | { readonly type: "agents"; readonly agents: readonly AgentInfo[]; readonly chosen?: string }
  | { readonly type: "grants"; readonly grants: readonly GrantInfo[] }
  | { readonly type: "completion"; readonly id: number; readonly items: readonly CompletionItem[] }
  | { readonly type: "context"; readonly chip?: ContextChip }
  | { readonly type: "queued"; readonly text?: string }
  | { readonly type: "approval"; readonly request: RequestApprovalParams }
  | { readonly type: "approvalClosed"; readonly approvalId: string }
  | {
      readonly type: "connection";
      readonly state: "starting" | "ready" | "stopped" | "failed";
      readonly message?: string;
      readonly actions?: readonly ConnectionAction[];
    }
  /** Put this text where the cursor is in the input box. */
  | { readonly type: "insertPrompt"; readonly text: string }
  /** Put this text below what is in the input box: it was to be sent, and is not. */
  | { readonly type: "giveBack"; readonly text: string }
  | { readonly type: "focus" }
  /** Something to be read, over the conversation. */
  | { readonly type: "document"; readonly title: string; readonly text: string }
  /** The folders of the workspace: files are named by their paths in them. */
  | { readonly type: "folders"; readonly uris: readonly string[] };

const id = v.pipe(v.string(), v.minLength(1), v.maxLength(500));
const text = v.pipe(v.string(), v.maxLength(4_000_000));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const position = v.strictObject({ line: count, character: count });
const range = v.strictObject({ start: position, end: position });

/** Every message of the webview; what does not match is dropped and logged. */
export const viewMessage = v.variant("type", [
  /** The webview has loaded and wants everything. */
  v.strictObject({ type: v.literal("ready") }),
  /** While a turn runs the message is queued, one at most; `replaceTurnId` is edit-and-resend. */
  v.strictObject({ type: v.literal("send"), text, withContext: v.boolean(), replaceTurnId: v.optional(id) }),
  v.strictObject({ type: v.literal("stop") }),
  /** What is queued is not to be sent: `giveBack` follows. */
  v.strictObject({ type: v.literal("unqueue") }),
  v.strictObject({ type: v.literal("newChat") }),
  v.strictObject({ type: v.literal("listSessions"), query: v.optional(text), cursor: v.optional(id) }),
  v.strictObject({ type: v.literal("openSession"), sessionId: id }),
  v.strictObject({ type: v.literal("olderTurns"), before: id }),
  v.strictObject({
    type: v.literal("renameSession"),
    sessionId: id,
    title: v.pipe(text, v.minLength(1), v.maxLength(200)),
  }),
  v.strictObject({ type: v.literal("deleteSession"), sessionId: id }),
  v.strictObject({ type: v.literal("forkSession"), turnId: id }),
  v.strictObject({
    type: v.literal("undoTurn"),
    turnId: id,
    restore: v.picklist(["files", "conversation", "both"]),
  }),
  v.strictObject({ type: v.literal("retry"), turnId: id }),
  v.strictObject({ type: v.literal("continueTurn"), turnId: id }),
  v.strictObject({ type: v.literal("chooseModel"), id }),
  v.strictObject({ type: v.literal("chooseAgent"), id }),
  v.strictObject({ type: v.literal("complete"), id: count, text, position }),
  v.strictObject({ type: v.literal("removeContext") }),
  v.strictObject({ type: v.literal("copy"), text }),
  v.strictObject({ type: v.literal("insert"), text }),
  v.strictObject({ type: v.literal("apply"), text, language: v.optional(id) }),
  /** The diff of an open approval, or of a finished tool call. */
  v.strictObject({
    type: v.literal("openDiff"),
    approvalId: v.optional(id),
    turnKey: v.optional(id),
    toolCallId: v.optional(id),
  }),
  v.strictObject({
    type: v.literal("approve"),
    approvalId: id,
    optionId: id,
    hunks: v.optional(v.array(id)),
  }),
  v.strictObject({ type: v.literal("openFile"), uri: text, range: v.optional(range) }),
  v.strictObject({ type: v.literal("openLink"), href: text }),
  v.strictObject({ type: v.literal("listGrants") }),
  v.strictObject({ type: v.literal("revokeGrant"), grantId: id }),
  v.strictObject({ type: v.literal("showPrompt"), text: v.optional(text) }),
  /** A button of a connection message. */
  v.strictObject({ type: v.literal("action"), id }),
  /** Measurements, sent only when the host's page asks for them (a setting of tests). */
  v.strictObject({ type: v.literal("perf"), name: id, values: v.array(v.number()) }),
]);

export type ViewMessage = v.InferOutput<typeof viewMessage>;
export type ViewMessageType = ViewMessage["type"];
export type ViewMessageOf<T extends ViewMessageType> = Extract<ViewMessage, { type: T }>;

/** Who answers what the webview says: each part of the host brings the handlers of its own messages. */
export type ViewHandlers = {
  readonly [T in ViewMessageType]: (message: ViewMessageOf<T>) => void | Promise<void>;
};
