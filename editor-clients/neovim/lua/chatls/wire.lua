---@meta
--- The types of the wire, for editors and linters; nothing loads this file. Made from `schemas/` by
--- `scripts/wire_types.py`: do not edit it.

---@alias chatls.wire.Attachment
---| chatls.wire.DiagnosticsAttachment
---| chatls.wire.FileAttachment
---| chatls.wire.FolderAttachment
---| chatls.wire.SelectionAttachment
---| chatls.wire.TextAttachment

---@alias chatls.wire.Event
---| chatls.wire.AgentEvent
---| chatls.wire.DoneEvent
---| chatls.wire.ErrorEvent
---| chatls.wire.PhaseEvent
---| chatls.wire.StartEvent
---| chatls.wire.ThinkingEvent
---| chatls.wire.TokenEvent
---| chatls.wire.ToolCallEvent
---| chatls.wire.ToolProgressEvent
---| chatls.wire.ToolResultEvent
---| chatls.wire.UsageEvent

---@alias chatls.wire.OptionKind
---| "allow_once"
---| "allow_session"
---| "allow_always"
---| "reject_once"
---| "reject_always"

---@alias chatls.wire.PhaseName
---| "connecting"
---| "loading"
---| "prefill"
---| "generating"
---| "tool"
---| "approval"
---| "retrying"
---| "compacting"

---@alias chatls.wire.StopReason
---| "end_turn"
---| "max_tokens"
---| "max_turn_requests"
---| "refusal"
---| "cancelled"

---@alias chatls.wire.Reason
---| "provider_unreachable"
---| "provider_error"
---| "provider_protocol"
---| "model_not_found"
---| "auth_failed"
---| "rate_limited"
---| "context_overflow"
---| "timeout"
---| "stream_interrupted"
---| "session_not_found"
---| "session_busy"
---| "not_found"
---| "files_changed"
---| "internal"

---@class chatls.wire.AgentEvent Another agent takes a subtask over from its parent, or hands it back: without `parent`.
---@field seq integer Counts from 0 without gaps within a turn.
---@field type "agent"
---@field agent string The agent that goes on.
---@field task? string The id of the call that this event's subtask belongs to.
---@field parent? string The agent that delegated the subtask.

---@class chatls.wire.AgentInfo An agent that can be asked.
---@field id string
---@field description string
---@field model? string
---@field tools string[]

---@class chatls.wire.ApprovalClosedParams chat/approvalClosed, from the server: nobody waits for this answer any more.
---@field approvalId string

---@class chatls.wire.ApprovalOption One of the answers to choose from.
---@field id string
---@field label string
---@field kind chatls.wire.OptionKind

--- The argument of the command `chatls.ask`; a message without attachments may be given as a string.
---@class chatls.wire.AskArguments
---@field message string|chatls.wire.UserMessage
---@field sessionId? string

---@class chatls.wire.AskCommandParams workspace/executeCommand with our command: chat for clients that know LSP alone.
---@field command "chatls.ask"
---@field arguments chatls.wire.AskArguments[]
---@field workDoneToken? integer|string A token of LSP's progress; 1 is not "1".

--- The first value of a token: the turn was accepted. A tool run by chat/callTool begins with its `tool_call`.
---@class chatls.wire.Begin
---@field kind "begin"
---@field title string
---@field cancellable boolean
---@field message? string
---@field event chatls.wire.StartEvent|chatls.wire.ToolCallEvent

--- chat/callTool: one workspace tool without a model, with the same checks and approvals.
---@class chatls.wire.CallToolParams
---@field tool string
---@field args? table<string, any>
---@field sessionId? string
---@field workDoneToken? integer|string A token of LSP's progress; 1 is not "1".

---@class chatls.wire.CallToolResult chat/callTool: exactly one of the two; a cancelled call has the error `cancelled`.
---@field result? chatls.wire.ToolOutput
---@field error? chatls.wire.ToolError

---@class chatls.wire.ClientCapability `capabilities.experimental.chatls` of a client: which of our requests it answers.
---@field protocol integer
---@field approval? boolean
---@field hunks? boolean
---@field diagnostics? boolean
---@field save? boolean
---@field strictEdits? boolean

