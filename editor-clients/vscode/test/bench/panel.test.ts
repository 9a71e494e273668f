/**
 * Measures the panel in a real VS Code, and writes the figures as JSON where `FIGURES` says: how long a word takes from
 * the server to the page, what frames and memory do under a long answer, how long activation takes. No limits here:
 * `tests/bench/vscode.py` has them, and calls this.
 */
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";

import { given } from "../support/codeServer";
import type { Panel } from "../support/panel";
import { script } from "../support/scripts";
import { Workbench } from "../support/workbench";

const STEADY = 2000;
const LONG = 10_000;
const WINDOWS = 8;
const figures: Record<string, number | number[]> = {};
const folder = mkdtempSync(join(tmpdir(), "vscode-bench-"));
const log = join(folder, "words.txt");

let workbench: Workbench;
let panel: Panel;

function words(count: number): string {
  // As answers are: paragraphs, a list now and then, code.
  const break_ = (index: number): string => {
    if (index % 400 === 399) return "\n\n```python\nx = 1\n```\n\n";
    return index % 60 === 59 ? "\n\n" : " ";
  };
  return Array.from({ length: count }, (_, index) => `w${index}${break_(index)}`).join("");
}

beforeAll(async () => {
  const server = join(folder, "chatls");
  const timed = join(import.meta.dirname, "timed_server.mjs");
  writeFileSync(
    server,
    `#!/bin/sh\nexec "${process.execPath}" "${timed}" "${log}" "${given("CHATLS")}" "$@"\n`,
  );
  chmodSync(server, 0o755);
  workbench = await Workbench.open({
    scripts: {
      steady: script([[{ text: words(STEADY) }]], 100),
      long: script([[{ text: words(LONG) }]], 500),
    },
    settings: { "chatls.serverPath": server },
  });
  panel = await workbench.panel();
});

afterAll(async () => {
  writeFileSync(given("FIGURES"), JSON.stringify(figures));
  await workbench.close("bench");
});

/**
 * Has the page note the time between its frames, and when each word was there to be seen: not when it came into the
 * document, but when the frame that shows it was painted.
 */
async function watch(frame: Frame): Promise<void> {
  await frame.evaluate(() => {
    const seen: [number, number][] = [];
    const frames: number[] = [];
    let last = performance.now();
    let next = 0;
    let drawn = 0;
    const tick = (now: number): void => {
      frames.push(now - last);
      last = now;
      requestAnimationFrame(tick);
    };
    // A message that is sent while a frame is made comes when it has been painted.
    const afterPaint = new MessageChannel();
    afterPaint.port1.onmessage = () => {
      const now = performance.timeOrigin + performance.now();
      for (; next < drawn; next += 1) seen.push([next, now]);
    };
    const look = (): void => {
      const answer = document.querySelector("[role=log] article:last-of-type .answer");
      const text = answer?.querySelector(".text-group:last-child")?.textContent ?? "";
      const newest = Number(/\bw(\d+)\s*$/.exec(text.trimEnd())?.[1] ?? -1);
      if (newest < drawn) return;
      drawn = newest + 1;
      afterPaint.port2.postMessage(undefined);
    };
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    });
    requestAnimationFrame(tick);
    Object.assign(window, { watched: { seen, frames } });
  });
}

interface Watched {
  readonly seen: readonly (readonly [number, number])[];
  readonly frames: readonly number[];
}

async function watched(): Promise<Watched> {
  return await panel.frame.evaluate(() => (window as unknown as { watched: Watched }).watched);
}

/** Of the page's script, after what is rubbish has been taken away, in bytes. */
async function heap(): Promise<number> {
  const session = await workbench.page.context().newCDPSession(panel.frame.page());
  await session.send("HeapProfiler.collectGarbage");
  const size = await panel.frame.evaluate(
    () => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize,
  );
  await session.detach();
  return size;
}

it("takes so long from the server to the page", async () => {
  await watch(panel.frame);
  await panel.ask("Be steady");
  const { seen } = await watched();
  const sent = new Map(
    readFileSync(log, "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split(" ").map(Number) as [number, number])
      .reverse(),
  );
  const latencies = seen.flatMap(([word, at]) => {
    const from = sent.get(word);
    return from === undefined ? [] : [at - from];
  });
  expect(latencies.length).toBeGreaterThan(STEADY * 0.8);
  figures["latencies"] = latencies;
}, 60_000);

it("draws a long answer so smoothly", async () => {
  await panel.newChat();
  await panel.choose("long");
  figures["heapBefore"] = await heap();
  const begun = (await watched()).frames.length;
  await panel.ask("Be long");
  figures["frames"] = (await watched()).frames.slice(begun);
  figures["heapAfter"] = await heap();
  figures["nodes"] = await panel.frame.evaluate(() => document.querySelectorAll("*").length);
}, 150_000);

/** What VS Code itself says of the activation in this window, in ms. */
async function activation(): Promise<number> {
  await workbench.command("Developer: Show Running Extensions");
  const row = workbench.page.locator(".runtime-extensions-editor .extension").filter({ hasText: "chatls" });
  const text = await row.locator(".activation-time").innerText();
  await workbench.command("View: Close All Editors"); // else it is there again in the next window
  return Number(/(\d+)\s*ms/.exec(text)?.[1]);
}

it("is activated so fast", async () => {
  const activations = [await activation()];
  while (activations.length < WINDOWS) {
    await workbench.load();
    await workbench.panel();
    activations.push(await activation());
  }
  figures["activations"] = activations;
}, 120_000);
