/**
 * Text that a model, a file or a tool may hold cannot do anything in the panel: no script runs, no request leaves, and
 * all of it is shown. The attacks are in `../support/corpus.ts`.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { attacks, EVIL, PLACES, VECTORS } from "../support/corpus";
import type { Panel } from "../support/panel";
import { script } from "../support/scripts";
import { Workbench } from "../support/workbench";

/** What none of the panel's own elements is, beside its script, its icons and the box that grows. */
const FORBIDDEN = [
  "audio, base, embed, form, frame, iframe, img, link, math, meta, object, picture, source, style, video",
  "script:not([nonce]), svg:not(.icon), a[href], [src]:not(script), [srcset], [style]:not(textarea)",
].join(", ");

const NOTHING = { ran: false, handlers: [], forbidden: [], outside: [] };

let workbench: Workbench;
let panel: Panel;

/** Of a file. */
const NAME = "<img src=x onerror=window.ran=1>.txt";

/** One conversation: an answer for each place. */
const corpus = script(
  Object.keys(PLACES).map((place) => [
    {
      text: attacks(place)
        .map(({ text }) => text)
        .join("\n\n"),
    },
  ]),
);

/** The same where other things are drawn than answers. */
const MARK = "the end of all attacks";
const all = `${Object.values(VECTORS).join("\n")}\n${MARK}`;
const elsewhere = script([
  [
    { thinking: all },
    { tool: "read_file", args: { path: "hostile.html", all } },
    { tool: "read_file", args: { path: NAME } },
    { tool: all, args: {} },
  ],
  [{ text: "Done." }],
]);

beforeAll(async () => {
  workbench = await Workbench.open({
    files: { "hostile.html": all, [NAME]: all },
    scripts: { corpus, elsewhere },
  });
  panel = await workbench.panel();
});

afterAll(async () => {
  await workbench.close("hostile");
});

/** What no text may have done, or be. */
async function done(): Promise<{ ran: boolean; handlers: string[]; forbidden: string[]; outside: string[] }> {
  await panel.frame.evaluate(() => {
    for (const element of document.querySelectorAll("*")) {
      for (const type of ["mouseover", "focus", "toggle", "load", "error"])
        element.dispatchEvent(new Event(type));
    }
  });
  const found = await panel.frame.evaluate((forbidden) => {
    const elements = [...document.querySelectorAll("*")];
    const handlers = elements.flatMap((element) =>
      element.getAttributeNames().filter((name) => name.startsWith("on")),
    );
    return {
      ran: "ran" in window,
      handlers,
      forbidden: [...document.body.querySelectorAll(forbidden)].map((element) => element.outerHTML),
    };
  }, FORBIDDEN);
  return { ...found, outside: workbench.window.outside };
}

describe(`${Object.keys(VECTORS).length} attacks`, () => {
  it.each(Object.keys(PLACES))("do nothing in %s", async (place) => {
    await panel.ask(`Attack in ${place}`);
    // What is scrolled away is there, but not laid out.
    const shown = (await panel.answer.textContent()) ?? "";
    const marks = attacks(place).map(({ mark }) => mark);
    expect(marks.filter((mark) => !shown.includes(mark))).toEqual([]);
    expect(await done()).toEqual(NOTHING);
  });
});

it("does nothing where it is not an answer: as a question, a thought, an argument, a file, a name", async () => {
  await panel.newChat();
  await panel.choose("elsewhere");
  await panel.ask(Object.values(VECTORS).join("\n"));
  for (const part of await panel.answer.locator("details > summary").all()) await part.click();
  await panel.answer.getByText(MARK).first().waitFor();
  expect(await done()).toEqual(NOTHING);
});

it("would be noticed", async () => {
  await panel.frame.evaluate(() => {
    document.body.append(document.createElement("iframe"));
    Object.assign(window, { ran: 1 });
  });
  await workbench.page.evaluate((host) => fetch(`https://${host}/`).catch(() => undefined), EVIL);
  const found = await done();
  expect(found.ran).toBe(true);
  expect(found.forbidden).toEqual(["<iframe></iframe>"]);
  expect(found.outside).toEqual([`https://${EVIL}/`]);
});
