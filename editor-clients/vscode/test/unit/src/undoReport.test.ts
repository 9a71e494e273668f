import { expect, it } from "vitest";

import { undoReport } from "../../../src/undoReport";

const name = (uri: string): string => uri.replace("file:///w/", "");
const files = Array.from({ length: 12 }, (_, index) => `file:///w/src/deep/module_${index}.py`);
const long = `12 files are as they were before: ${files.map(name).join(", ")}.`;

it("is the server's own sentence where that is short", () => {
  const message = "1 file is as it was before: a.py.";
  expect(undoReport({ message, files: ["file:///w/a.py"] }, name)).toEqual({ short: message });
});

it("counts many files and names the first ones, and has all of them for the panel", () => {
  const { short, full } = undoReport({ message: long, files }, name);
  expect(short).toBe("Undone: 12 files (module_0.py, module_1.py, module_2.py, …).");
  expect(full?.split("\n").filter((line) => line.startsWith("  src/deep/"))).toHaveLength(12);
  expect(full).toContain(long);
});

it("says which files stay as they are", () => {
  const kept = ["file:///w/large.bin"];
  const { short, full } = undoReport({ message: long, files, kept }, name);
  expect(short).toMatch(/Not put back: 1 file \(large\.bin\)\.$/);
  expect(full).toMatch(/Not put back:\n {2}large\.bin$/);
});
