/** A conversation over its life: streamed, queued, stopped, cut off by a reload or a dead server, and gone on with. */
import { strict as assert } from "node:assert";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { HostWindow, connect } from "../support/hostWindow";
import { until } from "../support/waiting";

describe("a conversation", () => {
  const shared = connect();
  let folder: string;
  let windows: HostWindow[];

  const journals = (): string[] => readdirSync(join(folder, "turns"));
  /** A window whose server lives on behind it. */
  const open = async (model: string): Promise<HostWindow> => {
    const window = await HostWindow.open(folder, model, shared);
    windows.push(window);
    return window;
  };
  /** A window that takes its server with it when it is closed. */
  const openAlone = async (model?: string): Promise<HostWindow> => {
    const window = await HostWindow.open(folder, model);
    windows.push(window);
    return window;
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "window-"));
    windows = [];
  });
  afterEach(async () => {
    for (const window of windows) {
      window.chats.active.stop();
      await window.close();
    }
    rmSync(folder, { recursive: true, force: true });
  });
  after(() => shared.stop());

  it("streams an answer in batches that are the answer", async () => {
    const window = await open("story");
    window.send("Tell me");
    const { text, head } = await window.shows("done");
    const streamed = window.told("batch").flatMap(({ events }) => events);
    const joined = streamed.map((event) => (event.type === "token" ? event.data : "")).join("");
    assert.equal(joined, "Once upon a time there was a parser.");
    assert.equal(text, joined);
    assert.equal(head.result?.final, joined);
    assert.deepEqual(journals(), []);
  });

  it("shows again what waits when one comes back to it, and gives it back once when it is wanted back", async () => {
    const window = await open("endless");
    window.send("Begin");
    const { chats } = window;
    const sessionId = await until("a session", () => chats.active.sessionId);
    window.send("Later");
    chats.newChat();
    await chats.open(sessionId);
    const after = window.said.slice(window.said.findLastIndex(({ type }) => type === "init"));
    assert.ok(after.some((message) => message.type === "queued" && message.text === "Later"));
    chats.takeBack();
    chats.takeBack();
    assert.deepEqual(window.told("giveBack"), [{ type: "giveBack", text: "Later" }]);
    assert.equal(window.told("queued").at(-1)?.text, undefined);
    assert.equal(window.last?.head.state, "running");
  });

  it("reads a session that was asked for while the server ended from the next server", async () => {
    const first = await openAlone("story");
    first.send("Tell me");
    await first.shows("done");
    const sessionId = first.chats.active.sessionId ?? "";
    first.chats.newChat();
    first.kill();
    await first.chats.open(sessionId).catch(() => undefined);
    await until("the session of the next server", async () => {
      await first.chats.serverReady();
      return first.last?.head.message.content === "Tell me";
    });
  });

  it("sends what waited after a good end, all of it in one message", async () => {
    const window = await open("story");
    window.send("First");
    window.send("Second");
    window.send("Third");
    assert.equal(window.told("queued").at(-1)?.text, "Second\n\nThird");
    const [first, second] = await until("two answers", () =>
      window.turns.length === 2 && window.last?.head.state === "done" ? window.turns : undefined,
    );
    assert.equal(first?.head.state, "done");
    assert.equal(second?.head.message.content, "Second\n\nThird");
  });

  it("gives back what waited when the user stops the answer", async () => {
    const window = await open("endless");
    window.send("Go on");
    await window.shows("running", "word5");
    window.send("And then");
    window.chats.active.stop();
    assert.match((await window.shows("cancelled")).text, /^word0 word1 /);
    assert.deepEqual(window.told("giveBack"), [{ type: "giveBack", text: "And then" }]);
    assert.equal(window.turns.length, 1);
  });

  it("keeps every word over a reload, marked as cut short, and what waited", async () => {
    const before = await openAlone("endless");
    before.send("Go on");
    await before.shows("running", "word20");
    before.send("And then");
    const { text } = await before.shows("running");
    await before.close();
    const after = await openAlone();
    const kept = await after.shows("cut");
    assert.ok(kept.text.startsWith(text), `${kept.text} lacks some of ${text}`);
    assert.deepEqual(after.told("giveBack"), [{ type: "giveBack", text: "And then" }]);
    await after.close();
    const again = await openAlone();
    assert.equal((await again.shows("cut")).text, kept.text);
    assert.deepEqual(again.told("giveBack"), []);
  });

  it("goes on with a cut answer in the same session", async () => {
    const before = await openAlone("endless");
    before.send("Go on");
    await before.shows("running", "word5");
    await before.close();
    const after = await openAlone();
    const cut = await after.shows("cut");
    const session = after.chats.active.sessionId;
    after.chats.active.continueTurn(cut.head.turnId ?? "");
    await after.shows("running", "word3");
    assert.equal(after.chats.active.sessionId, session);
    assert.equal(after.turns.length, 2);
    assert.equal(after.turns[0]?.text, cut.text);
  });

  it("waits with what is said until it has been read, and goes on then", async () => {
    const before = await openAlone("endless");
    before.send("Go on");
    await before.shows("running", "word5");
    await before.close();
    const after = new HostWindow(folder);
    windows.push(after);
    await after.chats.restore();
    after.chats.active.continueTurn(after.last?.head.turnId ?? "");
    assert.match(after.told("queued").at(-1)?.text ?? "", /Go on exactly/);
    await after.connection.server();
    await after.shows("running", "word3");
    assert.deepEqual(
      after.turns.map(({ head }) => head.state),
      ["cut", "running"],
    );
    assert.equal(after.told("queued").at(-1)?.text, undefined);
  });

  it("tries a cut answer again in its place", async () => {
    const before = await openAlone("endless");
    before.send("Go on");
    await before.shows("running", "word5");
    await before.close();
    const after = await openAlone("story");
    const cut = await after.shows("cut");
    after.chats.active.retry(cut.head.turnId ?? "");
    const { head } = await after.shows("done", "parser");
    assert.equal(head.message.content, "Go on");
    assert.equal(after.turns.length, 1);
    assert.deepEqual(journals(), []);
  });

  it("keeps every word when the server is killed, and tells the model the last ones", async () => {
    const window = await open("endless");
    window.send("Go on");
    await window.shows("running", "word10");
    const { text } = await window.shows("running");
    window.kill();
    const cut = await window.shows("cut");
    assert.ok(cut.text.startsWith(text));
    assert.equal(cut.head.error?.code, "stream_interrupted");
    window.chats.active.continueTurn(cut.head.turnId ?? "");
    const { head } = await window.shows("running", "word1");
    const [attached] = head.message.attachments ?? [];
    assert.ok(attached?.type === "text" && cut.text.endsWith(attached.text));
  });

  it("has a message wait that was sent while no server was there, and sends it once there is one", async () => {
    const window = new HostWindow(folder);
    windows.push(window);
    window.chats.choose({ model: "scripted/story" });
    window.connection.fail(new Error("there is none"));
    window.send("Hello?");
    assert.deepEqual(window.turns, []);
    assert.equal(window.told("queued").at(-1)?.text, "Hello?");
    await window.connection.restart();
    const { head } = await window.shows("done");
    assert.equal(head.message.content, "Hello?");
    assert.equal(window.told("queued").at(-1)?.text, undefined);
    assert.equal(window.turns.length, 1);
  });

  it("puts a message that waits for a server into the box of the chat that is shown instead", async () => {
    const window = new HostWindow(folder);
    windows.push(window);
    window.chats.greet();
    window.connection.fail(new Error("there is none"));
    window.send("Hello?");
    window.chats.newChat();
    assert.deepEqual(window.told("giveBack"), [{ type: "giveBack", text: "Hello?" }]);
    assert.equal(window.chats.active.waiting, undefined);
    await window.connection.restart();
    assert.deepEqual(window.turns, []);
  });

  it("gives back what waited in a chat behind, when that is shown again", async () => {
    const window = await open("endless");
    window.send("Go on");
    await window.shows("running", "word5");
    const behind = window.chats.active;
    const session = behind.sessionId ?? "";
    window.send("And then");
    window.chats.newChat();
    behind.stop();
    await until("the end of the answer", () => !behind.isRunning);
    assert.deepEqual(window.told("giveBack"), []);
    await window.chats.open(session);
    assert.deepEqual(window.told("giveBack"), [{ type: "giveBack", text: "And then" }]);
    window.chats.newChat();
    await window.chats.open(session);
    assert.equal(window.told("giveBack").length, 1);
  });

  it("keeps what waits in a chat behind over a reload", async () => {
    const before = await openAlone("endless");
    before.send("Go on");
    await before.shows("running", "word5");
    const session = before.chats.active.sessionId ?? "";
    before.send("And then");
    before.chats.newChat();
    await before.close();
    const after = await openAlone();
    assert.deepEqual(after.told("giveBack"), []);
    await after.chats.open(session);
    assert.deepEqual(after.told("giveBack"), [{ type: "giveBack", text: "And then" }]);
  });

  it("sends what waits in a chat behind after a good end, and that chat is found again", async () => {
    const window = await open("story");
    window.send("First");
    const session = await until("a session", () => window.chats.active.sessionId);
    const behind = window.chats.active;
    window.send("Second");
    window.chats.newChat();
    await until("the second turn", () => behind.snapshot().turns.length === 2);
    await window.chats.open(session);
    assert.equal(window.chats.active, behind);
    assert.equal((await window.shows("done")).head.message.content, "Second");
  });

  it("draws nothing anew of an answer in another window unless it has changed, and then only that", async () => {
    const first = await open("story");
    first.send("Tell me");
    await first.shows("done");
    const session = first.chats.active.sessionId ?? "";
    first.chats.choose({ model: "scripted/endless" });
    first.send("Go on");
    await first.shows("running", "word3");
    const other = await HostWindow.open(mkdtempSync(join(folder, "other-")), undefined, shared);
    windows.push(other);
    await other.chats.open(session);
    assert.ok(other.chats.active.isRunningElsewhere);
    const before = other.said.length;
    first.chats.active.stop();
    await first.shows("cancelled");
    await until("the end is seen", () => other.last?.head.state === "cancelled");
    const after = other.said.slice(before);
    assert.deepEqual(
      after.filter(({ type }) => type === "init"),
      [],
    );
    const gone = after.flatMap((message) => (message.type === "removeTurns" ? message.turnKeys : []));
    assert.ok(!gone.includes(other.chats.active.snapshot().turns[0]?.turnKey ?? ""), "the first turn stays");
    assert.equal(other.turns.length, 2);
  });

  it("goes on behind another one that is shown", async () => {
    const window = await open("story");
    window.send("Tell me");
    await window.shows("running", "Once");
    const session = window.chats.active.sessionId ?? "";
    window.chats.newChat();
    assert.equal(window.turns.length, 0);
    await window.chats.open(session);
    assert.equal((await window.shows("done")).text, "Once upon a time there was a parser.");
  });
});
