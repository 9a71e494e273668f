import { describe, expect, it } from "vitest";

import { excerpt, parseDiff, placed, replaced, reversed } from "../../../src/unifiedDiff";

const BEFORE = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\neleven\ntwelve";
const AFTER = "one\nTWO\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\nmore\neleven\ntwelve\n";
const DIFF = `--- a/src/a.txt
+++ b/src/a.txt
@@ -1,5 +1,5 @@
 one
-two
+TWO
 three
 four
 five
@@ -8,5 +8,6 @@
 eight
 nine
 ten
+more
 eleven
-twelve
\\ No newline at end of file
+twelve
`;

function applied(text: string, diff: string, back = false): string | undefined {
  const hunks = parseDiff(diff)[0]?.hunks ?? [];
  const places = placed(text, back ? reversed(hunks) : hunks);
  return places && replaced(text, places);
}

describe("a unified diff", () => {
  it("turns a text into the changed one, and back, ends of lines included", () => {
    expect(applied(BEFORE, DIFF)).toBe(AFTER);
    expect(applied(AFTER, DIFF, true)).toBe(BEFORE);
  });

  it("names its file on both sides", () => {
    expect(parseDiff(DIFF)).toMatchObject([{ oldPath: "src/a.txt", newPath: "src/a.txt" }]);
  });

  it("fits where its lines have moved to", () => {
    expect(applied(`zero\n${BEFORE}`, DIFF)).toBe(`zero\n${AFTER}`);
  });

  it("fits nowhere when one of its lines has changed", () => {
    expect(applied(BEFORE.replace("ten", "10"), DIFF)).toBeUndefined();
  });

  it("is laid on a text with other line ends", () => {
    expect(applied(BEFORE.replaceAll("\n", "\r\n"), DIFF)).toBe(AFTER);
  });

  it("makes a file out of nothing", () => {
    const diff = "--- /dev/null\n+++ b/new.txt\n@@ -0,0 +1,2 @@\n+one\n+two\n";
    expect(parseDiff(diff)[0]).not.toHaveProperty("oldPath");
    expect(applied("", diff)).toBe("one\ntwo\n");
  });

  it("may remove a line that looks like the name of a file", () => {
    const diff = "--- a/q.sql\n+++ b/q.sql\n@@ -1,2 +1,1 @@\n--- a/x\n+++ b/x\n-select 1\n";
    expect(applied("-- a/x\nselect 1\n", diff)).toBe("++ b/x\n");
    expect(parseDiff(diff)).toHaveLength(1);
  });

  it("keeps its files apart, and passes over what is none", () => {
    const git = `diff --git a/x b/x\nindex 1..2 100644\n${DIFF}diff --git a/y b/y\n${DIFF.replaceAll("src/a", "b")}`;
    expect(parseDiff(git).map((file) => [file.newPath, file.hunks.length])).toEqual([
      ["src/a.txt", 2],
      ["b.txt", 2],
    ]);
    expect(parseDiff("no diff\nat all")).toEqual([]);
  });

  it("has an excerpt of either side for a text that it does not fit", () => {
    const [file] = parseDiff("@@ -3 +3 @@ function f\n-old\n+new\n");
    expect(excerpt(file?.hunks ?? [], "old")).toBe("@@ -3 +3 @@ function f\nold\n");
    expect(excerpt(file?.hunks ?? [], "new")).toBe("@@ -3 +3 @@ function f\nnew\n");
  });

  it("is read in a time that grows with its size alone", () => {
    const text = "same\n".repeat(200_000);
    const diff = `--- a/x\n+++ b/x\n@@ -1,200000 +1,200001 @@\n+more\n${" same\n".repeat(200_000)}`;
    expect(applied(text, diff)).toBe(`more\n${text}`);
  });
});
