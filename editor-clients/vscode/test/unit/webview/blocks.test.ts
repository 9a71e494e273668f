/** Markdown that grows token by token: finished blocks stay as they are, and nothing is lost, doubled or reordered. */
import { describe, expect, it } from "vitest";

import {
  closed,
  GROUP_BLOCKS,
  GROUP_CHARACTERS,
  grown,
  NO_BLOCKS,
  type Block,
  type Blocks,
} from "../../../webview/markdown/blocks";

function streamed(text: string, size: number): Blocks {
  let blocks = NO_BLOCKS;
  for (let at = 0; at < text.length; at += size) {
    blocks = grown(blocks, text.slice(at, at + size));
  }
  return blocks;
}

function all(blocks: Blocks): Block[] {
  return blocks.groups.flat();
}

function sourceOf(block: Block): string {
  return block.kind === "markdown" ? block.source : `${block.language}:${block.parts.join("")}`;
}

const TEXT = [
  "# Title\n\nA paragraph\nof two lines.\n\n",
  "- one\n- two\n\n   more of two\n\n",
  "```python\ndef f():\n\n    return 1\n```\n",
  "| a | b |\n|---|---|\n| 1 | 2 |\n\n",
  "> quoted\n\n1. x\n\n   ```sh\n   ls\n   ```\n\n~~~\ntilde ``` inside\n~~~\nThe end.",
].join("");

describe("grown", () => {
  it.each([1, 3, 7, 1000])("finds the same blocks in pieces of %i characters", (size) => {
    const sources = all(closed(streamed(TEXT, size))).map((block) => sourceOf(block).trim());
    expect(sources).toEqual([
      "# Title",
      "A paragraph\nof two lines.",
      "- one\n- two\n\n   more of two",
      "python:def f():\n\n    return 1",
      "| a | b |\n|---|---|\n| 1 | 2 |",
      "> quoted",
      "1. x\n\n   ```sh\n   ls\n   ```",
      ":tilde ``` inside",
      "The end.",
    ]);
  });

  it("never touches a finished block again", () => {
    let blocks = NO_BLOCKS;
    const touched: string[] = [];
    for (const char of TEXT) {
      const next = all(grown(blocks, char));
      touched.push(
        ...all(blocks)
          .filter((block, index) => next[index] !== block)
          .map(sourceOf),
      );
      blocks = grown(blocks, char);
    }
    expect(touched).toEqual([]);
  });

  it("keeps groups that are full by identity", () => {
    const blocks = streamed("word\n\n".repeat(GROUP_BLOCKS * 3), 6);
    const more = grown(blocks, "word\n\nword\n\n");
    expect(more.groups[0]).toBe(blocks.groups[0]);
    expect(more.groups.every((group) => group.length <= GROUP_BLOCKS)).toBe(true);
  });

  it("begins a new group behind long blocks, so that little is styled again when a group is full", () => {
    const item = "1. an item of a long list\n";
    const { groups } = streamed(item.repeat((GROUP_CHARACTERS * 4) / item.length), 9);
    const sizes = groups.map((group) => group.map(sourceOf).join("").length);
    expect(groups.length).toBeGreaterThan(2);
    expect(Math.max(...sizes)).toBeLessThan(GROUP_CHARACTERS * 1.5);
  });

  it("shows an open fence without the mark that closes it", () => {
    const seen = new Set<string>();
    let blocks = NO_BLOCKS;
    for (const char of "```js\nlet a;\n```\nafter") {
      blocks = grown(blocks, char);
      if (blocks.last?.kind === "code") {
        seen.add(blocks.last.parts.join(""));
      }
    }
    expect([...seen].at(-1)).toBe("let a;\n");
    expect([...seen].some((code) => code.includes("`"))).toBe(false);
  });

  it("keeps marks inside code that do not close it", () => {
    const [block] = all(closed(streamed("````md\n```js\nx\n```\n````\n", 1)));
    expect(block && sourceOf(block)).toBe("md:```js\nx\n```\n");
  });

  it("takes the fence's own indent from its lines", () => {
    const [block] = all(closed(streamed("  ```\n  a\n    b\n  ```\n", 2)));
    expect(block && sourceOf(block)).toBe(":a\n  b\n");
  });

  it("finishes a fence that was never closed", () => {
    const [block] = all(closed(streamed("```sh\nls -l", 1)));
    expect(block).toEqual({ kind: "code", language: "sh", parts: ["ls -l"], open: false });
  });
});

describe("what is parsed again with every token", () => {
  it.each([
    ["a list", "- an item with **words**\n", 2_000],
    ["a table", "| a | b |\n|---|---|\n", 2_000, "| one cell | another |\n"],
    ["a paragraph", "Words and more words. ", 4_200],
    ["code", "```py\n", 0, "value = 1\n"],
  ])("stays short in %s", (_name, head, most, line = head) => {
    const blocks = streamed(head + line.repeat(3_000), 40);
    expect(blocks.rest.length).toBeLessThanOrEqual(most);
    expect(blocks.fence?.current.length ?? 0).toBeLessThan(10_000);
  });

  it("repeats the head of a table that was cut", () => {
    const blocks = closed(streamed(`| a | b |\n|---|---|\n${"| one cell | another |\n".repeat(500)}`, 50));
    const sources = all(blocks).map(sourceOf);
    expect(sources.length).toBeGreaterThan(1);
    expect(sources.every((source) => source.startsWith("| a | b |\n|---|---|\n"))).toBe(true);
    expect(sources.join("").split("another").length - 1).toBe(500);
  });

  it("loses nothing of a list that was cut", () => {
    const list = Array.from({ length: 400 }, (_, index) => `${index + 1}. item ${index + 1}\n`).join("");
    expect(
      all(closed(streamed(list, 9)))
        .map(sourceOf)
        .join(""),
    ).toBe(list);
  });
});
