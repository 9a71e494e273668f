/**
 * A folder that is not trusted: the model reads in it, and nothing is changed or run, whatever it tries.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { script } from "../../support/scripts";
import { Workbench } from "../../support/workbench";

const greedy = script([
  [{ tool: "read_file", args: { path: "notes.txt" } }],
  [
    {
      tool: "edit_file",
      args: { path: "notes.txt", edits: [{ old_text: "two\n", new_text: "TWO\n" }] },
    },
    { tool: "run_command", args: { command: "touch made.txt" } },
    { tool: "read_file", args: { path: "/etc/hostname" } },
  ],
  [{ text: "Done." }],
]);

it("has the model read and do nothing else, unasked", async () => {
  const files = { "notes.txt": "one\ntwo\n" };
  const workbench = await Workbench.open({ restricted: true, files, scripts: { greedy } });
  try {
    await workbench.page.getByText("Restricted Mode").first().waitFor();
    const panel = await workbench.panel();
    expect(await panel.ask("Do all you can")).toContain("Done.");
    const tools = panel.answer.locator("details.tool");
    await expect.poll(() => tools.count()).toBe(4);
    expect(await panel.answer.locator("details.tool-done").count()).toBe(1);
    expect(await panel.answer.locator("details.tool-failed").count()).toBe(3);
    expect(await panel.question.count()).toBe(0);
    const { workspace } = workbench.server;
    expect(readFileSync(join(workspace, "notes.txt"), "utf8")).toBe(files["notes.txt"]);
    expect(existsSync(join(workspace, "made.txt"))).toBe(false);
  } finally {
    await workbench.close("restricted");
  }
});
