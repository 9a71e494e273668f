/**
 * A conversation: what is typed is answered, and the answer can be watched, stopped, and found again.
 */
import { afterAll, beforeAll, expect, it } from "vitest";

import type { Panel } from "../support/panel";
import { script } from "../support/scripts";
import { until } from "../support/waiting";
import { Workbench } from "../support/workbench";

const STORY = "Once upon a time a parser met a token it did not know and asked the lexer for advice".split(
  " ",
);
const story = script([[{ text: STORY.join(" ") }]], 20);
const endless = script([[{ text: Array.from({ length: 2000 }, (_, i) => `word${i}`).join(" ") }]], 20);
const tools = script([
  [
    { thinking: "The file has to be read." },
    { text: "Let me look." },
    { tool: "read_file", args: { path: "notes.txt" } },
  ],
  [{ text: "It has **three** lines:\n\n```python\nprint(3)\n```\n" }],
]);

let workbench: Workbench;
let panel: Panel;

beforeAll(async () => {
  workbench = await Workbench.open({
    files: { "notes.txt": "one\ntwo\nthree\n" },
    scripts: { story, endless, tools },
  });
  panel = await workbench.panel();
});

afterAll(async () => {
  await workbench.close("conversation");
});

it("shows an answer word by word", async () => {
  await panel.send("Tell me a story");
  const shown = await panel.growth(panel.text, STORY.at(-1) ?? "");
  expect(shown.length).toBeGreaterThan(5);
  for (const [index, text] of shown.slice(1).entries())
    expect(text.length).toBeGreaterThan(shown[index]?.length ?? 0);
  await panel.ended();
  expect(await panel.answer.innerText()).toContain(STORY.join(" "));
});

it("shows what a tool was asked and what it said", async () => {
  await panel.newChat();
  await panel.choose("tools");
  await panel.ask("What is in the notes?");
  const card = panel.answer.locator("details.tool");
  expect(await card.locator("summary").innerText()).toContain("notes.txt");
  await card.locator("summary").click();
  await card.getByText("two").waitFor();
  expect(await panel.answer.locator("strong").innerText()).toBe("three");
  expect(await panel.answer.locator(".code-block code").innerText()).toContain("print(3)");
});

it("stops an answer and keeps what had come", async () => {
  await panel.newChat();
  await panel.choose("endless");
  await panel.send("Go on and on");
  await panel.answer.getByText("word10").waitFor();
  await panel.button("Stop").click();
  await panel.turn.getByText("Stopped.").waitFor();
  const kept = await panel.answer.innerText();
  expect(kept).toContain("word0 word1 word2");
  expect(kept).not.toContain("word1999");
});

it("keeps one message for later while an answer runs, and has it in the box again when it is taken back", async () => {
  await panel.send("Once more");
  await panel.answer.getByText("word5").waitFor();
  await panel.send("And then this");
  const waiting = panel.frame.getByRole("group", { name: "Waiting message" });
  await waiting.getByText("And then this").waitFor();
  await panel.input.fill("Typed meanwhile");
  await panel.button("Take the waiting message back").click();
  await waiting.waitFor({ state: "detached" });
  await expect.poll(() => panel.input.inputValue()).toBe("Typed meanwhile\n\nAnd then this");
  await panel.button("Stop").click();
  await panel.ended();
  await panel.input.fill("");
});

it("keeps every word of an answer over a reload of the window, and goes on with it", async () => {
  await panel.newChat();
  await panel.choose("endless");
  await panel.send("Before the reload");
  await panel.answer.getByText("word20").waitFor();
  const seen = await panel.text.innerText();
  await workbench.load();
  panel = await workbench.panel();
  await panel.turn.getByText("Before the reload").waitFor();
  const kept = await until("the answer is there again", async () => {
    const text = await panel.text.innerText();
    return text.includes("word20") ? text : undefined;
  });
  expect(kept.startsWith(seen.slice(0, -10))).toBe(true);
  await panel.turn.getByRole("button", { name: "Continue" }).click();
  await panel.answer.getByText("word3").waitFor();
  await panel.button("Stop").click();
  await panel.ended();
});
