/**
 * The panel and the rest of VS Code: the keyboard alone, links, the diff editor.
 */
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";

import type { Panel } from "../../support/panel";
import { script } from "../../support/scripts";
import { Workbench } from "../../support/workbench";

const ADDRESS = "https://example.org/page?a=b";
const link = script([[{ text: `See [the page](${ADDRESS}).` }]]);
const edit = (path: string) => ({
  tool: "edit_file",
  args: { path, edits: [{ old_text: "two\n", new_text: "TWO\n" }] },
});
const change = script([[edit("docs/deep/notes.txt")], [{ text: "Done." }]]);
const words = Array.from({ length: 2000 }, (_, index) => `word${index}`).join(" ");
const walk = script(
  [
    [{ tool: "read_file", args: { path: "notes.txt" } }],
    [{ tool: "run_command", args: { command: "touch made.txt" } }],
    [{ text: words }],
  ],
  20,
);

let workbench: Workbench;
let panel: Panel;

beforeAll(async () => {
  workbench = await Workbench.open({
    files: { "notes.txt": "one\ntwo\n", "docs/deep/notes.txt": "one\ntwo\n" },
    scripts: { walk, link, change },
  });
});

beforeEach(async () => {
  panel = await workbench.panel();
});

afterAll(async () => {
  await workbench.close("workspace");
});

it("is worked by keys alone: opened, written in, a tool looked at, a question answered, an answer stopped", async () => {
  const { keyboard } = workbench.page;
  await workbench.showExplorer();
  await workbench.commandByKeys("chatls: Ask");
  await panel.frame.locator("textarea:focus").waitFor();
  await keyboard.type("Make a file");
  await keyboard.press("Enter");
  await panel.question.waitFor();
  await panel.tabTo(/Read notes\.txt/, true);
  await keyboard.press("Enter");
  await panel.answer.locator("details.tool[open]").getByText("two").waitFor();
  await panel.tabTo(/^Allow once/);
  await keyboard.press("Enter");
  await panel.text.getByText("word5").waitFor();
  await panel.tabTo("Stop");
  await keyboard.press("Enter");
  await panel.turn.getByText("Stopped.").waitFor();
});

it("opens nothing by itself when a link is clicked, and asks with the address", async () => {
  await panel.newChat();
  await panel.choose("link");
  await panel.ask("Where is it?");
  const pages = workbench.page.context().pages().length;
  await panel.answer.getByText("the page").click();
  await workbench.dialog.getByText(ADDRESS).waitFor();
  await workbench.dialog.getByRole("button", { name: "Cancel" }).click();
  await workbench.dialog.waitFor({ state: "detached" });
  expect(workbench.page.context().pages()).toHaveLength(pages);
  expect(workbench.window.outside).toEqual([]);
});

it("shows a change in VS Code's diff editor before it is answered, and closes that after", async () => {
  await panel.newChat();
  await panel.choose("change");
  await panel.send("Shout");
  await panel.question.getByRole("button", { name: "Open in diff editor" }).click();
  const editor = workbench.page.locator(".monaco-diff-editor");
  await editor.getByText("TWO", { exact: true }).waitFor();
  expect(await panel.question.locator(".approval-title").innerText()).toContain("docs/deep/notes.txt");
  await panel.refuse();
  await editor.waitFor({ state: "detached" });
  await panel.ended();
});
