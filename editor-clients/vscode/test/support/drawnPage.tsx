/**
 * The page drawn in a document without a browser: the host's messages go in, what the page sends is kept. Used by the tests
 * of the webview.
 */
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, vi } from "vitest";

import type { HostMessage, ViewMessage } from "../../src/messages";
import { NOTHING, type State } from "../../webview/state/model";
import { reduce } from "../../webview/state/store";
import { repaired } from "../harness/turns";

/** What the page has sent. */
export const sent: ViewMessage[] = [];
vi.stubGlobal("acquireVsCodeApi", () => ({
  postMessage: (message: ViewMessage) => sent.push(message),
  getState: () => undefined,
  setState: () => undefined,
}));
vi.stubGlobal(
  "ResizeObserver",
  class {
    observe = (): void => undefined;
    disconnect = (): void => undefined;
  },
);
Element.prototype.scrollIntoView = () => undefined;
const { App } = await import("../../webview/components/App");

export async function show(...messages: readonly HostMessage[]): Promise<State> {
  const state = messages.reduce((before: State, message) => reduce(before, message, 0), NOTHING);
  await act(() => {
    render(<App state={state} dispatch={() => undefined} />, document.body);
  });
  return state;
}

export function button(name: string): HTMLButtonElement {
  const found = [...document.querySelectorAll("button")].find(
    (element) => element.getAttribute("aria-label") === name || element.textContent === name,
  );
  if (found === undefined) {
    throw new Error(`There is no button ${name}.`);
  }
  return found;
}

export async function press(name: string): Promise<void> {
  await act(() => {
    button(name).click();
  });
}

export async function type(text: string): Promise<HTMLTextAreaElement> {
  const box = document.querySelector("textarea");
  if (box === null) {
    throw new Error("There is no input box.");
  }
  await act(() => {
    box.value = text;
    box.setSelectionRange(text.length, text.length);
    box.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });
  return box;
}

export async function key(box: HTMLElement, name: string, more: KeyboardEventInit = {}): Promise<void> {
  await act(() => {
    box.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, ...more }));
  });
}

/** All is well. */
export const ready = { type: "connection", state: "ready" } as const;
/** A conversation of one turn. */
export const init = { type: "init", state: { sessionId: "s", turns: [repaired] } } as const;

beforeEach(() => {
  sent.length = 0;
});
afterEach(() => {
  render(null, document.body);
});
