/**
 * The webview view of the chat: its page with a strict content security policy, and the two directions of messages. What
 * the webview says is checked against its schema before anybody sees it; what it means is not known here. The handlers
 * come from extension.ts.
 */
import { randomBytes } from "node:crypto";

import {
  type Disposable,
  EventEmitter,
  type LogOutputChannel,
  Uri,
  type Webview,
  type WebviewView,
  type WebviewViewProvider,
  commands,
  window,
} from "vscode";
import * as v from "valibot";

import { told } from "./faults";
import { type HostMessage, type ViewHandlers, type ViewMessage, viewMessage } from "./messages";
import { ProblemError } from "./problems";

export const VIEW = "chatls.chat";

export class Panel implements WebviewViewProvider, Disposable {
  private view: WebviewView | undefined;
  private handlers: ViewHandlers | undefined;
  private readonly shown = new EventEmitter<boolean>();

  readonly onDidChangeVisibility = this.shown.event;

  constructor(
    private readonly extension: Uri,
    private readonly log: LogOutputChannel,
  ) {}

  get visible(): boolean {
    return this.view?.visible ?? false;
  }

  /** Show the view, and put the cursor into its input box. */
  async reveal(): Promise<void> {
    await commands.executeCommand(`${VIEW}.focus`);
    this.post({ type: "focus" });
  }

  /** Who answers the webview from now on. */
  answerWith(handlers: ViewHandlers): void {
    this.handlers = handlers;
  }

  /** Tell the webview; where there is none the message is dropped, since `ready` brings everything. */
  post(message: HostMessage): void {
    void this.view?.webview.postMessage(message);
  }

  resolveWebviewView(view: WebviewView): void {
    this.view = view;
    const { webview } = view;
    webview.options = { enableScripts: true, localResourceRoots: [Uri.joinPath(this.extension, "dist")] };
    const listening = webview.onDidReceiveMessage((message: unknown) => this.receive(message));
    const watching = view.onDidChangeVisibility(() => {
      this.shown.fire(view.visible);
    });
    view.onDidDispose(() => {
      listening.dispose();
      watching.dispose();
      if (this.view === view) {
        this.view = undefined;
      }
    });
    webview.html = page(webview, Uri.joinPath(this.extension, "dist"));
    this.shown.fire(view.visible);
  }

  dispose(): void {
    this.shown.dispose();
  }

  private async receive(message: unknown): Promise<void> {
    const checked = v.safeParse(viewMessage, message);
    if (!checked.success) {
      const [issue] = checked.issues;
      this.log.warn(`a message of the webview was dropped: ${v.getDotPath(issue) ?? "it"}: ${issue.message}`);
      return;
    }
    try {
      await this.handle(checked.output);
    } catch (error) {
      this.log.warn(`${checked.output.type}: ${told(error)}`);
      if (!(error instanceof ProblemError)) {
        void window.showErrorMessage(told(error)); // problems are shown by the panel itself
      }
    }
  }

  private async handle(message: ViewMessage): Promise<void> {
    const handler = this.handlers?.[message.type] as
      ((message: ViewMessage) => void | Promise<void>) | undefined;
    await handler?.(message);
  }
}

function page(webview: Webview, dist: Uri): string {
  const nonce = randomBytes(16).toString("base64");
  const file = (name: string): string => webview.asWebviewUri(Uri.joinPath(dist, name)).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="stylesheet" href="${file("webview.css")}">
    <script nonce="${nonce}" src="${file("webview.js")}" defer></script>
    <title>chatls</title>
  </head>
  <body></body>
</html>`;
}
