/**
 * VS Code as a person has it before them: the window, its commands, and the chat panel in it. Tests act through this
 * and look at what is shown; selectors of VS Code live here alone, those of the panel in `panel.ts`.
 */
import { join } from "node:path";
import type { Frame, Locator, Page } from "playwright-core";

import { openWindow, type Window } from "./browser";
import { type CodeServer, given, type Place, startCodeServer } from "./codeServer";
import { Panel } from "./panel";
import { until } from "./waiting";

/** An open VS Code. */
export class Workbench {
  private constructor(
    readonly server: CodeServer,
    readonly window: Window,
  ) {}

  /** Starts VS Code with the packaged extension installed, and a workspace open. */
  static async open(place: Place, width?: number, height?: number): Promise<Workbench> {
    const [server, window] = await Promise.all([
      startCodeServer({ vsix: given("VSIX"), ...place }),
      openWindow(width, height),
    ]);
    const workbench = new Workbench(server, window);
    await workbench.load();
    return workbench;
  }

  get page(): Page {
    return this.window.page;
  }

  /** Loads the window, or loads it again. */
  async load(): Promise<void> {
    await this.go(`folder=${encodeURIComponent(this.server.workspace)}`);
  }

  /** Loads a window without a folder. */
  async loadWithoutFolder(): Promise<void> {
    await this.go("ew=true");
  }

  /** Opens another window beside it, without a folder; its browser is to be closed before this is. */
  async another(): Promise<Workbench> {
    const other = new Workbench(this.server, await openWindow());
    await other.loadWithoutFolder();
    return other;
  }

  private async go(query: string): Promise<void> {
    await this.page.goto(`${this.server.url}?${query}`);
    await this.page.locator(".monaco-workbench .activitybar").waitFor({ timeout: 60_000 });
  }

  /** Ends it. A picture of the window at its end is kept where `PICTURES` says. */
  async close(name: string): Promise<void> {
    await this.picture(name);
    await this.window.browser.close();
    await this.server.stop();
  }

  /** Keeps a picture of the window, to be looked at. */
  async picture(name: string): Promise<void> {
    const folder = process.env["PICTURES"];
    if (folder !== undefined) await this.page.screenshot({ path: join(folder, `${name}.png`) });
  }

  /** Runs a command by its title, as the palette lists it. */
  async command(title: string): Promise<void> {
    const input = this.page.locator(".quick-input-widget input").first();
    // The palette closes itself again when the editor takes the focus late: it is opened until it stays.
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.page.keyboard.press("F1");
        await input.waitFor({ state: "visible", timeout: 1500 });
        await input.fill(`>${title}`, { timeout: 1500 });
        const row = this.page.locator(".quick-input-list .monaco-list-row").filter({ hasText: title });
        await row.first().click({ timeout: 3000 });
        return;
      } catch (error) {
        if (attempt === 6) throw error;
        await this.page.keyboard.press("Escape");
      }
    }
  }

  /** Runs a command by its title, without the pointer. */
  async commandByKeys(title: string): Promise<void> {
    const input = this.page.locator(".quick-input-widget input").first();
    const row = this.page.locator(".quick-input-list .monaco-list-row.focused").filter({ hasText: title });
    await this.page.keyboard.press("F1");
    await input.waitFor({ state: "visible" });
    await this.page.keyboard.type(title);
    await row.first().waitFor();
    await this.page.keyboard.press("Enter");
  }

  /** Opens a file of the workspace that is shown in the explorer, to stay. */
  async openFile(name: string): Promise<void> {
    await this.page.locator(".explorer-folders-view").getByText(name, { exact: true }).dblclick();
    await this.page.locator(".tab.active").getByText(name, { exact: true }).waitFor();
  }

  /** Shows the files in the side bar, which hides the panel. */
  async showExplorer(): Promise<void> {
    await this.page.locator('.activitybar [role="tab"]:has([aria-label^="Explorer"])').click();
    await this.page.locator(".explorer-folders-view").waitFor();
  }

  /** Gives the user other settings, beside those there are. */
  settings(changes: Readonly<Record<string, unknown>>): void {
    this.server.configure(changes);
  }

  /** Makes the side bar as narrow as this, in pixels, by its border. */
  async narrowSideBar(width: number): Promise<void> {
    const box = await this.page.locator(".part.sidebar").boundingBox();
    if (box === null) throw new Error("The side bar is not there.");
    const { mouse } = this.page;
    const height = box.y + box.height / 2;
    await mouse.move(box.x + box.width, height);
    await mouse.down();
    await mouse.move(box.x + width, height, { steps: 5 });
    await mouse.up();
  }

  /** The lines of the active editor that are on the screen. */
  async shownText(): Promise<string> {
    const lines = await this.page.locator(".editor-group-container.active .view-line").allInnerTexts();
    return lines.join("\n").replaceAll("\u00a0", " ");
  }

  /** A notification with this text. */
  notification(text: string | RegExp): Locator {
    return this.page.locator(".notification-toast").filter({ hasText: text });
  }

  /** The dialog that VS Code has open in the middle of the window. */
  get dialog(): Locator {
    return this.page.locator(".monaco-dialog-box");
  }

  /** The chat panel, which is opened where it is not. */
  async panel(): Promise<Panel> {
    const tab = this.page.locator('.activitybar [role="tab"]:has([aria-label^="chatls" i])').first();
    if ((await tab.getAttribute("aria-selected")) !== "true") await tab.click();
    const panel = new Panel(await this.frame('[role="log"]'));
    await panel.button(/^Model: /).waitFor();
    return panel;
  }

  /** The frame that shows an element: webviews are frames in frames. */
  async frame(selector: string): Promise<Frame> {
    return await until(`a frame shows ${selector}`, async () => {
      for (const frame of this.page.frames()) {
        if (frame !== this.page.mainFrame() && (await frame.locator(selector).count()) > 0) return frame;
      }
      return undefined;
    });
  }
}
