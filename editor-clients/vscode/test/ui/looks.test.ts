/**
 * That everybody can use the panel: in every theme, in a narrow side bar, by the keyboard alone, with a screen reader as
 * far as axe can tell.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import { afterAll, beforeAll, expect, it } from "vitest";

import type { Panel } from "../support/panel";
import { script } from "../support/scripts";
import { until } from "../support/waiting";
import { Workbench } from "../support/workbench";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const THEMES = [
  "Default Light Modern",
  "Default Dark Modern",
  "Default High Contrast",
  "Default High Contrast Light",
];
/** The least width that the panel is made for, in pixels; VS Code's activity bar comes on top. */
const NARROW = 280;

const everything = script([
  [
    { thinking: "It is a small thing." },
    {
      text: [
        "# A title\n\nSome *words*, a [link](https://example.org), `code` and a list:\n\n- one\n- two\n",
        "| name | value |\n|---|---|\n| a | 1 |\n",
        "```python\n# A comment\ndef f(value: int) -> str:\n    return f'{value}' + \"text\"\n```\n",
        `A long word: ${"abcdefghij".repeat(12)}`,
      ].join("\n"),
    },
    { tool: "read_file", args: { path: "notes.txt" } },
  ],
  [
    {
      tool: "edit_file",
      args: { path: "notes.txt", edits: [{ old_text: "two\n", new_text: "TWO\n" }] },
    },
  ],
  [{ text: "Done." }],
]);

let workbench: Workbench;
let panel: Panel;

beforeAll(async () => {
  workbench = await Workbench.open({
    files: { "notes.txt": "one\ntwo\n" },
    scripts: { everything },
  });
  panel = await workbench.panel();
  await panel.send("Show everything");
  await panel.question.waitFor();
});

afterAll(async () => {
  await workbench.close("looks");
});

/** What axe finds, as a sentence for each rule, with the elements. */
async function problems(): Promise<string[]> {
  await panel.frame.evaluate(AXE);
  // The panel lets the side bar shine through, which is outside of its frame.
  await panel.frame.evaluate(() => {
    const { style } = document.documentElement;
    style.backgroundColor = "var(--vscode-sideBar-background)";
  });
  const results = await panel.frame.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<AxeResults> } };
    return await axe.run();
  });
  return results.violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}: ${nodes.map((node) => `${node.html} ${node.failureSummary ?? ""}`).join("; ")}`,
  );
}

it.each(THEMES)("has nothing that axe finds wrong in %s", async (theme) => {
  workbench.settings({ "workbench.colorTheme": theme });
  const kind = theme.includes("Contrast") ? "high-contrast" : theme.includes("Dark") ? "dark" : "light";
  await until("the panel has the theme", () =>
    panel.frame.evaluate((name) => document.body.className.includes(`vscode-${name}`), kind),
  );
  await workbench.picture(`theme ${theme}`);
  expect(await problems()).toEqual([]);
});

it("fits into a narrow side bar", async () => {
  await workbench.page.setViewportSize({ width: 700, height: 700 });
  await workbench.narrowSideBar(NARROW);
  const width = await panel.frame.evaluate(() => ({
    own: innerWidth,
    needed: document.documentElement.scrollWidth,
  }));
  expect(width.own).toBeLessThanOrEqual(NARROW);
  expect(width.needed).toBeLessThanOrEqual(width.own);
  await workbench.picture("narrow");
});

it("is worked by the keyboard alone", async () => {
  await panel.input.focus();
  const reached = new Set<string>();
  for (let step = 0; step < 60; step += 1) {
    await workbench.page.keyboard.press("Shift+Tab");
    const name = await panel.frame.evaluate(() => {
      const element = document.activeElement;
      return element === null || element === document.body ? "" : (element.ariaLabel ?? element.textContent);
    });
    if (name === "") break;
    reached.add(name.trim());
  }
  expect([...reached]).toEqual(
    expect.arrayContaining(["Allow once", "Reject", "New chat", "Permissions", "Copy code"]),
  );
});
