import { expect, it } from "vitest";

import { connectionMessage } from "../../../src/connectionMessage";
import type { ConnectionState } from "../../../src/connection";
import { ACTIONS, isAction, noFolder, noServer, withoutInstall, wrongProtocol } from "../../../src/problems";

it("says what is wrong and brings the buttons that help", () => {
  expect(connectionMessage({ kind: "failed", problem: noServer() }, undefined)).toMatchObject({
    type: "connection",
    state: "failed",
    message: expect.stringContaining("login shell") as string,
    actions: [{ id: "install", label: "Install Server…" }, { id: "openSettings" }, { id: "restart" }],
  });
});

it("says what stands in the way although the server runs", () => {
  const state = { kind: "ready", server: { version: "1", command: { command: "c", args: [] } } };
  const message = connectionMessage(state as unknown as ConnectionState, noFolder());
  expect(message).toMatchObject({ state: "ready", actions: [{ id: "openFolder" }] });
});

it("offers an update before anything else where the installed server is older", () => {
  const command = { command: "c", args: [], outdated: true };
  const state = { kind: "ready", server: { version: "1.0", command } } as unknown as ConnectionState;
  expect(connectionMessage(state, noFolder()).actions).toEqual([{ id: "update", label: "Update Server…" }]);
});

it("says which side is to be updated", () => {
  expect(wrongProtocol(2, 1, "9").message).toContain("update the extension");
  expect(wrongProtocol(1, 2, "9").message).toContain("update the server");
});

it("offers no installation that would not be used", () => {
  expect(withoutInstall(wrongProtocol(0, 1, "9")).actions).toEqual(["openSettings", "restart"]);
});

it("knows its buttons, and no others", () => {
  expect(isAction("install")).toBe(true);
  expect(isAction("constructor")).toBe(false);
  expect(Object.values(ACTIONS).every((label) => label.length > 0)).toBe(true);
});
