/** What each command hands to the conversation, and that VS Code knows them all. */
import { strict as assert } from "node:assert";
import * as vscode from "vscode";

import { ActiveContext } from "../../src/activeContext";
import { CommandId } from "../../src/commandIds";
import { type ChatPort, commandHandlers } from "../../src/commands";
import { modelItems } from "../../src/modelPick";
import { closeAll, file, openNew } from "../support/documents";
import { until } from "../support/waiting";

describe("a command", () => {
  let said: unknown[][];
  let active: ActiveContext;
  let run: ReturnType<typeof commandHandlers>;

  before(async () => {
    await vscode.extensions.getExtension("chatls.chatls")?.activate();
  });
  beforeEach(() => {
    said = [];
    active = new ActiveContext();
    const model = { id: "ollama/a", provider: "ollama", name: "a", capabilities: [] };
    const listed = { models: [model], providers: [], default: "ollama/a" };
    const note =
      (what: string) =>
      (...words: unknown[]) => {
        said.push([what, ...words]);
      };
    const chat: ChatPort = {
      focus: note("focus"),
      insertPrompt: note("insertPrompt"),
      send: note("send"),
      newChat: note("newChat"),
      stop: note("stop"),
      models: () => Promise.resolve(listed),
      chooseModel: note("chooseModel"),
    };
    run = commandHandlers(chat, { restart: note("restart"), showLogs: note("showLogs") }, active);
  });
  afterEach(async () => {
    active.dispose();
    await closeAll();
  });

  it("is known to VS Code as soon as the extension is there", async () => {
    const known = await vscode.commands.getCommands(true);
    assert.deepEqual(
      Object.values(CommandId).filter((id) => !known.includes(id)),
      [],
    );
  });

  it("to ask puts a text that it was given where the user can change it", async () => {
    await run[CommandId.Ask]("why?");
    assert.deepEqual(said, [["focus"], ["insertPrompt", "why?"]]);
  });

  it("to ask about a selection brings back what the user had taken away", async () => {
    await openNew("one\n");
    await until("a chip", () => active.chip, 5);
    active.remove();
    await run[CommandId.AskAboutSelection]();
    assert.deepEqual(said, [["focus"]]);
    assert.ok(active.chip);
  });

  it("to explain sends the selection with the prompt command", async () => {
    const editor = await openNew("one\ntwo\n");
    editor.selection = new vscode.Selection(1, 0, 1, 3);
    await run[CommandId.Explain]();
    const range = { start: { line: 1, character: 0 }, end: { line: 1, character: 3 } };
    const attachment = { type: "selection", uri: editor.document.uri.toString(), range, text: "two" };
    assert.deepEqual(said, [["send", { content: "/explain", attachments: [attachment] }]]);
  });

  it("to fix sends the problems of a file to the agent that edits, as text of the editor", async () => {
    const problems = vscode.languages.createDiagnosticCollection("test");
    const uri = file("src/hello.py");
    const far = new vscode.Diagnostic(new vscode.Range(40, 0, 40, 1), "far away");
    const near = new vscode.Diagnostic(
      new vscode.Range(1, 4, 1, 9),
      "undefined name",
      vscode.DiagnosticSeverity.Warning,
    );
    problems.set(uri, [far, near]);
    await run[CommandId.FixDiagnostics](uri, new vscode.Range(1, 0, 2, 0));
    problems.dispose();
    const range = { start: { line: 0, character: 0 }, end: { line: 11, character: 0 } };
    const attachments = [
      { type: "text", name: "problems in src/hello.py", text: "2: warning: undefined name" },
      { type: "file", uri: uri.toString(), range },
    ];
    assert.deepEqual(said, [["send", { content: "/fix src/hello.py", attachments }, "edit"]]);
  });

  it("to edit asks what is to change, and sends it with the file to the agent that edits", async () => {
    const { document } = await openNew("one\n");
    const edited = run[CommandId.EditSelection]("Rename it.");
    await until("the text is taken", async () => {
      await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
      return Promise.race([
        edited.then(() => true),
        new Promise((resolve) => setTimeout(resolve, 100, false)),
      ]);
    });
    const attachments = [{ type: "file", uri: document.uri.toString() }];
    assert.deepEqual(said, [["send", { content: "Rename it.", attachments }, "edit"]]);
  });

  it("to choose a model shows those that there are", async () => {
    const chosen = run[CommandId.ChooseModel]();
    await until("a model is chosen", async () => {
      await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
      return Promise.race([
        chosen.then(() => true),
        new Promise((resolve) => setTimeout(resolve, 50, false)),
      ]);
    });
    assert.deepEqual(said, [["chooseModel", "ollama/a"]]);
  });

  it("to choose a model says which providers cannot be reached, and why", () => {
    const model = {
      id: "a/b",
      provider: "a",
      name: "b",
      contextLength: 16_384,
      capabilities: ["tools" as const],
    };
    const silent = { id: "ollama", reachable: false, reason: "Ollama is not running.", hint: "Start it." };
    assert.deepEqual(modelItems({ models: [model], providers: [silent], default: "a/b" }), [
      { id: "a/b", label: "a/b", description: "default, tools", detail: "16,384 tokens of context" },
      { label: "$(warning) ollama cannot be reached", detail: "Ollama is not running. Start it." },
    ]);
  });

  it("from a menu is about the document there, whatever else the menu brings", async () => {
    const problems = vscode.languages.createDiagnosticCollection("test");
    problems.set(file("src/hello.py"), [new vscode.Diagnostic(new vscode.Range(0, 0, 0, 1), "wrong")]);
    await run[CommandId.FixDiagnostics](file("src/hello.py"), { groupId: 0 });
    problems.dispose();
    assert.equal((said[0]?.[1] as { content: string }).content, "/fix src/hello.py");
  });

  it("for a problem is offered as its quick fix", async () => {
    const problems = vscode.languages.createDiagnosticCollection("test");
    const { document } = await openNew("one\n");
    const range = new vscode.Range(0, 0, 0, 3);
    problems.set(document.uri, [new vscode.Diagnostic(range, "no such word")]);
    const offered = await until("the quick fix", async () => {
      const found = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        "vscode.executeCodeActionProvider",
        document.uri,
        range,
      );
      return found.find(({ title }) => title === "Fix with chatls");
    });
    problems.dispose();
    assert.equal(offered.command?.command, CommandId.FixDiagnostics);
  });
});
