/**
 * A real Chromium in which nothing leaves the machine: requests for other hosts are refused and remembered. What a page
 * shows is not known here. Used by `workbench.ts` and the tests of the extension host.
 */
import { chromium, type Browser, type Page } from "playwright-core";

import { given } from "./codeServer";

/** A browser with one page. */
export interface Window {
  readonly browser: Browser;
  readonly page: Page;
  /** Addresses of other hosts that were asked for, and refused. */
  readonly outside: string[];
  /** Faults that no script caught, and errors that the page wrote to its console. */
  readonly faults: string[];
}

const QUIET = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-dev-shm-usage",
  "--disable-gpu",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
  "--no-sandbox",
];

/** Opens a window of this size, in pixels. */
export async function openWindow(width = 1280, height = 800): Promise<Window> {
  const browser = await chromium.launch({ executablePath: given("CHROMIUM"), args: QUIET });
  const context = await browser.newContext({
    viewport: { width, height },
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const outside: string[] = [];
  const faults: string[] = [];
  await context.route(isOutside, async (route) => {
    outside.push(route.request().url());
    await route.abort();
  });
  page.on("pageerror", (error) => faults.push(error.stack ?? error.message));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  return { browser, page, outside, faults };
}

/** VS Code's own names for what its service worker serves look like another host, but no request leaves for them. */
function isOutside(url: URL): boolean {
  const local = /^(127\.0\.0\.1|localhost|.*\.localhost|.*\.vscode-resource\.vscode-cdn\.net)$/;
  return /^(https?|wss?):$/.test(url.protocol) && !local.test(url.hostname);
}
