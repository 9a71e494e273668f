/** Sessions as the panel handles them: found, opened, renamed, forked, undone. */
import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { grantHandlers, sessionHandlers, turnHandlers } from "../../src/sessions";
import { HostWindow, connect } from "../support/hostWindow";
import { until } from "../support/waiting";

describe("a session", () => {
  const shared = connect();
  let folder: string;
  let window: HostWindow;
  let sessions: ReturnType<typeof sessionHandlers>;
  let turns: ReturnType<typeof turnHandlers>;
  const told: string[] = [];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "window-"));
    window = await HostWindow.open(folder, "story", shared);
    sessions = sessionHandlers(window.chats, shared, (message) => void window.said.push(message));
    turns = turnHandlers(
      window.chats,
      shared,
      (message) => void window.said.push(message),
      (message) => {
        told.push(message);
        return Promise.resolve(undefined);
      },
    );
    for (const content of ["First", "Second", "Third"]) {
      window.send(content);
      await until(
        content,
        () => window.last?.head.message.content === content && !window.chats.active.isRunning,
      );
    }
  });
  after(async () => {
    await shared.stop();
    await window.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const messages = (): string[] => window.turns.map(({ head }) => head.message.content);
  const session = (): string => window.chats.active.sessionId ?? "";
  const turnId = (index: number): string => window.turns[index]?.head.turnId ?? "";

  it("is found by its words and opened with all its turns", async () => {
    const wanted = session();
    await sessions.newChat({ type: "newChat" });
    assert.deepEqual(messages(), []);
    await sessions.listSessions({ type: "listSessions", query: "Second" });
    assert.ok(
      window
        .told("sessions")
        .at(-1)
        ?.sessions.some(({ sessionId }) => sessionId === wanted),
    );
    await sessions.openSession({ type: "openSession", sessionId: wanted });
    assert.deepEqual(messages(), ["First", "Second", "Third"]);
    assert.equal(window.last?.text, "Once upon a time there was a parser.");
  });

  it("gets another title, here and in the list", async () => {
    await sessions.renameSession({ type: "renameSession", sessionId: session(), title: "Parsers" });
    assert.equal(window.told("session").at(-1)?.title, "Parsers");
    const [found] = window.told("sessions").at(-1)?.sessions ?? [];
    assert.equal(found?.title, "Parsers");
  });

  it("is copied up to a turn, and the copy is shown", async () => {
    const before = session();
    await sessions.forkSession({ type: "forkSession", turnId: turnId(1) });
    assert.notEqual(session(), before);
    assert.deepEqual(messages(), ["First", "Second"]);
  });

  it("loses a turn whose conversation is undone, and those after it", async () => {
    await turns.undoTurn({ type: "undoTurn", turnId: turnId(1), restore: "conversation" });
    assert.deepEqual(messages(), ["First"]);
    assert.match(told.at(-1) ?? "", /1 turn has left the conversation/);
    await sessions.openSession({ type: "openSession", sessionId: session() });
    assert.deepEqual(messages(), ["First"]);
  });

  it("says that it is not there", async () => {
    const opening = sessions.openSession({ type: "openSession", sessionId: "0123456789abcdef" });
    await assert.rejects(Promise.resolve(opening), /session/);
  });

  it("has its grants listed", async () => {
    const grants = grantHandlers(shared, (message) => void window.said.push(message));
    await grants.listGrants({ type: "listGrants" });
    assert.deepEqual(window.told("grants").at(-1)?.grants, []);
  });
});
