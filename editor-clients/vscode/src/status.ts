/**
 * The status bar item: one look at whether the server is there and whether an answer is under way. It opens the panel,
 * where the rest is said. Made by extension.ts.
 */
import { type Disposable, StatusBarAlignment, type StatusBarItem, ThemeColor, window } from "vscode";

import type { ConnectionState } from "./connection";
import { VIEW } from "./panel";

export class Status implements Disposable {
  private readonly item: StatusBarItem;

  constructor() {
    this.item = window.createStatusBarItem("chatls.status", StatusBarAlignment.Right, 90);
    this.item.name = "chatls";
    this.item.command = `${VIEW}.focus`;
    this.show({ kind: "stopped" }, false);
    this.item.show();
  }

  /** `answering`: a turn runs. */
  show(state: ConnectionState, answering: boolean): void {
    const { icon, tooltip, failed } = look(state, answering);
    this.item.text = `$(${icon}) chatls`;
    this.item.tooltip = tooltip;
    this.item.accessibilityInformation = { label: tooltip, role: "button" };
    this.item.backgroundColor =
      failed === true ? new ThemeColor("statusBarItem.warningBackground") : undefined;
  }

  dispose(): void {
    this.item.dispose();
  }
}

interface Look {
  readonly icon: string;
  readonly tooltip: string;
  readonly failed?: boolean;
}

function look(state: ConnectionState, answering: boolean): Look {
  switch (state.kind) {
    case "stopped":
      return { icon: "circle-outline", tooltip: "chatls: the server does not run" };
    case "starting":
      return { icon: "loading~spin", tooltip: `chatls: ${state.message ?? "the server starts"}` };
    case "ready":
      return answering
        ? { icon: "loading~spin", tooltip: "chatls: an answer is under way" }
        : { icon: "comment-discussion", tooltip: `chatls ${state.server.version} is ready` };
    case "failed":
      return { icon: "warning", tooltip: `chatls: ${state.problem.message}`, failed: true };
  }
}
