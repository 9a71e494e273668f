// The messages of chatls: what goes over the wire, and nothing else. Generated from the server's schemas by
// `npm run types` and never edited by hand; a test fails when it has drifted.

/** The version of the protocol. */
export const PROTOCOL = 1;

/** What a client asks the server. */
export interface Requests {
  /** One turn of a conversation, streamed as progress on the client's own token. */
  "chat/stream": { params: StreamParams; result: StreamResult };
  /** The command `chatls.ask`: chat/stream for clients that know nothing but LSP. */
  "workspace/executeCommand": { params: AskCommandParams; result: StreamResult };
  /** The models that can be reached now, and the one a request without a model gets. */
  "chat/listModels": { params: NoParams; result: ListModelsResult };
  /** The agents that can be asked. */
  "chat/listAgents": { params: NoParams; result: ListAgentsResult };
  /** The workspace tools and what they take. */
  "chat/listTools": { params: NoParams; result: ListToolsResult };
  /** Exactly what would be sent to the model, with its size; nothing is sent. */
  "chat/showPrompt": { params: ShowPromptParams; result: ShowPromptResult };
  /** Runs one workspace tool without a model, with the same checks and approvals. */
  "chat/callTool": { params: CallToolParams; result: CallToolResult };
  /** What may follow `@` and `/` in a message that is being written: paths, their ranges, agents, commands. */
  "chat/complete": { params: CompleteParams; result: CompletionList };
  /** The sessions of this set of workspace folders, the one used last first. */
  "chat/listSessions": { params: ListSessionsParams; result: ListSessionsResult };
  /** A session and its newest turns, drawn with the events of the stream. */
  "chat/getSession": { params: GetSessionParams; result: GetSessionResult };
  /** The events of a turn that a client missed. */
  "chat/getTurn": { params: GetTurnParams; result: GetTurnResult };
  /** Gives a session another title. */
  "chat/renameSession": { params: RenameSessionParams; result: NoResult };
  /** Forgets a session with all its turns, unless one runs. */
  "chat/deleteSession": { params: DeleteSessionParams; result: NoResult };
  /** Begins another session with a copy of this one, up to and with a turn that is over. */
  "chat/forkSession": { params: ForkSessionParams; result: ForkSessionResult };
  /** Puts back the files that a turn changed, takes it and later turns out of the conversation, or both. */
  "chat/undoTurn": { params: UndoTurnParams; result: UndoTurnResult };
  /** What the user granted or refused for later calls. */
  "chat/listGrants": { params: NoParams; result: ListGrantsResult };
  /** Takes back what was granted, from the next call on. */
  "chat/revokeGrant": { params: RevokeGrantParams; result: NoResult };
}

/** What the server asks its client. */
export interface ServerRequests {
  /** May this tool call be done? Only to clients that announce `approval`. */
  "chat/requestApproval": { params: RequestApprovalParams; result: RequestApprovalResult };
  /** Have these open documents saved. Only to clients that announce `save`. */
  "chat/saveDocuments": { params: SaveDocumentsParams; result: SaveDocumentsResult };
  /** What the editor's other servers say. Only to clients that announce `diagnostics`. */
  "chat/getDiagnostics": { params: GetDiagnosticsParams; result: GetDiagnosticsResult };
}

/** What the server tells its client. */
export interface ServerNotifications {
  /** What happens in a turn: begin once, report many, end once. */
  "$/progress": { params: ProgressParams };
  /** Nobody waits for the answer to this approval any more. */
  "chat/approvalClosed": { params: ApprovalClosedParams };
}

/** Why a request failed (`data.reason`); more may come. */
export type Reason =
  | "auth_failed"
  | "context_overflow"
  | "files_changed"
  | "internal"
  | "model_not_found"
  | "not_found"
  | "provider_error"
  | "provider_protocol"
  | "provider_unreachable"
  | "rate_limited"
  | "session_busy"
  | "session_not_found"
  | "stream_interrupted"
  | "timeout";

/** Another agent takes a subtask over from its parent, or hands it back: without `parent`. */
export interface AgentEvent {
  /** Counts from 0 without gaps within a turn. */
  readonly seq: number;
  readonly type: "agent";
  /** The agent that goes on. */
  readonly agent: string;
  /** The id of the call that this event's subtask belongs to. */
  readonly task?: string;
  /** The agent that delegated the subtask. */
  readonly parent?: string;
}

