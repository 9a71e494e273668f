/** The end of a stream is shown as what it will most likely become, so that nothing flickers. */
import { describe, expect, it } from "vitest";

import { mend } from "../../../webview/markdown/mend";

describe("mend", () => {
  it.each([
    ["closes strong text", "a **bold", "a **bold**"],
    ["hides marks that have opened nothing yet", "a **", "a "],
    ["closes code", "run `ls", "run `ls`"],
    ["leaves marks inside code alone", "`a ** b` and", "`a ** b` and"],
    ["closes emphasis", "so *very", "so *very*"],
    ["takes a star between numbers for a star", "2 * 3", "2 * 3"],
    ["shows the text of a link before it is whole", "see [the docs](https://exa", "see the docs"],
    ["holds back what could be a heading's underline", "Title\n-", "Title\n"],
    ["holds back the mark of a list", "text\n\n- ", "text\n\n"],
    ["holds back the number of a list", "1. one\n2.", "1. one\n"],
    ["holds back the line that opens a fence", "```pyth", ""],
    ["holds back a table's head", "| a | b |\n|--", ""],
    ["leaves code in a list alone", "- x\n\n  ```sh\n  echo `date", "- x\n\n  ```sh\n  echo `date"],
    ["leaves whole text alone", "**a** `b` [c](https://d.e)", "**a** `b` [c](https://d.e)"],
  ])("%s", (_name, source, shown) => {
    expect(mend(source)).toBe(shown);
  });
});