---@class chatls.wire.CompleteParams chat/complete: what may stand at a position of a message that is being written.
---@field text string The message so far.
---@field position chatls.wire.Position Where the cursor is in `text`, in the position encoding agreed on.

---@class chatls.wire.CompletionData What an item is.
---@field type "path"|"range"|"agent"|"command"

---@class chatls.wire.CompletionItem An item of LSP's completion; they come in the order in which they are to be shown.
---@field label string
---@field kind integer A CompletionItemKind of LSP: how it is drawn.
---@field detail? string
---@field sortText string
---@field filterText string What is typed is compared with this, the `@` or `/` included.
---@field textEdit chatls.wire.TextEdit
---@field data chatls.wire.CompletionData

---@class chatls.wire.CompletionList chat/complete. `isIncomplete`: ask again when more is typed.
---@field isIncomplete boolean
---@field items chatls.wire.CompletionItem[]

---@class chatls.wire.DeleteSessionParams chat/deleteSession: forget it, with all its turns.
---@field sessionId string

---@class chatls.wire.Diagnostic A diagnostic of LSP, of which these fields are read.
---@field range chatls.wire.Range
---@field message string
---@field severity? 1|2|3|4 Error, warning, information, hint.
---@field source? string

---@class chatls.wire.DiagnosticsAttachment What the editor's other servers say about a file.
---@field type "diagnostics"
---@field uri string

---@class chatls.wire.DocumentDiagnostics The diagnostics of one document.
---@field uri string
---@field diagnostics chatls.wire.Diagnostic[]

---@class chatls.wire.DoneEvent The turn ended well, or was cancelled.
---@field seq integer Counts from 0 without gaps within a turn.
---@field type "done"
---@field final string
---@field stopReason chatls.wire.StopReason
---@field stopMessage? string
---@field usage? chatls.wire.Usage
---@field timings chatls.wire.Timings

--- The last value of a token: how it ended. A tool run by chat/callTool ends with its `tool_result`.
---@class chatls.wire.End
---@field kind "end"
---@field message? string
---@field event chatls.wire.Event

---@class chatls.wire.ErrorEvent A fault, also one that a retry will heal. In `end` it is why the turn failed.
---@field seq integer Counts from 0 without gaps within a turn.
---@field type "error"
---@field error chatls.wire.Fault
---@field task? string The id of the call that this event's subtask belongs to.

---@class chatls.wire.Fault What went wrong. With `retryInMs` it is about to be tried again.
---@field code chatls.wire.Reason An open list: a client takes what it does not know for `internal`.
---@field message string
---@field hint? string
---@field retryable boolean
---@field attempt? integer
---@field retryInMs? integer

---@class chatls.wire.FileAttachment A file, or lines of it: as the editor has it where it is open, else from disk.
---@field type "file"
---@field uri string
---@field range? chatls.wire.Range
---@field implicit? boolean Attached by the client unasked: what cannot be read is left out, and the user is told.

---@class chatls.wire.FolderAttachment The listing of a folder.
---@field type "folder"
---@field uri string

--- chat/forkSession: begin another session with a copy of this one, up to and with a turn.
---@class chatls.wire.ForkSessionParams
---@field sessionId string
---@field turnId string

---@class chatls.wire.ForkSessionResult chat/forkSession: the new session.
---@field sessionId string

--- chat/getDiagnostics, from the server: what the editor's other servers say about a document, or about all.
---@class chatls.wire.GetDiagnosticsParams
---@field uri? string

---@class chatls.wire.GetDiagnosticsResult What there is to say; a document without diagnostics may be left out.
---@field items chatls.wire.DocumentDiagnostics[]

---@class chatls.wire.GetSessionParams chat/getSession: the newest turns, or those before a turn.
---@field sessionId string
---@field before? string `before` of the page that was read last.
---@field limit? integer How many at most.

---@class chatls.wire.GetSessionResult chat/getSession, oldest turn first; `before` where there are earlier ones.
---@field session chatls.wire.SessionInfo
---@field turns chatls.wire.Turn[]
---@field before? string

