// How smooth a long answer is: 10,000 tokens at 500 a second through the page of the harness, one kind of text after
// another; prints what frames, CPU and heap did, and fails where a task of the page took 50 ms of CPU.
// node test/harness/frames.mjs [KIND…]
import { built, launched, opened } from "./open.mjs";

const TOKENS = 10_000;
const PER_SECOND = 500;
const BATCH_MS = 16;
const MOST_MS = 50;

/** Characters of a token, as in English and code. */
const TOKEN = 4;

/** Text that is repeated until it is long enough; of a fence and a table the head comes once. */
const KINDS = {
  mixed:
    "## Part\n\nSome **bold** words and `code` in a paragraph that goes on for a while, as they do, and then ends.\n\n" +
    "```python\ndef total(self) -> Money:\n    return sum(item.price * item.count for item in self.items)  # all\n```\n\n" +
    "- one thing, with `code`\n- and another one\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n",
  code: "    value = compute(x, 'text')  # why\n    for item in items:\n        yield item\n\n",
  list: "- an item with **words** and `code`\n",
  table: "| a cell | another `cell` |\n",
  paragraph: "words and **more** words and `code` and so on. ",
  nested: "1. First do this, with `code`:\n\n   ```sh\n   ls -l | wc\n   ```\n\n",
};
const HEADS = { code: "```python\n", table: "| a | b |\n|---|---|\n" };

function tokensOf(kind) {
  const most = TOKENS * TOKEN;
  const text = ((HEADS[kind] ?? "") + KINDS[kind].repeat(Math.ceil(most / KINDS[kind].length))).slice(
    0,
    most,
  );
  return Array.from({ length: TOKENS }, (_, index) => text.slice(index * TOKEN, (index + 1) * TOKEN));
}

const kinds = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(KINDS);
const folder = await built();
const browser = await launched();
for (const kind of kinds) {
  const page = await opened(browser, folder, { width: 400, scene: "empty" });
  await browser.startTracing(page, { categories: ["disabled-by-default-devtools.timeline"] });
  const found = await page.evaluate(stream, {
    tokens: tokensOf(kind),
    perSecond: PER_SECOND,
    batchMs: BATCH_MS,
  });
  const tasks = cpuOfTasks(JSON.parse((await browser.stopTracing()).toString()).traceEvents);
  console.log(
    `${kind}: ${found.frames} frames, p50 ${found.p50} ms, p99 ${found.p99} ms, longest ${found.longest} ms; ` +
      `CPU of the page's tasks: p99 ${tasks.p99} ms, longest ${tasks.longest} ms; ` +
      `heap ${found.heap} MB, ${found.elements} elements`,
  );
  if (tasks.longest >= MOST_MS) process.exitCode = 1;
  await page.close();
}
await browser.close();

/** Milliseconds of CPU that tasks of the page's main thread took: the same on a busy machine. */
function cpuOfTasks(events) {
  const isMain = ({ name, args }) => name === "thread_name" && args.name === "CrRendererMain";
  const threads = new Set(events.filter(isMain).map(({ pid, tid }) => `${pid}/${tid}`));
  const times = events
    .filter(
      ({ name, pid, tid, tdur }) => name === "RunTask" && tdur !== undefined && threads.has(`${pid}/${tid}`),
    )
    .map(({ tdur }) => tdur / 1000)
    .sort((a, b) => a - b);
  return { p99: rounded(times[Math.floor(times.length * 0.99)]), longest: rounded(times.at(-1)) };
}

function rounded(value) {
  return Math.round(value * 10) / 10;
}

/** Runs in the page: plays the host, and measures from frame to frame. */
async function stream({ tokens, perSecond, batchMs }) {
  const turn = { message: { content: "Go on." }, agent: "chat", model: "a/b" };
  window.harness.say({ type: "turn", turnKey: "k", turn: { ...turn, state: "running" } });
  const gaps = [];
  let last = performance.now();
  let isRunning = true;
  requestAnimationFrame(function frame(now) {
    gaps.push(now - last);
    last = now;
    if (isRunning) requestAnimationFrame(frame);
  });
  const start = performance.now();
  let sent = 0;
  while (sent < tokens.length) {
    const due = Math.min(tokens.length, Math.floor(((performance.now() - start) / 1000) * perSecond));
    const events = tokens.slice(sent, due).map((data, index) => ({ type: "token", seq: sent + index, data }));
    sent = due;
    window.harness.say({ type: "batch", turnKey: "k", events });
    await new Promise((resolve) => setTimeout(resolve, batchMs));
  }
  window.harness.say({ type: "turn", turnKey: "k", turn: { ...turn, state: "done" } });
  await new Promise((resolve) => setTimeout(resolve, 500));
  isRunning = false;
  const sorted = gaps.slice(5).sort((a, b) => a - b);
  const at = (part) => Math.round(sorted[Math.floor((sorted.length - 1) * part)] * 10) / 10;
  return {
    frames: sorted.length,
    p50: at(0.5),
    p99: at(0.99),
    longest: at(1),
    heap: Math.round(performance.memory.usedJSHeapSize / 2 ** 20),
    elements: document.querySelectorAll("*").length,
  };
}
