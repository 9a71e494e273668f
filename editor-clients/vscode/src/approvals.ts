/**
 * The server's open questions (`chat/requestApproval`), and who may answer them. An answer counts only for a question
 * that is open and for an option that was offered: the webview draws the questions, but cannot approve on its own word.
 * The server's requests come from serverRequests.ts, the answers from the panel.
 */
import { type CancellationToken, type Disposable, EventEmitter, window, workspace } from "vscode";

import type { RequestApprovalParams, RequestApprovalResult } from "./protocol";

/** Where questions are shown. */
export interface ApprovalView {
  readonly visible: boolean;
  reveal(): Thenable<unknown>;
}

/** Shows a sentence and buttons; answers which was pressed. */
export type Tell = (message: string, ...buttons: string[]) => Thenable<string | undefined>;

interface Pending {
  readonly request: RequestApprovalParams;
  readonly settle: (result: RequestApprovalResult) => void;
}

/** No option has this id: the server takes it for none. */
const WITHDRAWN: RequestApprovalResult = { optionId: "withdrawn" };
const REVIEW = "Review";

export class Approvals implements Disposable {
  private readonly pending = new Map<string, Pending>();
  private readonly opened = new EventEmitter<RequestApprovalParams>();
  private readonly closed = new EventEmitter<string>();

  readonly onDidOpen = this.opened.event;
  /** Carries the `approvalId`, also after an answer. */
  readonly onDidClose = this.closed.event;

  constructor(
    private readonly view: ApprovalView,
    private readonly tell: Tell = (message, ...buttons) => window.showWarningMessage(message, ...buttons),
  ) {}

  /** Those that wait for an answer, oldest first. */
  get open(): readonly RequestApprovalParams[] {
    return Array.from(this.pending.values(), ({ request }) => request);
  }

  get(approvalId: string): RequestApprovalParams | undefined {
    return this.pending.get(approvalId)?.request;
  }

  /**
   * Waits for the user as long as it takes; a cancelled or closed question is answered with nothing that was offered.
   * So is every question in a workspace that is not trusted.
   */
  ask(request: RequestApprovalParams, token: CancellationToken): Promise<RequestApprovalResult> {
    if (!workspace.isTrusted) {
      return Promise.resolve(WITHDRAWN);
    }
    return new Promise((resolve) => {
      const cancelled = token.onCancellationRequested(() => {
        this.close(request.approvalId);
      });
      const settle = (result: RequestApprovalResult) => {
        cancelled.dispose();
        resolve(result);
      };
      this.close(request.approvalId);
      this.pending.set(request.approvalId, { request, settle });
      this.opened.fire(request);
      if (!this.view.visible) {
        void this.notify(request);
      }
    });
  }

  /** The user's answer. `false`: no such question is open, or this is no answer to it; then nothing happens. */
  answer(approvalId: string, optionId: string, hunks?: readonly string[]): boolean {
    const pending = this.pending.get(approvalId);
    if (pending === undefined || !offered(pending.request, optionId, hunks)) {
      return false;
    }
    this.settle(pending, { optionId, ...(hunks === undefined ? {} : { hunks }) });
    return true;
  }

  /** The server withdrew the question, or is gone. */
  close(approvalId: string): void {
    const pending = this.pending.get(approvalId);
    if (pending !== undefined) {
      this.settle(pending, WITHDRAWN);
    }
  }

  /** Where questions are shown is hidden now: those that are open must not wait unseen. */
  remind(): void {
    for (const { request } of this.pending.values()) {
      void this.notify(request);
    }
  }

  closeAll(): void {
    for (const approvalId of [...this.pending.keys()]) {
      this.close(approvalId);
    }
  }

  dispose(): void {
    this.closeAll();
    this.opened.dispose();
    this.closed.dispose();
  }

  private settle({ request, settle }: Pending, result: RequestApprovalResult): void {
    this.pending.delete(request.approvalId);
    settle(result);
    this.closed.fire(request.approvalId);
  }

  /** A notification has no room for a diff, and so none for a yes: it leads to the panel, or rejects. */
  private async notify(request: RequestApprovalParams): Promise<void> {
    const reject = request.options.find(({ kind }) => kind === "reject_once");
    const buttons = [REVIEW, ...(reject === undefined ? [] : [reject.label])];
    const pressed = await this.tell(`chatls asks: ${request.title}`, ...buttons);
    if (pressed === REVIEW) {
      await this.view.reveal();
    } else if (pressed !== undefined && reject !== undefined) {
      this.answer(request.approvalId, reject.id);
    }
  }
}

function offered(request: RequestApprovalParams, optionId: string, hunks?: readonly string[]): boolean {
  const option = request.options.find(({ id }) => id === optionId);
  if (option === undefined || hunks === undefined) {
    return option !== undefined;
  }
  // Parts of a change can be allowed this once; a grant for later is for all of it.
  return option.kind === "allow_once" && hunks.every((hunk) => request.hunks?.some(({ id }) => id === hunk));
}
