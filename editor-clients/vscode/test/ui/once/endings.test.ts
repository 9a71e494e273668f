/**
 * A server that was well, and ends whenever it is started again: it is left alone after a while, and the panel says so once,
 * with buttons that help. When it is mended the conversation goes on, with what was being written.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

import { given } from "../../support/codeServer";
import type { Panel } from "../../support/panel";
import { processesOf } from "../../support/processes";
import { script } from "../../support/scripts";
import { alias, ending, program } from "../../support/servers";
import { Workbench } from "../../support/workbench";

const story = script([[{ text: "Once upon a time." }]]);

let workbench: Workbench;
let panel: Panel;
/** The program that is the server, and the file that counts the starts of a bad one. */
let server: string;
let starts: string;

beforeAll(async () => {
  workbench = await Workbench.open({ scripts: { story } });
  server = join(workbench.server.home, "server");
  starts = join(workbench.server.home, "starts");
  alias(server, given("CHATLS"));
  workbench.settings({ "chatls.serverPath": server });
  panel = await workbench.panel();
});

afterAll(async () => {
  await workbench.close("endings");
});

it("leaves a server alone that ends again and again, and says so once", async () => {
  await panel.ask("Tell me a story");
  await panel.input.fill("Half a thought");
  program(server, ending(starts, "the disk has gone"));
  for (const pid of processesOf(workbench.server.home, /python.*chatls/)) process.kill(pid, "SIGKILL");
  await panel.problem.getByText("ended 6 times").waitFor({ timeout: 60_000 });
  expect(readFileSync(starts, "utf8")).toBe("started\n".repeat(5));
  expect(await panel.problem.count()).toBe(1);
  expect(await workbench.notification("").count()).toBe(0);
  await workbench.picture("keeps ending");
});

it("shows the last words of the server in the log", async () => {
  await panel.problem.getByRole("button", { name: "Show Logs" }).click();
  await workbench.page.locator(".panel .view-line").getByText("the disk has gone").first().waitFor();
});

it("goes on from the button when the server is mended, with all that was said and written", async () => {
  alias(server, given("CHATLS"));
  await panel.problem.getByRole("button", { name: "Try Again" }).click();
  await panel.problem.waitFor({ state: "detached" });
  expect(await panel.input.inputValue()).toBe("Half a thought");
  await panel.input.press("Enter");
  await panel.turn.getByText("Half a thought").waitFor();
  await panel.ended();
  expect(await panel.answer.innerText()).toContain("Once upon a time.");
  expect(await panel.log.getByRole("article").count()).toBe(2);
});
