/**
 * The file that goes along unasked: the model gets it, unless it may hold secrets. Then the user is told, the message is
 * answered all the same, and nothing claims that the file went.
 */
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";

import type { Panel } from "../../support/panel";
import { script } from "../../support/scripts";
import { Workbench } from "../../support/workbench";

const NOTICE = ".env may hold passwords or keys: it is not sent along.";
/** Says what it was given. */
const mirror = script([[{ text: "I was given: " }, { echo: true }]]);

let workbench: Workbench;
let panel: Panel;

beforeAll(async () => {
  workbench = await Workbench.open({
    files: { ".env": "DATABASE_PASSWORD=hunter2\n", "notes.txt": "tomatoes\n" },
    scripts: { mirror },
  });
});

beforeEach(async () => {
  panel = await workbench.panel();
  await panel.newChat();
});

afterAll(async () => {
  await workbench.close("secrets");
});

async function askIn(file: string, question: string): Promise<string> {
  await workbench.showExplorer();
  await workbench.openFile(file);
  panel = await workbench.panel();
  await panel.button(`Do not send ${file} along`).waitFor();
  return panel.ask(question);
}

it("sends the file that the user is in along", async () => {
  expect(await askIn("notes.txt", "What is this?")).toContain("tomatoes");
  expect(await panel.sentAlong.allInnerTexts()).toEqual(["notes.txt"]);
});

it("leaves a file out that may hold secrets, answers, and says so where the user looks", async () => {
  const answer = await askIn(".env", "Where are the settings?");
  expect(answer).toContain("I was given: Where are the settings?");
  expect(answer).not.toMatch(/DATABASE|hunter2/);
  expect(answer).toContain(NOTICE);
  await workbench.picture("secrets left out");
  expect(await panel.sentAlong.allInnerTexts()).toEqual([]);
});

it("says the same of it when the window was loaded again", async () => {
  await askIn(".env", "Where are the settings?");
  await workbench.load();
  panel = await workbench.panel();
  await panel.answer.getByText(NOTICE).waitFor();
  expect(await panel.sentAlong.allInnerTexts()).toEqual([]);
});
