/**
 * Where a person may begin: without a model, without a folder, with a server that is wrong. Each says what is missing, with
 * a button that helps.
 */
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

import { given, put } from "../../support/codeServer";
import { script } from "../../support/scripts";
import { alias, announcing, program } from "../../support/servers";
import { Workbench } from "../../support/workbench";

let workbench: Workbench;

beforeAll(async () => {
  // Nothing answers at this port: there is no model, and the workspace is empty.
  workbench = await Workbench.open({ settings: { "chatls.ollama.address": "http://127.0.0.1:9" } });
});

afterAll(async () => {
  await workbench.close("beginnings");
});

it("has the offline assistant answer where there is no model, in an empty workspace, and says how to get one", async () => {
  const panel = await workbench.panel();
  const note = panel.frame.locator(".connection");
  await note.getByText("No language model can be reached").waitFor();
  expect(await note.innerText()).toMatch(/ollama/i);
  await note.getByRole("button", { name: "Check Again" }).waitFor();
  expect(await panel.ask("What is in this folder?")).not.toBe("");
  await workbench.picture("no model");
});

it.each([
  ["newer", 99, "update the extension", "Open Settings"],
  ["older", 0, "update the server", "Try Again"],
])("says that a server is %s than the extension", async (_, protocol, advice, button) => {
  const path = join(workbench.server.home, `server-${protocol}`);
  program(path, announcing({ protocol, methods: [] }));
  workbench.settings({ "chatls.serverPath": path });
  const panel = await workbench.panel();
  await panel.problem.getByText(advice).waitFor();
  await panel.problem.getByRole("button", { name: button }).waitFor();
});

it("quotes a server that ends at once, and goes on from the button with the message that waited", async () => {
  const path = join(workbench.server.home, "broken");
  program(path, `console.error("no module named pygls"); process.exit(3);`);
  workbench.settings({ "chatls.serverPath": path });
  const panel = await workbench.panel();
  await panel.problem.getByText("no module named pygls").waitFor();
  await panel.send("Are you there?");
  await panel.frame.getByText("Waits for the server:").waitFor();
  expect(await panel.log.getByText("no module named pygls").count()).toBe(0);
  await workbench.picture("message that waits");
  alias(path, given("CHATLS"));
  await panel.problem.getByRole("button", { name: "Try Again" }).click();
  await panel.turn.getByText("Are you there?", { exact: true }).waitFor();
  await panel.frame.getByText("Waits for the server:").waitFor({ state: "detached" });
  await panel.ended();
});

it("says what it cannot do in a window without a folder, and answers all the same", async () => {
  put(join(workbench.server.workspace, "../scripts/story.toml"), script([[{ text: "Once upon a time." }]]));
  workbench.settings({ "chatls.serverPath": given("CHATLS"), "chatls.model": "scripted/story" });
  await workbench.loadWithoutFolder();
  const panel = await workbench.panel();
  const note = panel.frame.locator(".connection");
  await note.getByText("No folder is open").waitFor();
  await note.getByRole("button", { name: "Open Folder…" }).waitFor();
  expect(await panel.ask("Hello")).toContain("Once upon a time.");
  await workbench.picture("no folder");
});