---@class chatls.wire.GetTurnParams chat/getTurn: what a client missed of a turn.
---@field sessionId string
---@field turnId string
---@field afterSeq? integer The number of an event; -1 stands before the first.

--- chat/getTurn. With `reset` it is the whole turn, since the numbers are no longer known.
---@class chatls.wire.GetTurnResult
---@field reset? true
---@field events chatls.wire.Event[]
---@field lastSeq integer The number of an event; -1 stands before the first.

--- What the user granted, or refused, for later calls; `label` is the sentence that was agreed to.
---@class chatls.wire.GrantInfo
---@field grantId string
---@field tool string
---@field scope "session"|"always"
---@field label string
---@field createdAt string

---@class chatls.wire.Hunk A part of a change that can be accepted by itself.
---@field id string
---@field uri string
---@field diff string

---@class chatls.wire.InvalidParamsData `data` of the error -32602.
---@field field string The path of the wrong field: "message.attachments[0].uri".
---@field expected string

---@class chatls.wire.ListAgentsResult chat/listAgents.
---@field agents chatls.wire.AgentInfo[]

--- chat/listGrants: those of this process's sessions, and those for good in this workspace.
---@class chatls.wire.ListGrantsResult
---@field grants chatls.wire.GrantInfo[]

---@class chatls.wire.ListModelsResult chat/listModels: what can be reached now.
---@field models chatls.wire.Model[]
---@field providers chatls.wire.ProviderState[]
---@field default string The model of a request that names none.

---@class chatls.wire.ListSessionsParams chat/listSessions: the sessions of this set of workspace folders.
---@field cursor? string nextCursor of the page before.
---@field limit? integer How many at most.
---@field query? string Words to look for in titles and messages.

---@class chatls.wire.ListSessionsResult chat/listSessions, the one used last first.
---@field sessions chatls.wire.SessionInfo[]
---@field nextCursor? string

---@class chatls.wire.ListToolsResult chat/listTools.
---@field tools chatls.wire.ToolInfo[]

---@class chatls.wire.Model A model that can be chosen now.
---@field id string provider/name
---@field provider string
---@field name string
---@field contextLength? integer In tokens.
---@field capabilities ("tools"|"thinking"|"vision")[]

---@class chatls.wire.NoParams A request that needs to be told nothing.

---@class chatls.wire.NoResult A request that has nothing to answer.

---@class chatls.wire.PhaseEvent The turn enters a phase.
---@field seq integer Counts from 0 without gaps within a turn.
---@field type "phase"
---@field phase chatls.wire.PhaseName
---@field message? string
---@field task? string The id of the call that this event's subtask belongs to.
---@field leftOut? integer The index of an implicit attachment that does not go along; `message` says why.

---@alias chatls.wire.Position lsp.Position

---@class chatls.wire.ProgressParams LSP's `$/progress` with a value of ours.
---@field token integer|string A token of LSP's progress; 1 is not "1".
---@field value chatls.wire.Begin|chatls.wire.Report|chatls.wire.End

---@class chatls.wire.ProviderState Whether a provider can be reached; if not, why, and what to do about it.
---@field id string
---@field reachable boolean
---@field reason? string
---@field hint? string

---@alias chatls.wire.Range lsp.Range

---@class chatls.wire.RenameSessionParams chat/renameSession: another title; it may run a turn.
---@field sessionId string
---@field title string White space becomes single spaces.

---@class chatls.wire.Report What happens. `message` is for people, `event` for programs.
---@field kind "report"
---@field message? string
---@field event chatls.wire.Event

---@class chatls.wire.RequestApprovalParams chat/requestApproval, from the server: may this tool call be done?
---@field approvalId string
---@field sessionId? string
---@field turnId? string
---@field toolCallId? string
---@field tool string
---@field kind "read"|"edit"|"delete"|"move"|"search"|"execute"|"think"|"fetch"|"other"
---@field title string
---@field detail string
---@field diff? string
---@field hunks? chatls.wire.Hunk[]
---@field options chatls.wire.ApprovalOption[]

