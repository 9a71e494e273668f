/**
 * What is kept: sessions that are renamed, copied and deleted, and permissions that are given and taken back.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

import type { Panel } from "../../support/panel";
import { script } from "../../support/scripts";
import { until } from "../../support/waiting";
import { Workbench } from "../../support/workbench";

const story = script([[{ text: "Once upon a time." }]]);
const shout = (from: string, to: string) => [
  {
    tool: "edit_file",
    args: { path: "notes.txt", edits: [{ old_text: `${from}\n`, new_text: `${to}\n` }] },
  },
];
const change = script([shout("two", "TWO"), [{ text: "Done." }], shout("TWO", "two"), [{ text: "Done." }]]);

let workbench: Workbench;
let panel: Panel;

beforeAll(async () => {
  workbench = await Workbench.open({
    files: { "notes.txt": "one\ntwo\n" },
    scripts: { story, change },
  });
  panel = await workbench.panel();
});

afterAll(async () => {
  await workbench.close("sessions");
});

const messages = (): Promise<string[]> => panel.log.locator(".request-text").allInnerTexts();

it("gives a chat another name", async () => {
  await panel.ask("First");
  await panel.ask("Second");
  await panel.button(/^Chats, this one is/).click();
  await panel.button("Rename First").click();
  await panel.frame.getByRole("textbox", { name: "New name" }).fill("All about stories");
  await workbench.page.keyboard.press("Enter");
  await panel.button("Rename All about stories").waitFor();
  await panel.button("Back to the conversation").click();
  await panel.button(/^Chats, this one is\s*All about stories/).waitFor();
});

it("begins another chat at a turn, and leaves the first one as it is", async () => {
  await panel.log.getByRole("article").first().hover();
  await panel.log.getByRole("button", { name: "New chat from here" }).first().click();
  await until("the copy", async () => (await messages()).join() === "First");
  await panel.ask("Another way");
  await panel.button(/^Chats, this one is/).click();
  await panel.frame.locator(".row-main", { hasText: "2 messages" }).nth(1).click();
  await until("the first chat", async () => (await messages()).join() === "First,Second");
});

it("deletes a chat once it was asked whether it is really to go", async () => {
  await panel.button(/^Chats, this one is/).click();
  const rows = panel.frame.locator(".rows .row");
  await until("both chats", async () => (await rows.count()) === 2);
  const question = workbench.dialog.getByText("Delete “All about stories”?");
  for (const [answer, left] of [
    ["Cancel", 2],
    ["Delete", 1],
  ] as const) {
    await panel.button("Delete All about stories").first().click();
    await question.waitFor();
    await workbench.dialog.getByRole("button", { name: answer }).click();
    await question.waitFor({ state: "detached" });
    await until(`${left} chats`, async () => (await rows.count()) === left);
  }
  await panel.button("Back to the conversation").click();
});

it("asks no more for what is always allowed, until that is taken back", async () => {
  await panel.newChat();
  await panel.choose("change");
  await panel.send("Louder");
  await panel.question.getByText("More answers").click();
  await panel.question.getByRole("button", { name: /^Always allow/ }).click();
  await panel.ended();
  await panel.ask("Softer");
  expect(readFileSync(join(workbench.server.workspace, "notes.txt"), "utf8")).toBe("one\ntwo\n");

  await panel.button("Permissions").click();
  const grant = panel.button(/^Take back: /);
  await grant.click();
  await panel.frame.getByText("you are asked each time").waitFor();
  await panel.button("Back to the conversation").click();
  await panel.newChat();
  await panel.send("Louder again");
  await panel.question.waitFor();
  await panel.refuse();
  await panel.ended();
});
