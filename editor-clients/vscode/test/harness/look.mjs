// Pictures of the webview: every scene in every theme at three widths, and what axe has to say about it.
// node test/harness/look.mjs FOLDER [SCENE…]
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

import { built, launched, opened } from "./open.mjs";

const [folder = "look", ...scenes] = process.argv.slice(2);
/** Scenes that begin with a click, on top of the scene `running`. */
const STEPS = {
  sessions: (view) => view.getByRole("button", { name: /^Chats/ }).click(),
  grants: (view) => view.getByRole("button", { name: "Permissions" }).click(),
  prompt: (view) => view.getByRole("button", { name: "Show the exact prompt" }).click(),
  models: (view) => view.getByRole("button", { name: /^Model/ }).click(),
  completion: (view) => view.getByRole("textbox", { name: "Message" }).fill("@ca"),
  opened: (view) => view.getByText("Edit src/cart.py").click(),
  undoing: (view) => view.getByRole("button", { name: /^Undo/ }).click(),
  editing: (view) => view.getByRole("button", { name: "Edit and send again" }).last().click(),
};
const PLAIN = ["empty", "answer", "running", "approval", "approvals", "ends", "failed"];
const SCENES = scenes.length > 0 ? scenes : [...PLAIN, ...Object.keys(STEPS)];
const THEMES = ["dark", "light", "hcDark", "hcLight"];
const WIDTHS = [280, 400, 700];

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const page = await built();
await mkdir(folder, { recursive: true });
const browser = await launched();
for (const scene of SCENES) {
  for (const theme of THEMES) {
    for (const width of WIDTHS) {
      const view = await opened(browser, page, { width, theme, scene: scene in STEPS ? "running" : scene });
      await STEPS[scene]?.(view);
      await view.waitForTimeout(250);
      await view.screenshot({ path: join(folder, `${scene}-${theme}-${width}.png`) });
      if (width === 400) await judge(view, `${scene} ${theme}`);
      await view.close();
    }
  }
}
await browser.close();

async function judge(view, name) {
  await view.evaluate(axe);
  const { violations } = await view.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
  for (const { id, impact, nodes } of violations) {
    console.log(
      `${name}: ${id} (${impact}): ${nodes.map((node) => `${node.target.join(" ")} ${node.any[0]?.message ?? ""}`).join(" | ")}`,
    );
  }
}