---@class chatls.wire.RequestApprovalResult The user's answer. `hunks` are the ids of the accepted parts; absent: all.
---@field optionId string
---@field hunks? string[]

---@class chatls.wire.RequestFailedData `data` of the error -32803.
---@field reason chatls.wire.Reason An open list: a client takes what it does not know for `internal`.
---@field retryable boolean
---@field hint? string What to do about it, in one sentence.
---@field provider? string
---@field model? string
---@field status? integer The HTTP status of the model server.
---@field sessionId? string
---@field turnId? string
---@field final? string
---@field files? string[]

---@class chatls.wire.RevokeGrantParams chat/revokeGrant: take one back, from the next call on.
---@field grantId string

---@class chatls.wire.SaveDocumentsParams chat/saveDocuments, from the server: save these open documents.
---@field uris string[]

---@class chatls.wire.SaveDocumentsResult Which were saved, and which could not be.
---@field saved string[]
---@field failed string[]

---@class chatls.wire.SelectionAttachment Text that the user selected, with its place.
---@field type "selection"
---@field uri string
---@field range chatls.wire.Range
---@field text string
---@field implicit? boolean Attached by the client unasked: what cannot be read is left out, and the user is told.

---@class chatls.wire.ServerCapability `capabilities.experimental.chatls` of the server.
---@field protocol 1
---@field methods string[]

---@class chatls.wire.SessionInfo A session, without its turns.
---@field sessionId string
---@field title string
---@field createdAt string
---@field updatedAt string
---@field workspace string[] The workspace folders it began in.
---@field model string
---@field turns integer How many.
---@field busy boolean A turn is running.

--- chat/showPrompt: the next request of a session, with a message or without; the rest as in chat/stream.
---@class chatls.wire.ShowPromptParams
---@field sessionId? string Absent: that of a new session.
---@field message? chatls.wire.UserMessage What would be said next.
---@field agent? string
---@field model? string
---@field options? chatls.wire.StreamOptions

---@class chatls.wire.ShowPromptResult chat/showPrompt: what would be sent, and how long it is.
---@field model string
--- The body of the request as the model server gets it; always with `messages` and `options`.
---@field request table<string, any>
---@field tokens integer The length of the request, instructions and tools included.
---@field estimated true The length is an estimate; model servers count only what they run.
---@field contextLimit? integer The model's window, in tokens, where it has one.
---@field answerRoom? integer What of the window is kept for the answer.
---@field toSummarise? integer How many of the earlier turns would be summarised before: that is not done here.

---@class chatls.wire.StartEvent The turn was accepted.
---@field seq integer Counts from 0 without gaps within a turn.
---@field type "start"
---@field sessionId string
---@field turnId string
---@field agent string
---@field model string

---@class chatls.wire.StreamOptions Sampling options of one turn; what is left out comes from the configuration.
---@field temperature? number
---@field topP? number
---@field seed? integer
---@field maxTokens? integer
---@field think? boolean|"low"|"medium"|"high"|"max"

---@class chatls.wire.StreamParams chat/stream: one turn of a conversation.
---@field replaceTurnId? string This turn and later ones leave the conversation first.
---@field message? chatls.wire.UserMessage Absent only with replaceTurnId: the same message again.
---@field sessionId? string Absent: a new session.
---@field agent? string Which agent answers.
---@field model? string provider/model, split at the first slash.
---@field options? chatls.wire.StreamOptions
---@field workDoneToken? integer|string Absent: no progress, only the result.

---@class chatls.wire.StreamResult How a turn ended; an answer to a cancelled request too.
---@field sessionId string
---@field turnId string
---@field final string
---@field stopReason chatls.wire.StopReason
---@field stopMessage? string
---@field usage? chatls.wire.Usage
---@field timings chatls.wire.Timings
---@field lastSeq integer The number of an event; -1 stands before the first.

---@class chatls.wire.TextAttachment Any text, with a name for people.
---@field type "text"
---@field name string
---@field text string
---@field implicit? boolean Attached by the client unasked: what cannot be read is left out, and the user is told.

