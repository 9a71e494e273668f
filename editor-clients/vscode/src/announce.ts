/**
 * How the state of the server is said: in the panel as one message with the buttons that help, and in the status bar.
 * Called whenever the state, the models or the folders change, and when a webview has come up.
 */
import type { ConnectionState } from "./connection";
import type { HostMessage } from "./messages";
import type { Parts } from "./parts";
import { type Problem, buttons, outdated } from "./problems";

export function announce({ connection, catalog, chats, status, post }: Parts): void {
  post(connectionMessage(connection.state, catalog.problem()));
  status.show(connection.state, chats.active.isRunning);
}

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
