import { expect, it } from "vitest";

import { joined } from "../../../src/waiting";

const attachment = (uri: string) => ({ type: "file" as const, uri });

it("is what was said, where nothing waited", () => {
  const next = { message: { content: "a" }, agent: "edit" };
  expect(joined(undefined, next)).toBe(next);
});

it("takes in what is said while it waits, with all that goes along", () => {
  const before = { message: { content: "a", attachments: [attachment("file:///a")] }, agent: "edit" };
  const next = { message: { content: "b", attachments: [attachment("file:///b")] } };
  expect(joined(before, next)).toEqual({
    message: { content: "a\n\nb", attachments: [attachment("file:///a"), attachment("file:///b")] },
    agent: "edit",
  });
});

it("still stands in the place of the turn that it was to replace", () => {
  const before = { message: { content: "a" }, replace: "t1" };
  expect(joined(before, { message: { content: "b" } }).replace).toBe("t1");
});
