/** `@chatls` in VS Code's chat view: a turn's events as that view's parts, and the session that goes on. */
import { strict as assert } from "node:assert";
import * as vscode from "vscode";

import { type RunTurn, answer } from "../../src/participant";
import type { ChatEvent, StreamParams } from "../../src/protocol";
import { file } from "../support/documents";

const token = new vscode.CancellationTokenSource().token;
const STARTED: ChatEvent = {
  type: "start",
  seq: 0,
  sessionId: "s1",
  turnId: "t1",
  agent: "chat",
  model: "a/b",
};
const timings = { firstTokenMs: 1, totalMs: 2 };

/** A turn with these events, and what it was asked. */
function turn(...events: ChatEvent[]): { run: RunTurn; asked: StreamParams[] } {
  const asked: StreamParams[] = [];
  const run: RunTurn = (params, onEvent) => {
    asked.push(params);
    for (const event of events) onEvent(event);
    const result = {
      sessionId: "s1",
      turnId: "t1",
      final: "",
      stopReason: "end_turn",
      timings,
      lastSeq: 1,
    } as const;
    return Promise.resolve(result);
  };
  return { run, asked };
}

/** A response that notes what is drawn. */
function response(): { stream: vscode.ChatResponseStream; drawn: string[] } {
  const drawn: string[] = [];
  const note = (kind: string) => (value: unknown) => void drawn.push(`${kind}: ${String(value)}`);
  const parts = { markdown: note("markdown"), progress: note("progress"), reference: note("reference") };
  return { stream: parts as unknown as vscode.ChatResponseStream, drawn };
}

function request(prompt: string, ...values: unknown[]): vscode.ChatRequest {
  return {
    prompt,
    references: values.map((value, at) => ({ id: `r${at}`, value })),
  } as unknown as vscode.ChatRequest;
}

const fresh: vscode.ChatContext = { history: [] };

describe("the chat participant", () => {
  it("draws the answer, the tools and what they changed, but no subtask's text", async () => {
    const { run } = turn(
      STARTED,
      { type: "token", seq: 1, data: "Hello" },
      { type: "tool_call", seq: 2, id: "c", tool: "edit_file", args: {}, kind: "edit", title: "Edit a.py" },
      {
        type: "tool_result",
        seq: 3,
        id: "c",
        tool: "edit_file",
        durationMs: 1,
        result: { text: "", uris: ["file:///a.py"] },
      },
      { type: "token", seq: 4, data: "inner", task: "c" },
    );
    const { stream, drawn } = response();
    await answer(run, request("Hi"), fresh, stream, token);
    assert.deepEqual(drawn, ["markdown: Hello", "progress: Edit a.py…", "reference: file:///a.py"]);
  });

  it("sends what the user attached, each as what it is", async () => {
    const { run, asked } = turn(STARTED);
    const place = new vscode.Location(file("notes.txt"), new vscode.Range(0, 0, 1, 0));
    await answer(
      run,
      request("Hi", file("src"), file("notes.txt"), place, "text", 5),
      fresh,
      response().stream,
      token,
    );
    const uri = file("notes.txt").toString();
    assert.deepEqual(asked[0]?.message?.attachments, [
      { type: "folder", uri: file("src").toString() },
      { type: "file", uri },
      { type: "file", uri, range: { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } } },
      { type: "text", name: "r3", text: "text" },
    ]);
  });

  it("says what went wrong, and the next turn goes on in the same session", async () => {
    const failing: RunTurn = (_, onEvent) => {
      onEvent(STARTED);
      return Promise.reject(new Error("Ollama is not running."));
    };
    const result = await answer(failing, request("Hi"), fresh, response().stream, token);
    assert.deepEqual(result, {
      errorDetails: { message: "Ollama is not running." },
      metadata: { sessionId: "s1" },
    });
    const before = Object.create(vscode.ChatResponseTurn.prototype, {
      result: { value: result },
    }) as vscode.ChatResponseTurn;
    const { run, asked } = turn(STARTED);
    await answer(run, request("Again"), { history: [before] }, response().stream, token);
    assert.equal(asked[0]?.sessionId, "s1");
  });
});
