import { expect, it } from "vitest";

import { isServerGone } from "../../../src/faults";
import { ProblemError, noServer } from "../../../src/problems";

const coded = (code: number): Error => Object.assign(new Error("no"), { code });

it.each([
  ["no server can be started", new ProblemError(noServer())],
  ["the connection ended while one waited", coded(-32097)],
  ["the question could not be written", coded(-32099)],
  ["the client runs no more", coded(-32096)],
  ["the connection was closed before", coded(1)],
])("knows that nobody answered: %s", (_, error) => {
  expect(isServerGone(error)).toBe(true);
});

it("takes what the server refuses for an answer", () => {
  expect(isServerGone(coded(-32803))).toBe(false);
});
