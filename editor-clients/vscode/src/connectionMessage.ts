/**
 * The state of the server as the panel's one message about it, with the buttons that help. Pure. Called by announce.ts.
 */
import type { ConnectionState } from "./connection";
import type { HostMessage } from "./messages";
import { type Problem, buttons, outdated } from "./problems";

/** `note`: what stands in the way although the server runs. */
export function connectionMessage(
  state: ConnectionState,
  note: Problem | undefined,
): HostMessage & { type: "connection" } {
  switch (state.kind) {
    case "stopped":
      return { type: "connection", state: "stopped" };
    case "starting":
      return { type: "connection", state: "starting", ...(state.message && { message: state.message }) };
    case "failed":
      return { type: "connection", state: "failed", ...said(state.problem) };
    case "ready": {
      const { command, version } = state.server;
      const problem = command.outdated === true ? outdated(version) : note;
      return { type: "connection", state: "ready", ...(problem && said(problem)) };
    }
  }
}

function said(problem: Problem): { message: string; actions: ReturnType<typeof buttons> } {
  return { message: problem.message, actions: buttons(problem) };
}
