/**
 * The reducer of the page: a state and a message of the host in, the next state out. Pure, and nothing of the page:
 * main.tsx calls it for every message, and draws what it returns at most once a frame.
 */
import type { ConversationSnapshot, TurnHead, TurnSnapshot } from "../../src/messages";
import type { SessionInfo } from "../../src/protocol";
import { finished, withEvents } from "./events";
import type { Message, State, TurnState } from "./model";

/** The state after a message that came at `now` (ms). */
export function reduce(state: State, message: Message, now: number): State {
  switch (message.type) {
    case "init":
      return began(state, message.state);
    case "turn":
      return withTurn(state, message.turnKey, (turn) =>
        headed(turn ?? newTurn(message.turnKey, message.turn), message.turn),
      );
    case "batch":
      return withTurn(state, message.turnKey, (turn) => turn && withEvents(turn, message.events, now));
    case "older":
      return {
        ...state,
        turns: [...unknown(state, message.turns).map(restored), ...state.turns],
        before: message.before,
      };
    case "removeTurns":
      return { ...state, turns: state.turns.filter((turn) => !message.turnKeys.includes(turn.key)) };
    case "session":
      return { ...state, sessionId: message.sessionId, title: message.title ?? state.title };
    case "approval":
      return { ...state, approvals: [...without(state, message.request.approvalId), message.request] };
    case "approvalClosed":
      return { ...state, approvals: without(state, message.approvalId) };
    case "connection":
      return { ...state, connection: message };
    default:
      return withList(state, message);
  }
}

type ListMessage = Exclude<
  Message,
  {
    type:
      | "init"
      | "turn"
      | "batch"
      | "older"
      | "removeTurns"
      | "session"
      | "approval"
      | "approvalClosed"
      | "connection";
  }
>;

/** What comes as a whole, and replaces what was there. */
function withList(state: State, message: ListMessage): State {
  switch (message.type) {
    case "models":
      return { ...state, models: message.models, model: message.chosen ?? state.model };
    case "agents":
      return { ...state, agents: message.agents, agent: message.chosen ?? state.agent };
    case "sessions":
      return {
        ...state,
        sessions: paged(state, message.sessions),
        nextCursor: message.nextCursor,
        isPaging: false,
      };
    case "page/moreSessions":
      return { ...state, isPaging: true };
    case "page/closeLists":
      return { ...state, sessions: undefined, nextCursor: undefined, grants: undefined };
    case "grants":
      return { ...state, grants: message.grants };
    case "completion":
      return { ...state, completion: message };
    case "context":
      return { ...state, chip: message.chip };
    case "queued":
      return { ...state, queued: message.text };
    case "folders":
      return { ...state, folders: message.uris };
    case "document":
      return { ...state, document: message };
    case "page/closeDocument":
      return { ...state, document: undefined };
    // For the input box alone, which hears of it by itself.
    case "focus":
    case "giveBack":
    case "insertPrompt":
      return state;
  }
}

/** Another conversation is shown; what is not of a conversation stays. */
function began(state: State, snapshot: ConversationSnapshot): State {
  return {
    ...state,
    generation: state.generation + 1,
    sessionId: snapshot.sessionId,
    title: snapshot.title,
    turns: snapshot.turns.map(restored),
    before: snapshot.before,
    model: snapshot.model ?? state.model,
    agent: snapshot.agent ?? state.agent,
    queued: undefined,
    document: undefined,
  };
}

/** The turn with this key made anew; turns that run are at the end, so it is looked for from there. */
function withTurn(
  state: State,
  key: string,
  next: (turn: TurnState | undefined) => TurnState | undefined,
): State {
  const at = state.turns.findLastIndex((turn) => turn.key === key);
  const turn = next(state.turns[at]);
  if (turn === undefined) {
    return state;
  }
  return { ...state, turns: at < 0 ? [...state.turns, turn] : state.turns.with(at, turn) };
}

function headed(turn: TurnState, head: TurnHead): TurnState {
  const result = head.result;
  const next: TurnState = {
    ...turn,
    head,
    usage: result?.usage ?? turn.usage,
    timings: result?.timings ?? turn.timings,
    stop: result === undefined ? turn.stop : { reason: result.stopReason, message: result.stopMessage },
  };
  return head.state === "running" ? next : finished(next);
}

function restored(snapshot: TurnSnapshot): TurnState {
  const turn = withEvents(newTurn(snapshot.turnKey, snapshot.head), snapshot.events, undefined);
  return headed(turn, snapshot.head);
}

function newTurn(key: string, head: TurnHead): TurnState {
  const nothing = {
    phase: undefined,
    retrying: undefined,
    fault: undefined,
    usage: undefined,
    timings: undefined,
  };
  return { key, head, items: [], ...nothing, stop: undefined, pace: undefined };
}

/** Those that are not shown yet. */
function unknown(state: State, turns: readonly TurnSnapshot[]): readonly TurnSnapshot[] {
  const keys = new Set(state.turns.map((turn) => turn.key));
  return turns.filter((turn) => !keys.has(turn.turnKey));
}

function without(state: State, approvalId: string): State["approvals"] {
  return state.approvals.filter((request) => request.approvalId !== approvalId);
}

/** A further page goes behind what is there; anything else replaces it. */
function paged(state: State, sessions: readonly SessionInfo[]): readonly SessionInfo[] {
  if (!state.isPaging || state.sessions === undefined) {
    return sessions;
  }
  const ids = new Set(sessions.map((session) => session.sessionId));
  return [...state.sessions.filter((session) => !ids.has(session.sessionId)), ...sessions];
}
