import { expect, it } from "vitest";

import { Backoff } from "../../../src/backoff";

it("starts again at once, then later and later, and then no more", () => {
  const backoff = new Backoff();
  const waits = Array.from({ length: 6 }, (_, second) => backoff.ended(second * 1000));
  expect(waits).toEqual([0, 1000, 2000, 4000, 8000, undefined]);
  expect(backoff.count).toBe(6);
});

it("forgets what was minutes ago", () => {
  const backoff = new Backoff();
  backoff.ended(0);
  backoff.ended(1000);
  expect(backoff.ended(200_000)).toBe(0);
});

it("forgets everything when the user starts the server", () => {
  const backoff = new Backoff();
  backoff.ended(0);
  backoff.reset();
  expect(backoff.ended(1)).toBe(0);
});
