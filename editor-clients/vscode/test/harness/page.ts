/**
 * The webview without VS Code: plays the host, so that the page can be looked at, driven and measured in any browser.
 * `?theme=light&scene=answer` chooses VS Code's variables and what is said; `window.harness` says more and shows what
 * the page sent. Built and opened by open.mjs.
 */
import type { HostMessage, ViewMessage } from "../../src/messages";
import { ANSWERS, SCENES } from "./scenes";
import themes from "./themes.json";

interface Harness {
  readonly sent: ViewMessage[];
  readonly say: (message: HostMessage) => void;
}

declare global {
  interface Window {
    harness: Harness;
    acquireVsCodeApi: () => object;
  }
}

type ThemeName = keyof typeof themes;

const asked = new URLSearchParams(location.search);
const { classes, variables } = themes[(asked.get("theme") ?? "dark") as ThemeName];
document.body.className = classes;
for (const [name, value] of Object.entries(variables)) {
  document.documentElement.style.setProperty(name, value);
}
// VS Code draws the side bar behind the page.
document.documentElement.style.background = "var(--vscode-sideBar-background)";

const sent: ViewMessage[] = [];
const say = (message: HostMessage): void => {
  window.postMessage(message, "*");
};
window.harness = { sent, say };
let state: unknown;
window.acquireVsCodeApi = () => ({
  getState: () => state,
  setState: (next: unknown) => {
    state = next;
  },
  postMessage: (message: ViewMessage) => {
    sent.push(message);
    if (message.type === "ready") {
      SCENES[asked.get("scene") ?? "answer"]?.forEach(say);
    }
    const answer = ANSWERS[message.type];
    if (answer !== undefined) {
      say(message.type === "complete" ? ({ ...answer, id: message.id } as HostMessage) : answer);
    }
  },
});
