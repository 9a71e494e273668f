/** The connection to the server: what starts, what does not and why, and what happens when it ends by itself. */
import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startServer } from "../../src/client";
import type { Connection } from "../../src/connection";
import { ProblemError } from "../../src/problems";
import { connect, parts } from "../support/hostWindow";
import { announcing } from "../support/servers";
import { gate, until } from "../support/waiting";

describe("a server", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "servers-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function problemOf(script: string): Promise<ProblemError["problem"]> {
    const file = join(folder, "server.cjs");
    writeFileSync(file, script);
    const started = startServer({ command: process.execPath, args: [file] }, parts);
    const error: unknown = await started.catch((reason: unknown) => reason);
    assert.ok(error instanceof ProblemError, String(error));
    return error.problem;
  }

  it("that is newer is refused with the advice to update the extension", async () => {
    const { message } = await problemOf(announcing({ protocol: 2, methods: [] }));
    assert.match(message, /9\.9.*newer.*update the extension/);
  });

  it("that is older is refused with a button to update it", async () => {
    const { message, actions } = await problemOf(announcing({ protocol: 0, methods: [] }));
    assert.match(message, /9\.9.*older.*update the server/);
    assert.equal(actions[0], "update");
  });

  it("of something else is refused", async () => {
    assert.match((await problemOf(announcing(undefined))).message, /not chatls/);
  });

  it("that ends at once is quoted", async () => {
    const { message } = await problemOf("console.error('no module named pygls'); process.exit(3)");
    assert.match(message, /exit code 3.*no module named pygls/);
  });

  it("that cannot be started is said to be so", async () => {
    const started = startServer({ command: join(folder, "nothing"), args: [] }, parts);
    await assert.rejects(started, /could not be started.*ENOENT/);
  });
});

describe("the connection", () => {
  let connection: Connection;

  beforeEach(() => {
    connection = connect();
  });
  afterEach(async () => {
    await connection.stop();
  });

  const pid = (): number | undefined =>
    connection.state.kind === "ready" ? connection.state.server.pid : undefined;

  it("answers a request that was made before the server had started", async () => {
    const { agents } = await connection.request("chat/listAgents", {});
    assert.ok(agents.some(({ id }) => id === "explore"));
  });

  it("starts a server that was killed again", async () => {
    await connection.start();
    const first = pid();
    process.kill(first ?? 0, "SIGKILL");
    await until("another server", () => (pid() !== undefined && pid() !== first ? true : undefined));
    assert.ok((await connection.request("chat/listAgents", {})).agents.length > 0);
  });

  it("starts one server for all who ask at the same time", async () => {
    const servers = await Promise.all([connection.start(), connection.start(), connection.start()]);
    assert.equal(new Set(servers.map((server) => server.pid)).size, 1);
  });

  it("leaves no server behind when one is wanted while another is on its way", async () => {
    const first = await connection.start();
    const ready: (number | undefined)[] = [];
    const listening = connection.onDidChange((state) => {
      if (state.kind === "ready") ready.push(state.server.pid);
    });
    await Promise.all([connection.restart(), connection.start()]);
    listening.dispose();
    assert.deepEqual(ready, [pid()]);
    assert.equal(await first.ended, "exit code 0");
  });

  it("has everybody wait who wants a server while one is being installed, and starts one then", async () => {
    const states: string[] = [];
    connection.onDidChange((state) => states.push(state.kind));
    const { passed, open } = gate<boolean>();
    const prepared = connection.prepare("The server is being installed.", () => passed);
    const asked = connection.request("chat/listAgents", {});
    const started = connection.start();
    const restarted = connection.restart();
    assert.deepEqual(connection.state, { kind: "starting", message: "The server is being installed." });
    await new Promise(setImmediate);
    assert.deepEqual(states, ["starting"]);
    open(true);
    await prepared;
    assert.ok((await asked).agents.length > 0);
    await Promise.all([started, restarted]);
    assert.equal(connection.state.kind, "ready");
  });

  it("says again what was wrong when an installation was given up", async () => {
    connection.fail(new Error("there is none"));
    const before = connection.state;
    const { passed, open } = gate<boolean>();
    const prepared = connection.prepare("The server is being installed.", () => passed);
    open(false);
    await prepared;
    assert.equal(connection.state, before);
    await assert.rejects(connection.server(), /there is none/);
  });

  it("keeps the server that runs until another one is installed, and where that fails", async () => {
    const first = await connection.start();
    const failing = connection.prepare("It is updated.", () => Promise.reject(new Error("no network")));
    assert.equal(await connection.server(), first);
    await assert.rejects(failing, /no network/);
    assert.equal(await connection.server(), first);
    await connection.prepare("It is updated.", () => Promise.resolve(true));
    assert.notEqual(pid(), first.pid);
  });

  it("ends the server when the user wants another one", async () => {
    const first = await connection.start();
    await connection.restart();
    assert.notEqual(pid(), first.pid);
    assert.equal(await first.ended, "exit code 0");
  });
});