/** An agent that can be asked. */
export interface AgentInfo {
  readonly id: string;
  readonly description: string;
  readonly model?: string;
  readonly tools: readonly string[];
}

/** Where a task of this agent is ended; what is unset is as in `limits`. */
export interface AgentLimits {
  /** Calls of the model in one task. */
  readonly modelCalls?: number;
  /** Tool calls in one message of the model. */
  readonly toolCalls?: number;
  /** The same tool call with the same arguments in a row. */
  readonly identicalCalls?: number;
}

/** An agent of the user's own, or what is to be different in one that is built in: what is unset stays as it is. */
export interface AgentSettings {
  /** What it is good for, in a sentence: by this it is chosen. A new agent needs one. */
  readonly description?: string;
  /** What it is told before every conversation. A new agent needs them. */
  readonly instructions?: string;
  /** The model it answers with, as "provider/name"; unset: the default, or that of whom it works for. */
  readonly model?: string;
  /** The tools it may use, "delegate" among them if it may hand on parts of its task; unset: all. */
  readonly tools?: readonly string[];
  /** Limits of one task of this agent. */
  readonly limits?: AgentLimits;
}

/** chat/approvalClosed, from the server: nobody waits for this answer any more. */
export interface ApprovalClosedParams {
  readonly approvalId: string;
}

/** One of the answers to choose from. */
export interface ApprovalOption {
  readonly id: string;
  readonly label: string;
  readonly kind: "allow_once" | "allow_session" | "allow_always" | "reject_once" | "reject_always";
}

/** The argument of the command `chatls.ask`; a message without attachments may be given as a string. */
export interface AskArguments {
  readonly message: string | UserMessage;
  readonly sessionId?: string;
}

/** workspace/executeCommand with our command: chat for clients that know LSP alone. */
export interface AskCommandParams {
  readonly command: "chatls.ask";
  readonly arguments: readonly AskArguments[];
  /** A token of LSP's progress; 1 is not "1". */
  readonly workDoneToken?: number | string;
}

/** The first value of a token: the turn was accepted. A tool run by chat/callTool begins with its `tool_call`. */
export interface Begin {
  readonly kind: "begin";
  readonly title: string;
  readonly cancellable: boolean;
  readonly message?: string;
  readonly event: StartEvent | ToolCallEvent;
}

/** chat/callTool: one workspace tool without a model, with the same checks and approvals. */
export interface CallToolParams {
  readonly tool: string;
  readonly args?: Readonly<Record<string, unknown>>;
  readonly sessionId?: string;
  /** A token of LSP's progress; 1 is not "1". */
  readonly workDoneToken?: number | string;
}

/** chat/callTool: exactly one of the two; a cancelled call has the error `cancelled`. */
export interface CallToolResult {
  readonly result?: ToolOutput;
  readonly error?: ToolError;
}

export type ChatEvent =
  | StartEvent
  | PhaseEvent
  | TokenEvent
  | ThinkingEvent
  | ToolCallEvent
  | ToolProgressEvent
  | ToolResultEvent
  | AgentEvent
  | ErrorEvent
  | UsageEvent
  | DoneEvent;

/** `capabilities.experimental.chatls` of a client: which of our requests it answers. */
export interface ClientCapability {
  readonly protocol: number;
  readonly approval?: boolean;
  readonly hunks?: boolean;
  readonly diagnostics?: boolean;
  readonly save?: boolean;
  readonly strictEdits?: boolean;
}

/** chat/complete: what may stand at a position of a message that is being written. */
export interface CompleteParams {
  /** The message so far. */
  readonly text: string;
  /** Where the cursor is in `text`, in the position encoding agreed on. */
  readonly position: Position;
}

/** What an item is. */
export interface CompletionData {
  readonly type: "path" | "range" | "agent" | "command";
}

/** An item of LSP's completion; they come in the order in which they are to be shown. */
export interface CompletionItem {
  readonly label: string;
  /** A CompletionItemKind of LSP: how it is drawn. */
  readonly kind: number;
  readonly detail?: string;
  readonly sortText: string;
  /** What is typed is compared with this, the `@` or `/` included. */
  readonly filterText: string;
  readonly textEdit: TextEdit;
  readonly data: CompletionData;
}

