/** Diffs, completion and numbers: the small pure parts of the page. */
import { describe, expect, it } from "vitest";

import type { CompletionItem } from "../../../src/protocol";
import { isAsking, positionAt, taken } from "../../../webview/completion";
import { changes, diffLines } from "../../../webview/diff";
import { ago, count, duration, place, speed } from "../../../webview/format";

describe("a diff", () => {
  const diff =
    "--- a/x\n+++ b/x\n@@ -1,3 +1,2 @@ head\n same\n--- gone\n-old\n\\ No newline at end of file\n+new\n";

  it("tells removed lines from the head of a file", () => {
    expect(diffLines(diff).map(({ kind }) => kind)).toEqual([
      "file",
      "file",
      "hunk",
      "same",
      "removed",
      "removed",
      "added",
    ]);
    expect(diffLines(diff)[4]?.text).toBe("-- gone");
  });

  it("is counted", () => {
    expect(changes(diff)).toEqual({ added: 1, removed: 2 });
  });
});

describe("completion", () => {
  it.each([
    ["see @src/ca", true],
    ["@", true],
    ["(@x", false],
    ["mail@example", false],
    ["@done and", false],
    ["/exp", true],
    ["a /exp", false],
    ["/explain it", false],
  ])("behind %j is asked for: %s", (text, expected) => {
    expect(isAsking(text, text.length)).toBe(expected);
  });

  it("counts positions in UTF-16, as the protocol does", () => {
    expect(positionAt("a\n🔧@x", 5)).toEqual({ line: 1, character: 3 });
  });

  it("takes an item's own edit, and puts the cursor behind it", () => {
    const range = { start: { line: 1, character: 2 }, end: { line: 1, character: 4 } };
    const item = { textEdit: { range, newText: "@cart.py " } } as CompletionItem;
    expect(taken("one\n🔧@c!", item)).toEqual({ text: "one\n🔧@cart.py !", caret: 15 });
  });
});

describe("numbers", () => {
  it.each([
    [999, "999"],
    [1_000, "1k"],
    [32_768, "32.8k"],
    [131_072, "131k"],
    [1_500_000, "1.5M"],
  ])("%i is %s", (value, text) => {
    expect(count(value)).toBe(text);
  });

  it("says times as people do", () => {
    expect([duration(340), duration(4_210), duration(125_000)]).toEqual(["340 ms", "4.2 s", "2 min 5 s"]);
    expect([speed(4.26), speed(41.3)]).toEqual(["4.3 tok/s", "41 tok/s"]);
    expect(ago(new Date(Date.now() - 5 * 60_000).toISOString())).toBe("5 min ago");
  });

  it("names places, lines from 1", () => {
    const at = (line: number, character: number) => ({ line, character });
    expect(place("file:///a/b%20c.ts", { start: at(9, 0), end: at(19, 4) })).toBe("b c.ts:10-20");
    expect(place("file:///a/b.ts", { start: at(9, 0), end: at(10, 0) })).toBe("b.ts:10");
    expect(place("file:///a/50%.txt")).toBe("50%.txt");
  });

  it("names files by their paths in the workspace, and by the folder too where there are several", () => {
    expect(place("file:///my%20w/src/a.ts", undefined, ["file:///my%20w"])).toBe("src/a.ts");
    expect(place("file:///w/src/a.ts", undefined, ["file:///v", "file:///w"])).toBe("w/src/a.ts");
    expect(place("file:///wide/src/a.ts", undefined, ["file:///w"])).toBe("a.ts");
  });
});