---@class chatls.wire.TextEdit A text edit of LSP, in the text of the params.
---@field range chatls.wire.Range
---@field newText string

---@class chatls.wire.ThinkingEvent Reasoning text, never part of the answer.
---@field seq integer Counts from 0 without gaps within a turn.
---@field type "thinking"
---@field data string
---@field task? string The id of the call that this event's subtask belongs to.

---@class chatls.wire.Timings Milliseconds; tokens a second of the generation alone.
---@field firstTokenMs? integer
---@field totalMs integer
---@field loadMs? integer
---@field promptMs? integer
---@field tokensPerSecond? number

---@class chatls.wire.TokenEvent Text of the answer: joined in order, those without `task` are the answer.
---@field seq integer Counts from 0 without gaps within a turn.
---@field type "token"
---@field data string
---@field task? string The id of the call that this event's subtask belongs to.

---@class chatls.wire.ToolCallEvent The model asked for a tool.
---@field seq integer Counts from 0 without gaps within a turn.
---@field type "tool_call"
---@field id string
---@field tool string
---@field args table<string, any>
---@field kind "read"|"edit"|"delete"|"move"|"search"|"execute"|"think"|"fetch"|"other"
---@field title string
---@field task? string The id of the call that this event's subtask belongs to.

---@class chatls.wire.ToolError Why a tool did not do what was asked.
---@field code string
---@field message string

---@class chatls.wire.ToolInfo A workspace tool; `inputSchema` is the JSON Schema of its arguments.
---@field name string
---@field description string
---@field kind "read"|"edit"|"delete"|"move"|"search"|"execute"|"think"|"fetch"|"other"
---@field inputSchema table<string, any>

---@class chatls.wire.ToolOutput What a tool returned.
---@field text string What the model sees, at most 32 KiB.
---@field truncated? boolean
---@field diff? string
---@field uris? string[]

---@class chatls.wire.ToolProgressEvent A status line, or output, of a running tool.
---@field seq integer Counts from 0 without gaps within a turn.
---@field type "tool_progress"
---@field id string
---@field status string
---@field data? string
---@field task? string The id of the call that this event's subtask belongs to.

---@class chatls.wire.ToolResultEvent How a tool call ended: exactly one for each `tool_call`.
---@field seq integer Counts from 0 without gaps within a turn.
---@field type "tool_result"
---@field id string
---@field tool string
---@field durationMs integer
---@field result? chatls.wire.ToolOutput
---@field error? chatls.wire.ToolError
---@field task? string The id of the call that this event's subtask belongs to.

---@class chatls.wire.Turn A turn as a client draws it; in its events neighbouring text is merged.
---@field turnId string
---@field message chatls.wire.UserMessage
---@field agent string
---@field model string
---@field state "running"|"done"|"cut"|"cancelled"|"failed"
---@field events chatls.wire.Event[]

--- chat/undoTurn: put back the files that a turn changed, take it and later turns out of the conversation, or both, the
---@class chatls.wire.UndoTurnParams
---@field sessionId string
---@field turnId string
---@field restore "files"|"conversation"|"both"

--- chat/undoTurn: what was undone. Nothing is left to do where a turn is undone twice: that is no error.
---@class chatls.wire.UndoTurnResult
---@field message string What was done, and what could not be: one line for people.
---@field files? string[] Those that were put back, written, deleted or moved; there where files were asked for.
---@field kept? string[] Those that stay as the turn left them: what they held before is not known (any more).
---@field turns? integer How many turns have left the conversation.

---@class chatls.wire.Usage Token counts as the model server reported them.
---@field promptTokens integer
---@field completionTokens integer
---@field contextTokens? integer
---@field contextLimit? integer

---@class chatls.wire.UsageEvent Token counts, when the model server reports them.
---@field seq integer Counts from 0 without gaps within a turn.
---@field promptTokens integer
---@field completionTokens integer
---@field contextTokens? integer
---@field contextLimit? integer
---@field type "usage"
---@field task? string The id of the call that this event's subtask belongs to.

---@class chatls.wire.UserMessage What the user says.
---@field attachments? chatls.wire.Attachment[]
---@field content string Empty only with attachments.
