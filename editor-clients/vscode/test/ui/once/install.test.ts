/**
 * From nothing to a conversation: no server anywhere, the button that installs the one in the package, and an answer from
 * it. The packages that it needs come from the index that pip is set up for.
 */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, it } from "vitest";

import type { Panel } from "../../support/panel";
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

/** VS Code where no server is to be found. */
async function open(): Promise<Workbench> {
  const settings = { "chatls.serverPath": "" };
  return Workbench.open({ scripts: { story }, settings, environment: environment() });
}

/** Says something to a server that is not there, and is asked whether one is to be installed. */
async function askFor(workbench: Workbench): Promise<Panel> {
  const panel = await workbench.panel();
  await panel.problem.getByText("The command chatls was not found.").waitFor();
  await panel.send("Are you there?");
  await panel.problem.getByRole("button", { name: "Install Server…" }).click();
  await workbench.dialog.getByText("Install the chatls server").waitFor();
  return panel;
}

async function agree(workbench: Workbench): Promise<void> {
  await workbench.dialog.getByRole("button", { name: "Install", exact: true }).click();
}

async function isAnswered(panel: Panel): Promise<void> {
  await panel.answer.getByText("Once upon a time.").waitFor({ timeout: 5 * MINUTES });
}

it(
  "installs its own server after asking, and sends what was said meanwhile",
  async () => {
    const workbench = await open();
    try {
      const panel = await askFor(workbench);
      await agree(workbench);
      await panel.frame.getByText("The server is being installed.").waitFor();
      await panel.send("And now?");
      await panel.frame.getByText("Waits for the server:").waitFor();
      await workbench.picture("installing");
      await isAnswered(panel);
      expect(await panel.turn.locator(".request-text").innerText()).toBe("Are you there?\n\nAnd now?");
      expect(await panel.log.getByRole("article").count()).toBe(1);
      expect(await panel.problem.count()).toBe(0);
    } finally {
      await workbench.close("install");
    }
  },
  6 * MINUTES,
);

it(
  "installs one server for two windows that are asked at the same time",
  async () => {
    const workbench = await open();
    const other = await workbench.another();
    try {
      const panels = await Promise.all([askFor(workbench), askFor(other)]);
      await agree(workbench);
      await workbench.notification("Installing the chatls server").waitFor();
      await agree(other);
      await other.notification("waiting for another window that installs it").waitFor();
      await other.picture("waits for another window");
      await Promise.all(panels.map(isAnswered));
      for (const panel of panels) expect(await panel.problem.count()).toBe(0);
    } finally {
      await other.window.browser.close();
      await workbench.close("install for two");
    }
  },
  6 * MINUTES,
);
