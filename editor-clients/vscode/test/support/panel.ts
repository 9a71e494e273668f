/**
 * The chat panel as a person uses it: by what is written on it and by the names that a screen reader gives. Selectors of
 * the panel live here and in the tests; those of VS Code in `workbench.ts`.
 */
import type { Frame, Locator } from "playwright-core";

import { until } from "./waiting";

/** The document of the panel in its frame. */
export class Panel {
  constructor(readonly frame: Frame) {}

  get log(): Locator {
    return this.frame.getByRole("log");
  }

  get input(): Locator {
    return this.frame.getByRole("textbox", { name: "Message" });
  }

  /** The last turn of the conversation. */
  get turn(): Locator {
    return this.log.getByRole("article").last();
  }

  private get running(): Locator {
    return this.log.locator('article[aria-busy="true"]');
  }

  /** The words of the last answer. */
  get text(): Locator {
    return this.answer.locator(".text").last();
  }

  /** What the last turn shows beside its question: words, tool calls, thoughts. */
  get answer(): Locator {
    return this.turn.locator(".answer");
  }

  /** What the last turn says went along with its question. */
  get sentAlong(): Locator {
    return this.turn.getByRole("list", { name: "Sent along" }).getByRole("listitem");
  }

  button(name: string | RegExp): Locator {
    return this.frame.getByRole("button", { name, exact: true });
  }

  /** Begins a new conversation. */
  async newChat(): Promise<void> {
    await this.button("New chat").click();
    await this.log.getByRole("article").first().waitFor({ state: "detached" });
  }

  /** Chooses the model of the next messages: the script that plays it. */
  async choose(script: string): Promise<void> {
    await this.button(/^Model: /).click();
    await this.frame.getByRole("option", { name: `scripted/${script}` }).click();
    await this.button(`Model: ${script}`).waitFor();
  }

  /** Sends a message. */
  async send(text: string): Promise<void> {
    await this.input.fill(text);
    await this.input.press("Enter");
  }

  /** Sends a message, and waits for the end of its answer. */
  async ask(text: string): Promise<string> {
    await this.send(text);
    await this.turn.getByText(text, { exact: true }).waitFor();
    await this.ended();
    return await this.answer.innerText();
  }

  /** What the server asks, oldest first. */
  get question(): Locator {
    return this.frame.locator(".approval").first();
  }

  /** The button that says yes; one that was pressed already does not count. */
  private get yes(): Locator {
    return this.question.getByRole("button", { name: /^Allow once/, disabled: false });
  }

  /** Answers the question with yes, this once. */
  async allow(): Promise<void> {
    await this.yes.click();
  }

  /** Answers the question with no, this once. */
  async refuse(): Promise<void> {
    await this.question.getByRole("button", { name: "Reject", exact: true }).click();
  }

  /** Answers every question with yes until the turn is over. */
  async allowUntilEnded(): Promise<void> {
    // No click may be left waiting: it would answer a question of the next test.
    await until("the turn is over", async () => {
      if (await this.yes.isVisible()) await this.allow();
      return (await this.running.count()) === 0;
    });
  }

  /** The message about the server, with its buttons. */
  get problem(): Locator {
    return this.frame.getByRole("alert");
  }

  /** Moves the focus by Tab until it is on what a screen reader calls so; `back`: the other way round. */
  async tabTo(name: string | RegExp, back = false): Promise<void> {
    const page = this.frame.page();
    await until(`the focus is on ${String(name)}`, async () => {
      await page.keyboard.press(back ? "Shift+Tab" : "Tab");
      const focused = await this.frame.evaluate(() => {
        const { activeElement: element } = document;
        return element === document.body ? "" : (element?.ariaLabel ?? element?.textContent ?? "");
      });
      return typeof name === "string" ? focused.trim() === name : name.test(focused);
    });
  }

  /** Waits until no turn runs. */
  async ended(): Promise<void> {
    await this.running.waitFor({ state: "detached", timeout: 90_000 });
  }

  /** Every different text that a place shows until it shows `last`. */
  async growth(place: Locator, last: string): Promise<string[]> {
    const shown: string[] = [];
    while (!shown.at(-1)?.includes(last)) {
      const text = await place.innerText();
      if (text !== shown.at(-1)) shown.push(text);
    }
    return shown;
  }
}