/** chat/complete. `isIncomplete`: ask again when more is typed. */
export interface CompletionList {
  readonly isIncomplete: boolean;
  readonly items: readonly CompletionItem[];
}

/** chat/deleteSession: forget it, with all its turns. */
export interface DeleteSessionParams {
  readonly sessionId: string;
}

/** A diagnostic of LSP, of which these fields are read. */
export interface Diagnostic {
  readonly range: Range;
  readonly message: string;
  /** Error, warning, information, hint. */
  readonly severity?: 1 | 2 | 3 | 4;
  readonly source?: string;
}

/** What the editor's other servers say about a file. */
export interface DiagnosticsAttachment {
  readonly type: "diagnostics";
  readonly uri: string;
}

/** The diagnostics of one document. */
export interface DocumentDiagnostics {
  readonly uri: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** The turn ended well, or was cancelled. */
export interface DoneEvent {
  /** Counts from 0 without gaps within a turn. */
  readonly seq: number;
  readonly type: "done";
  readonly final: string;
  readonly stopReason: "end_turn" | "max_tokens" | "max_turn_requests" | "refusal" | "cancelled";
  readonly stopMessage?: string;
  readonly usage?: Usage;
  readonly timings: Timings;
}

/** The last value of a token: how it ended. A tool run by chat/callTool ends with its `tool_result`. */
export interface End {
  readonly kind: "end";
  readonly message?: string;
  readonly event: DoneEvent | ErrorEvent | ToolResultEvent;
}

/** A fault, also one that a retry will heal. In `end` it is why the turn failed. */
export interface ErrorEvent {
  /** Counts from 0 without gaps within a turn. */
  readonly seq: number;
  readonly type: "error";
  readonly error: Fault;
  /** The id of the call that this event's subtask belongs to. */
  readonly task?: string;
}

/** What went wrong. With `retryInMs` it is about to be tried again. */
export interface Fault {
  /** An open list: a client takes what it does not know for `internal`. */
  readonly code:
    | "provider_unreachable"
    | "provider_error"
    | "provider_protocol"
    | "model_not_found"
    | "auth_failed"
    | "rate_limited"
    | "context_overflow"
    | "timeout"
    | "stream_interrupted"
    | "session_not_found"
    | "session_busy"
    | "not_found"
    | "files_changed"
    | "internal";
  readonly message: string;
  readonly hint?: string;
  readonly retryable: boolean;
  readonly attempt?: number;
  readonly retryInMs?: number;
}

/** A file, or lines of it: as the editor has it where it is open, else from disk. */
export interface FileAttachment {
  readonly type: "file";
  readonly uri: string;
  readonly range?: Range;
  /** Attached by the client unasked: what cannot be read is left out, and the user is told. */
  readonly implicit?: boolean;
}

/** The listing of a folder. */
export interface FolderAttachment {
  readonly type: "folder";
  readonly uri: string;
}

/** chat/forkSession: begin another session with a copy of this one, up to and with a turn. */
export interface ForkSessionParams {
  readonly sessionId: string;
  readonly turnId: string;
}

/** chat/forkSession: the new session. */
export interface ForkSessionResult {
  readonly sessionId: string;
}

/** chat/getDiagnostics, from the server: what the editor's other servers say about a document, or about all. */
export interface GetDiagnosticsParams {
  readonly uri?: string;
}

/** What there is to say; a document without diagnostics may be left out. */
export interface GetDiagnosticsResult {
  readonly items: readonly DocumentDiagnostics[];
}

/** chat/getSession: the newest turns, or those before a turn. */
export interface GetSessionParams {
  readonly sessionId: string;
  /** `before` of the page that was read last. */
  readonly before?: string;
  /** How many at most. */
  readonly limit?: number;
}

/** chat/getSession, oldest turn first; `before` where there are earlier ones. */
export interface GetSessionResult {
  readonly session: SessionInfo;
  readonly turns: readonly Turn[];
  readonly before?: string;
}

/** chat/getTurn: what a client missed of a turn. */
export interface GetTurnParams {
  readonly sessionId: string;
  readonly turnId: string;
  /** The number of an event; -1 stands before the first. */
  readonly afterSeq?: number;
}

/** chat/getTurn. With `reset` it is the whole turn, since the numbers are no longer known. */
export interface GetTurnResult {
  readonly reset?: true;
  readonly events: readonly (
    | StartEvent
    | PhaseEvent
    | TokenEvent
    | ThinkingEvent
    | ToolCallEvent
    | ToolProgressEvent
    | ToolResultEvent
    | AgentEvent
    | ErrorEvent
    | UsageEvent
    | DoneEvent
  )[];
  /** The number of an event; -1 stands before the first. */
  readonly lastSeq: number;
}

/** What the user granted, or refused, for later calls; `label` is the sentence that was agreed to. */
export interface GrantInfo {
  readonly grantId: string;
  readonly tool: string;
  readonly scope: "session" | "always";
  readonly label: string;
  readonly createdAt: string;
}

/** A part of a change that can be accepted by itself. */
export interface Hunk {
  readonly id: string;
  readonly uri: string;
  readonly diff: string;
}

/** `data` of the error -32602. */
export interface InvalidParamsData {
  /** The path of the wrong field: "message.attachments[0].uri". */
  readonly field: string;
  readonly expected: string;
}

/** Where a turn that does not come to an end by itself is ended. */
export interface Limits {
  /** Calls of the model in one turn. */
  readonly modelCalls?: number;
  /** Tool calls in one message of the model. */
  readonly toolCalls?: number;
  /** The same tool call with the same arguments in a row. */
  readonly identicalCalls?: number;
  /** Seconds that one turn may take in all. */
  readonly seconds?: number;
}

/** chat/listAgents. */
export interface ListAgentsResult {
  readonly agents: readonly AgentInfo[];
}

/** chat/listGrants: those of this process's sessions, and those for good in this workspace. */
export interface ListGrantsResult {
  readonly grants: readonly GrantInfo[];
}

/** chat/listModels: what can be reached now. */
export interface ListModelsResult {
  readonly models: readonly Model[];
  readonly providers: readonly ProviderState[];
  /** The model of a request that names none. */
  readonly default: string;
}

/** chat/listSessions: the sessions of this set of workspace folders. */
export interface ListSessionsParams {
  /** nextCursor of the page before. */
  readonly cursor?: string;
  /** How many at most. */
  readonly limit?: number;
  /** Words to look for in titles and messages. */
  readonly query?: string;
}

/** chat/listSessions, the one used last first. */
export interface ListSessionsResult {
  readonly sessions: readonly SessionInfo[];
  readonly nextCursor?: string;
}

/** chat/listTools. */
export interface ListToolsResult {
  readonly tools: readonly ToolInfo[];
}

/** A model that can be chosen now. */
export interface Model {
  /** provider/name */
  readonly id: string;
  readonly provider: string;
  readonly name: string;
  /** In tokens. */
  readonly contextLength?: number;
  readonly capabilities: readonly ("tools" | "thinking" | "vision")[];
}

/** A request that needs to be told nothing. */
export interface NoParams {}

/** A request that has nothing to answer. */
export interface NoResult {}

/** The Ollama server. */
export interface Ollama {
  /** Where it answers: host:port or a URL. */
  readonly address?: string;
  /** The longest context window to ask for, in tokens; a model with a shorter one gets its own. */
  readonly numCtx?: number;
  /** How long a model stays loaded after an answer: "5m", or seconds; -1 is for ever. */
  readonly keepAlive?: string | number;
  /** Seconds to wait for the first byte of an answer: loading the model and reading the prompt. */
  readonly firstByteTimeout?: number;
  /** Seconds an answer may pause. */
  readonly gapTimeout?: number;
  /** Seconds to wait at start-up for the server to show that it runs. */
  readonly probeTimeout?: number;
}

/** What a `chat/stream` without such options of its own gets; unset leaves the choice to the model server. */
export interface Options {
  /** How freely the model chooses its words, 0 to 2. */
  readonly temperature?: number;
  /** Choose among the likeliest words that make up this share, 0 to 1. */
  readonly topP?: number;
  /** The same seed and message give the same answer. */
  readonly seed?: number;
  /** The longest answer, in tokens. */
  readonly maxTokens?: number;
  /** Whether, or how hard, a model that can think does so. */
  readonly think?: boolean | "low" | "medium" | "high" | "max";
}

/** The turn enters a phase. */
export interface PhaseEvent {
  /** Counts from 0 without gaps within a turn. */
  readonly seq: number;
  readonly type: "phase";
  readonly phase:
    "connecting" | "loading" | "prefill" | "generating" | "tool" | "approval" | "retrying" | "compacting";
  readonly message?: string;
  /** The id of the call that this event's subtask belongs to. */
  readonly task?: string;
  /** The index of an implicit attachment that does not go along; `message` says why. */
  readonly leftOut?: number;
}

/** A position of LSP. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** LSP's `$/progress` with a value of ours. */
export interface ProgressParams {
  /** A token of LSP's progress; 1 is not "1". */
  readonly token: number | string;
  readonly value: Begin | Report | End;
}

export type ProgressValue = Begin | Report | End;

/** Whether a provider can be reached; if not, why, and what to do about it. */
export interface ProviderState {
  readonly id: string;
  readonly reachable: boolean;
  readonly reason?: string;
  readonly hint?: string;
}

/** A range of LSP. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** chat/renameSession: another title; it may run a turn. */
export interface RenameSessionParams {
  readonly sessionId: string;
  /** White space becomes single spaces. */
  readonly title: string;
}

/** What happens. `message` is for people, `event` for programs. */
export interface Report {
  readonly kind: "report";
  readonly message?: string;
  readonly event:
    | PhaseEvent
    | TokenEvent
    | ThinkingEvent
    | ToolCallEvent
    | ToolProgressEvent
    | ToolResultEvent
    | AgentEvent
    | ErrorEvent
    | UsageEvent;
}

/** chat/requestApproval, from the server: may this tool call be done? */
export interface RequestApprovalParams {
  readonly approvalId: string;
  readonly sessionId?: string;
  readonly turnId?: string;
  readonly toolCallId?: string;
  readonly tool: string;
  readonly kind: "read" | "edit" | "delete" | "move" | "search" | "execute" | "think" | "fetch" | "other";
  readonly title: string;
  readonly detail: string;
  readonly diff?: string;
  readonly hunks?: readonly Hunk[];
  readonly options: readonly ApprovalOption[];
}

/** The user's answer. `hunks` are the ids of the accepted parts; absent: all. */
export interface RequestApprovalResult {
  readonly optionId: string;
  readonly hunks?: readonly string[];
}

/** `data` of the error -32803. */
export interface RequestFailedData {
  /** An open list: a client takes what it does not know for `internal`. */
  readonly reason:
    | "provider_unreachable"
    | "provider_error"
    | "provider_protocol"
    | "model_not_found"
    | "auth_failed"
    | "rate_limited"
    | "context_overflow"
    | "timeout"
    | "stream_interrupted"
    | "session_not_found"
    | "session_busy"
    | "not_found"
    | "files_changed"
    | "internal";
  readonly retryable: boolean;
  /** What to do about it, in one sentence. */
  readonly hint?: string;
  readonly provider?: string;
  readonly model?: string;
  /** The HTTP status of the model server. */
  readonly status?: number;
  readonly sessionId?: string;
  readonly turnId?: string;
  readonly final?: string;
  readonly files?: readonly string[];
}

/** chat/revokeGrant: take one back, from the next call on. */
export interface RevokeGrantParams {
  readonly grantId: string;
}

/** chat/saveDocuments, from the server: save these open documents. */
export interface SaveDocumentsParams {
  readonly uris: readonly string[];
}

/** Which were saved, and which could not be. */
export interface SaveDocumentsResult {
  readonly saved: readonly string[];
  readonly failed: readonly string[];
}

/** The provider that replays script files: for demos, tests and bug reports. */
export interface Scripted {
  /** The folder of the script files; unset: no scripted models. */
  readonly folder?: string;
}

/** Text that the user selected, with its place. */
export interface SelectionAttachment {
  readonly type: "selection";
  readonly uri: string;
  readonly range: Range;
  readonly text: string;
  /** Attached by the client unasked: what cannot be read is left out, and the user is told. */
  readonly implicit?: boolean;
}

/** `capabilities.experimental.chatls` of the server. */
export interface ServerCapability {
  readonly protocol: 1;
  readonly methods: readonly string[];
}

/** A session, without its turns. */
export interface SessionInfo {
  readonly sessionId: string;
  readonly title: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** The workspace folders it began in. */
  readonly workspace: readonly string[];
  readonly model: string;
  /** How many. */
  readonly turns: number;
  /** A turn is running. */
  readonly busy: boolean;
}

/** All there is to set. */
export interface Settings {
  /** The model that answers, as "provider/name"; unset: the best one that can be reached. */
  readonly model?: string;
  /** The agent that answers. */
  readonly agent?: string;
  /** What every agent is told beside its own instructions. */
  readonly instructions?: string;
  /** Defaults of the options of a message. */
  readonly options?: Options;
  readonly ollama?: Ollama;
  /** Replaying script files instead of a model. */
  readonly scripted?: Scripted;
  /** Limits of one turn. */
  readonly limits?: Limits;
  /** Agents by name: new ones, and changes of built-in ones. */
  readonly agents?: Readonly<Record<string, AgentSettings>>;
}

/** chat/showPrompt: the next request of a session, with a message or without; the rest as in chat/stream. */
export interface ShowPromptParams {
  /** Absent: that of a new session. */
  readonly sessionId?: string;
  /** What would be said next. */
  readonly message?: UserMessage;
  readonly agent?: string;
  readonly model?: string;
  readonly options?: StreamOptions;
}

/** chat/showPrompt: what would be sent, and how long it is. */
export interface ShowPromptResult {
  readonly model: string;
  /** The body of the request as the model server gets it; always with `messages` and `options`. */
  readonly request: Readonly<Record<string, unknown>>;
  /** The length of the request, instructions and tools included. */
  readonly tokens: number;
  /** The length is an estimate; model servers count only what they run. */
  readonly estimated: true;
  /** The model's window, in tokens, where it has one. */
  readonly contextLimit?: number;
  /** What of the window is kept for the answer. */
  readonly answerRoom?: number;
  /** How many of the earlier turns would be summarised before: that is not done here. */
  readonly toSummarise?: number;
}

/** The turn was accepted. */
export interface StartEvent {
  /** Counts from 0 without gaps within a turn. */
  readonly seq: number;
  readonly type: "start";
  readonly sessionId: string;
  readonly turnId: string;
  readonly agent: string;
  readonly model: string;
}

/** Sampling options of one turn; what is left out comes from the configuration. */
export interface StreamOptions {
  readonly temperature?: number;
  readonly topP?: number;
  readonly seed?: number;
  readonly maxTokens?: number;
  readonly think?: boolean | "low" | "medium" | "high" | "max";
}

/** chat/stream: one turn of a conversation. */
export interface StreamParams {
  /** This turn and later ones leave the conversation first. */
  readonly replaceTurnId?: string;
  /** Absent only with replaceTurnId: the same message again. */
  readonly message?: UserMessage;
  /** Absent: a new session. */
  readonly sessionId?: string;
  /** Which agent answers. */
  readonly agent?: string;
  /** provider/model, split at the first slash. */
  readonly model?: string;
  readonly options?: StreamOptions;
  /** Absent: no progress, only the result. */
  readonly workDoneToken?: number | string;
}

/** How a turn ended; an answer to a cancelled request too. */
export interface StreamResult {
  readonly sessionId: string;
  readonly turnId: string;
  readonly final: string;
  readonly stopReason: "end_turn" | "max_tokens" | "max_turn_requests" | "refusal" | "cancelled";
  readonly stopMessage?: string;
  readonly usage?: Usage;
  readonly timings: Timings;
  /** The number of an event; -1 stands before the first. */
  readonly lastSeq: number;
}

/** Any text, with a name for people. */
export interface TextAttachment {
  readonly type: "text";
  readonly name: string;
  readonly text: string;
  /** Attached by the client unasked: what cannot be read is left out, and the user is told. */
  readonly implicit?: boolean;
}

/** A text edit of LSP, in the text of the params. */
export interface TextEdit {
  readonly range: Range;
  readonly newText: string;
}

/** Reasoning text, never part of the answer. */
export interface ThinkingEvent {
  /** Counts from 0 without gaps within a turn. */
  readonly seq: number;
  readonly type: "thinking";
  readonly data: string;
  /** The id of the call that this event's subtask belongs to. */
  readonly task?: string;
}

/** Milliseconds; tokens a second of the generation alone. */
export interface Timings {
  readonly firstTokenMs?: number;
  readonly totalMs: number;
  readonly loadMs?: number;
  readonly promptMs?: number;
  readonly tokensPerSecond?: number;
}

/** Text of the answer: joined in order, those without `task` are the answer. */
export interface TokenEvent {
  /** Counts from 0 without gaps within a turn. */
  readonly seq: number;
  readonly type: "token";
  readonly data: string;
  /** The id of the call that this event's subtask belongs to. */
  readonly task?: string;
}

/** The model asked for a tool. */
export interface ToolCallEvent {
  /** Counts from 0 without gaps within a turn. */
  readonly seq: number;
  readonly type: "tool_call";
  readonly id: string;
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly kind: "read" | "edit" | "delete" | "move" | "search" | "execute" | "think" | "fetch" | "other";
  readonly title: string;
  /** The id of the call that this event's subtask belongs to. */
  readonly task?: string;
}

/** Why a tool did not do what was asked. */
export interface ToolError {
  readonly code: string;
  readonly message: string;
}

/** A workspace tool; `inputSchema` is the JSON Schema of its arguments. */
export interface ToolInfo {
  readonly name: string;
  readonly description: string;
  readonly kind: "read" | "edit" | "delete" | "move" | "search" | "execute" | "think" | "fetch" | "other";
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

/** What a tool returned. */
export interface ToolOutput {
  /** What the model sees, at most 32 KiB. */
  readonly text: string;
  readonly truncated?: boolean;
  readonly diff?: string;
  readonly uris?: readonly string[];
}

/** A status line, or output, of a running tool. */
export interface ToolProgressEvent {
  /** Counts from 0 without gaps within a turn. */
  readonly seq: number;
  readonly type: "tool_progress";
  readonly id: string;
  readonly status: string;
  readonly data?: string;
  /** The id of the call that this event's subtask belongs to. */
  readonly task?: string;
}

/** How a tool call ended: exactly one for each `tool_call`. */
export interface ToolResultEvent {
  /** Counts from 0 without gaps within a turn. */
  readonly seq: number;
  readonly type: "tool_result";
  readonly id: string;
  readonly tool: string;
  readonly durationMs: number;
  readonly result?: ToolOutput;
  readonly error?: ToolError;
  /** The id of the call that this event's subtask belongs to. */
  readonly task?: string;
}

/** A turn as a client draws it; in its events neighbouring text is merged. */
export interface Turn {
  readonly turnId: string;
  readonly message: UserMessage;
  readonly agent: string;
  readonly model: string;
  readonly state: "running" | "done" | "cut" | "cancelled" | "failed";
  readonly events: readonly (
    | StartEvent
    | PhaseEvent
    | TokenEvent
    | ThinkingEvent
    | ToolCallEvent
    | ToolProgressEvent
    | ToolResultEvent
    | AgentEvent
    | ErrorEvent
    | UsageEvent
    | DoneEvent
  )[];
}

/** chat/undoTurn: put back the files that a turn changed, take it and later turns out of the conversation, or both,
the files first. No turn may run meanwhile. */
export interface UndoTurnParams {
  readonly sessionId: string;
  readonly turnId: string;
  readonly restore: "files" | "conversation" | "both";
}

/** chat/undoTurn: what was undone. Nothing is left to do where a turn is undone twice: that is no error. */
export interface UndoTurnResult {
  /** What was done, and what could not be: one line for people. */
  readonly message: string;
  /** Those that were put back, written, deleted or moved; there where files were asked for. */
  readonly files?: readonly string[];
  /** Those that stay as the turn left them: what they held before is not known (any more). */
  readonly kept?: readonly string[];
  /** How many turns have left the conversation. */
  readonly turns?: number;
}

/** Token counts as the model server reported them. */
export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly contextTokens?: number;
  readonly contextLimit?: number;
}

/** Token counts, when the model server reports them. */
export interface UsageEvent {
  /** Counts from 0 without gaps within a turn. */
  readonly seq: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly contextTokens?: number;
  readonly contextLimit?: number;
  readonly type: "usage";
  /** The id of the call that this event's subtask belongs to. */
  readonly task?: string;
}

/** What the user says. */
export interface UserMessage {
  readonly attachments?: readonly (
    FileAttachment | FolderAttachment | SelectionAttachment | DiagnosticsAttachment | TextAttachment
  )[];
  /** Empty only with attachments. */
  readonly content: string;
}
