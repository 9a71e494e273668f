/**
 * From nothing to a conversation: no server anywhere, the button that installs the one in the package, and an answer from
 * it. The packages that it needs come from the index that pip is set up for.
 */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, it } from "vitest";

import { script } from "../../support/scripts";
import { Workbench } from "../../support/workbench";

const story = script([[{ text: "Once upon a time." }]]);
const MINUTES = 60_000;

/** The user's own set-up of pip, which the private home of the test would hide, and no `chatls` on PATH. */
function environment(): Record<string, string> {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const config = [".config/pip/pip.conf", ".pip/pip.conf"]
    .map((name) => join(homedir(), name))
    .find(existsSync);
  return {
    PATH: folders.filter((folder) => !existsSync(join(folder, "chatls"))).join(delimiter),
    PIP_CACHE_DIR: process.env["PIP_CACHE_DIR"] ?? join(homedir(), ".cache/pip"),
    ...(config !== undefined && process.env["PIP_CONFIG_FILE"] === undefined && { PIP_CONFIG_FILE: config }),
  };
}

it(
  "installs its own server after asking, and sends what was said meanwhile",
  async () => {
    const workbench = await Workbench.open({
      scripts: { story },
      settings: { "chatls.serverPath": "" },
      environment: environment(),
    });
    try {
      const panel = await workbench.panel();
      await panel.problem.getByText("The command chatls was not found.").waitFor();
      await panel.send("Are you there?");
      await panel.problem.getByRole("button", { name: "Install Server…" }).click();
      await workbench.dialog.getByText("Install the chatls server").waitFor();
      await workbench.dialog.getByRole("button", { name: "Install", exact: true }).click();
      await panel.frame.getByText("The server is being installed.").waitFor();
      await panel.send("And now?");
      await panel.frame.getByText("Waits for the server:").waitFor();
      await workbench.picture("installing");
      await panel.answer.getByText("Once upon a time.").waitFor({ timeout: 5 * MINUTES });
      expect(await panel.turn.locator(".request-text").innerText()).toBe("Are you there?\n\nAnd now?");
      expect(await panel.log.getByRole("article").count()).toBe(1);
      expect(await panel.problem.count()).toBe(0);
    } finally {
      await workbench.close("install");
    }
  },
  6 * MINUTES,
);
