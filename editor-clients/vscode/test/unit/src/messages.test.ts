import * as v from "valibot";
import { expect, it } from "vitest";

import { viewMessage } from "../../../src/messages";

const accepts = (message: unknown): boolean => v.safeParse(viewMessage, message).success;

it.each([
  { type: "ready" },
  { type: "send", text: "hello", withContext: true },
  { type: "send", text: "hello", withContext: false, replaceTurnId: "t1" },
  { type: "approve", approvalId: "a1", optionId: "o1", hunks: ["h1"] },
  {
    type: "openFile",
    uri: "file:///a",
    range: { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } },
  },
])("takes %j", (message) => {
  expect(accepts(message)).toBe(true);
});

it.each([
  null,
  "ready",
  { type: "nothing" },
  { type: "send", text: "hello" },
  { type: "send", text: 1, withContext: true },
  { type: "send", text: "hello", withContext: true, agent: "edit" },
  { type: "approve", approvalId: "", optionId: "o1" },
  { type: "undoTurn", turnId: "t1", restore: "everything" },
  { type: "renameSession", sessionId: "s1", title: "" },
  { type: "complete", id: -1, text: "", position: { line: 0, character: 0 } },
])("drops %j", (message) => {
  expect(accepts(message)).toBe(false);
});
