/**
 * Runs the tests in `host/` inside a real extension host, as VS Code itself runs an extension's tests: its workbench
 * loads the extension and the tests out of their folders, and tells here what they say and whether they passed.
 */
import { join } from "node:path";
import { format } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";

import { openWindow, type Window } from "./support/browser";
import { type CodeServer, startCodeServer } from "./support/codeServer";
import { hostPlace } from "./host/place";

/** What the workbench itself says. */
const NOISE = /^(Resolv|Creating a socket|Ignoring fetching|\[Service Worker\]|ChatSessionStore)/;
const EXTENSION = join(import.meta.dirname, "..");
let server: CodeServer;
let window: Window;

beforeAll(async () => {
  [server, window] = await Promise.all([startCodeServer(hostPlace), openWindow()]);
});

afterAll(async () => {
  await window.browser.close();
  await server.stop();
});

it("passes in the extension host", async () => {
  const { page } = window;
  const said: string[] = [];
  const over = new Promise<number>((resolve) => {
    void page.exposeFunction("codeAutomationLog", (_: string, words: unknown[]) =>
      said.push(format(...words)),
    );
    void page.exposeFunction("codeAutomationExit", resolve);
  });
  await page.addInitScript(allowTests);
  await page.goto(address());
  const code = await over;
  process.stdout.write(`${said.filter((line) => !NOISE.test(line)).join("\n")}\n`);
  expect(code, "the tests in the extension host failed: see above").toBe(0);
});

/** Has the workbench do what `address` tells it: newer ones ask for this sign, and code-server has no option for it. */
function allowTests(): void {
  document.addEventListener("readystatechange", () => {
    const element = document.getElementById("vscode-workbench-web-configuration");
    if (document.readyState !== "interactive" || element === null) return;
    const settings = JSON.parse(element.dataset["settings"] ?? "{}") as { developmentOptions?: object };
    settings.developmentOptions = { ...settings.developmentOptions, enableSmokeTestDriver: true };
    element.dataset["settings"] = JSON.stringify(settings);
  });
}

/** The workbench's address, with what it is to load. */
function address(): string {
  const remote = (path: string): string => `vscode-remote://${new URL(server.url).host}${encodeURI(path)}`;
  const payload = [
    ["extensionDevelopmentPath", remote(EXTENSION)],
    ["extensionTestsPath", remote(join(EXTENSION, "dist/host/index.js"))],
    ["skipWelcome", "true"],
  ];
  const query = new URLSearchParams({ folder: server.workspace, payload: JSON.stringify(payload) });
  return `${server.url}?${query.toString()}`;
}
