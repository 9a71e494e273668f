/**
 * Changes of files: shown before they happen, made in the editor, refused or allowed in parts, and undone.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";

import type { Panel } from "../support/panel";
import { script } from "../support/scripts";
import { until } from "../support/waiting";
import { Workbench } from "../support/workbench";

const NOTES = "one\ntwo\nthree\n";
const LONG = Array.from({ length: 30 }, (_, line) => `line ${line + 1}\n`).join("");

function edit(path: string, ...texts: string[]) {
  const edits = texts.map((text) => ({ old_text: `${text}\n`, new_text: `${text.toUpperCase()}\n` }));
  return { tool: "edit_file", args: { path, edits } };
}

const change = script([
  [edit("notes.txt", "two")],
  [{ tool: "run_command", args: { command: "cat notes.txt" } }],
  [{ text: "Done." }],
]);
const parts = script([[edit("long.txt", "line 2", "line 29")], [{ text: "Done." }]]);
const command = script([[{ tool: "run_command", args: { command: "touch made.txt" } }], [{ text: "Done." }]]);

let workbench: Workbench;
let panel: Panel;

beforeAll(async () => {
  workbench = await Workbench.open({
    files: { "notes.txt": NOTES, "long.txt": LONG },
    scripts: { change, parts, command },
  });
  await workbench.openFile("notes.txt");
  panel = await workbench.panel();
});

beforeEach(async () => {
  await panel.newChat();
});

afterAll(async () => {
  await workbench.close("changes");
});

function onDisk(name: string): string {
  return readFileSync(join(workbench.server.workspace, name), "utf8");
}

it("shows a change, makes it in the editor, has commands see it, and takes it back", async () => {
  await panel.choose("change");
  await panel.send("Shout in the notes");
  const question = panel.question;
  await question.getByText(/TWO/).waitFor();
  expect(onDisk("notes.txt")).toBe(NOTES);
  await workbench.picture("approval");
  await panel.allow();
  await until("the editor shows the change", async () => (await workbench.shownText()).includes("TWO"));
  await panel.allowUntilEnded();
  const output = panel.answer.locator("details.tool").last();
  await output.locator("summary").click();
  await output.getByText("one\nTWO\nthree").waitFor();
  expect(onDisk("notes.txt")).toBe("one\nTWO\nthree\n");

  await panel.button("Undo this turn…").click();
  await panel.button("Files only").click();
  await panel.turn.getByText("The changes of files were undone.").waitFor();
  await until("the editor shows the old text", async () => !(await workbench.shownText()).includes("TWO"));
});

it("changes nothing that was refused", async () => {
  await panel.choose("parts");
  await panel.send("Shout in the long one");
  await panel.refuse();
  await panel.ended();
  expect(onDisk("long.txt")).toBe(LONG);
});

it("changes only the parts that were allowed", async () => {
  await panel.choose("parts");
  await panel.send("Shout in a part of the long one");
  await panel.question.getByRole("checkbox").first().uncheck();
  await panel.allow();
  await panel.ended();
  expect(onDisk("long.txt")).toBe(LONG.replace("line 29", "LINE 29"));
});

it("tells of a question while the panel is hidden, and leads there", async () => {
  await panel.choose("command");
  await panel.send("Make a file");
  await panel.question.waitFor();
  await workbench.showExplorer();
  const toast = workbench.notification("touch made.txt");
  await toast.getByRole("button", { name: "Review" }).click();
  await panel.allow();
  await panel.ended();
  expect(onDisk("made.txt")).toBe("");
});
