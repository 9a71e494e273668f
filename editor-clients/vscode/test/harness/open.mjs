// Builds the page of the harness into a folder and opens it in Chromium (CHROMIUM, else the one on PATH's usual place).
// Used by look.mjs and frames.mjs.
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { build } from "esbuild";
import { chromium } from "playwright-core";

const HTML = `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; script-src 'self'">
<title>chatls</title><link rel="stylesheet" href="webview.css"></head>
<body><script src="page.js"></script><script src="webview.js"></script></body></html>`;

/** @returns {Promise<string>} the folder of the built page */
export async function built() {
  const folder = await mkdtemp(join(tmpdir(), "chatls-harness-"));
  await build({
    entryPoints: { page: "test/harness/page.ts", webview: "webview/main.tsx" },
    outdir: folder,
    bundle: true,
    minify: true,
    format: "iife",
    target: "chrome132",
    jsx: "automatic",
    jsxImportSource: "preact",
    logLevel: "warning",
  });
  await writeFile(join(folder, "index.html"), HTML);
  return folder;
}

export function launched() {
  const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  });
}

/** A page of this width that plays a scene. */
export async function opened(browser, folder, { width, height = 900, theme = "dark", scene = "answer" }) {
  const page = await browser.newPage({ viewport: { width, height }, reducedMotion: "reduce" });
  page.on("pageerror", (error) => console.error(`${scene}: ${error.stack ?? error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning")
      console.error(`${scene}: ${message.text()}`);
  });
  await page.route("http://harness/**", (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    return route.fulfill({ path: join(folder, name === "" ? "index.html" : name) });
  });
  await page.goto(`http://harness/?theme=${theme}&scene=${scene}`);
  await page.getByRole("log").waitFor();
  await page.waitForTimeout(150);
  return page;
}
