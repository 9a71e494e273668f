/**
 * The page's way to the extension host: typed messages out, messages in, and the little that is kept while the view is
 * hidden or moved. Nothing else may touch VS Code's webview API. Called by main.tsx and by components.
 */
import type { HostMessage, ViewMessage } from "../src/messages";

/** What the page remembers by itself: what was typed and not sent. The conversation is the host's to remember. */
export interface Saved {
  readonly draft?: string;
}

interface WebviewApi {
  postMessage(message: ViewMessage): void;
  getState(): Saved | undefined;
  setState(state: Saved): void;
}

declare function acquireVsCodeApi(): WebviewApi;

const api = acquireVsCodeApi();

export function post(message: ViewMessage): void {
  api.postMessage(message);
}

export function saved(): Saved {
  return api.getState() ?? {};
}

export function save(state: Saved): void {
  api.setState(state);
}

/** Calls the listener with every message of the host; the function it returns ends that. */
export function onHostMessage(listener: (message: HostMessage) => void): () => void {
  const receive = (event: MessageEvent<HostMessage>): void => {
    listener(event.data);
  };
  window.addEventListener("message", receive);
  return () => {
    window.removeEventListener("message", receive);
  };
}

/** For a button: sends the message when it is pressed. */
export function posting(message: ViewMessage): () => void {
  return () => {
    post(message);
  };
}
