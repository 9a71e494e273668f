/** The connection to the server: what starts, what does not and why, and what happens when it ends by itself. */
import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startServer } from "../../src/client";
import type { Connection } from "../../src/connection";
import { ProblemError } from "../../src/problems";
import { connect, parts } from "../support/hostWindow";
import { until } from "../support/waiting";

/** A language server that answers everything with this capability of chatls. */
const serverThat = (experimental: unknown): string => `
process.stdin.on("data", (data) => {
  for (const [, text] of String(data).matchAll(/\\r\\n\\r\\n(\\{.*?\\})(?=Content-Length|$)/gs)) {
    const { id, method } = JSON.parse(text);
    if (method === "exit") process.exit(0);
    if (id === undefined) continue;
    const result = method === "initialize"
      ? { capabilities: { experimental: ${JSON.stringify(experimental)} }, serverInfo: { name: "x", version: "9.9" } }
      : null;
    const answer = JSON.stringify({ jsonrpc: "2.0", id, result });
    process.stdout.write("Content-Length: " + Buffer.byteLength(answer) + "\\r\\n\\r\\n" + answer);
  }
});`;

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
    const { message } = await problemOf(serverThat({ chatls: { protocol: 2, methods: [] } }));
    assert.match(message, /9\.9.*newer.*update the extension/);
  });

  it("that is older is refused with a button to update it", async () => {
    const { message, actions } = await problemOf(serverThat({ chatls: { protocol: 0, methods: [] } }));
    assert.match(message, /9\.9.*older.*update the server/);
    assert.equal(actions[0], "update");
  });

  it("of something else is refused", async () => {
    assert.match((await problemOf(serverThat({}))).message, /not chatls/);
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

  it("keeps what happened while a message was held", async () => {
    const release = connection.hold("The server is being installed.");
    await connection.start();
    release();
    assert.equal(connection.state.kind, "ready");
  });

  it("ends the server when the user wants another one", async () => {
    const first = await connection.start();
    await connection.restart();
    assert.notEqual(pid(), first.pid);
    assert.equal(await first.ended, "exit code 0");
  });
});
