/**
 * What can be wrong is said in one sentence, with a button that helps; and what was said before is kept.
 */
import { afterAll, expect, it } from "vitest";

import { processesOf } from "../support/processes";
import { script } from "../support/scripts";
import { Workbench } from "../support/workbench";

const endless = script([[{ text: Array.from({ length: 2000 }, (_, i) => `word${i}`).join(" ") }]], 20);
const story = script([[{ text: "Once upon a time." }]]);

let workbench: Workbench;

afterAll(async () => {
  await workbench.close("faults");
});

it("goes on in a new server when the old one was killed, and keeps what it had said", async () => {
  workbench = await Workbench.open({ scripts: { endless, story } });
  const panel = await workbench.panel();
  await panel.send("Go on and on");
  await panel.text.getByText("word10").waitFor();
  for (const pid of processesOf(workbench.server.home, /python.*chatls/)) process.kill(pid, "SIGKILL");
  await panel.turn.getByRole("button", { name: "Continue" }).waitFor();
  expect(await panel.text.innerText()).toContain("word0 word1 word2");
  await panel.newChat();
  await panel.choose("story");
  expect(await panel.ask("Are you there?")).toContain("Once upon a time.");
});

it("says which setting names no program, and goes on when it is right again", async () => {
  workbench.settings({ "chatls.serverPath": "/nowhere/chatls" });
  const panel = await workbench.panel();
  const problem = panel.frame.getByRole("alert");
  await problem.getByText("/nowhere/chatls").waitFor();
  await problem.getByRole("button", { name: "Open Settings" }).waitFor();
  workbench.settings({ "chatls.serverPath": process.env["CHATLS"] });
  await problem.waitFor({ state: "detached" });
  expect(await panel.ask("And now?")).toContain("Once upon a time.");
});
