import { expect, it } from "vitest";

import { explained } from "../../../src/pipFailures";

it.each([
  [
    "no network",
    [
      "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(...): Connection refused'",
      "ERROR: No matching distribution found for pygls<3,>=2.1",
    ],
    "could not reach the package index",
  ],
  [
    "a package that is not there",
    [
      "ERROR: Could not find a version that satisfies the requirement pygls<3,>=2.1 (from versions: none)",
      "ERROR: No matching distribution found for pygls<3,>=2.1",
    ],
    "no pygls<3,>=2.1",
  ],
  ["a full disk", ["OSError: [Errno 28] No space left on device"], "the disk is full"],
  ["no pip", ["The virtual environment was not created because ensurepip is not available."], "python3-venv"],
  ["a compiler", ["error: subprocess-exited-with-error", "× Building wheel for x did not run"], "compiled"],
  ["a certificate", ["SSLError(SSLCertVerificationError: CERTIFICATE_VERIFY_FAILED)"], "certificate"],
  ["something else", ["doing things", "ERROR: Invalid requirement", ""], "Invalid requirement"],
])("explains %s", (_, lines, words) => {
  expect(explained(lines)).toContain(words);
});

it("says so where the step said nothing", () => {
  expect(explained([])).toContain("the log");
});
