/**
 * What the commands of the palette, the menus and the quick fixes do: each puts together what it is about and hands it
 * to the conversation or to the server. Registered once, by extension.ts; the words are in prompts.ts.
 */
import { commands, Disposable, languages, Range, Uri, window, workspace } from "vscode";

import { type ActiveContext, type Attachment, attachable, attachmentsOf, labelOf } from "./activeContext";
import { CommandId } from "./commandIds";
import { toWire } from "./diagnostics";
import { pickModel } from "./modelPick";
import { EDIT_AGENT, editMessage, explainMessage, fixMessage } from "./prompts";
import type { Diagnostic, ListModelsResult, UserMessage } from "./protocol";
import { wireRange } from "./ranges";

/** The conversation that the panel shows. */
export interface ChatPort {
  /** Reveals the panel, with the cursor in its input. */
  focus(): Promise<void> | void;
  insertPrompt(text: string): Promise<void> | void;
  /** Reveals the panel and sends; `agent`: who answers this message. */
  send(message: UserMessage, agent?: string): Promise<void> | void;
  newChat(): Promise<void> | void;
  stop(): Promise<void> | void;
  models(): Promise<ListModelsResult>;
  chooseModel(id: string): Promise<void> | void;
}

export interface ServerPort {
  restart(): Promise<void> | void;
  showLogs(): void;
}

/** Lines around a problem that go along with it. */
const AROUND = 10;

type Handler = (...args: never[]) => Promise<void> | void;

export function registerCommands(chat: ChatPort, server: ServerPort, active: ActiveContext): Disposable {
  const handlers = Object.entries(commandHandlers(chat, server, active));
  return Disposable.from(...handlers.map(([id, handler]) => commands.registerCommand(id, handler)));
}

export function commandHandlers(chat: ChatPort, server: ServerPort, active: ActiveContext) {
  return {
    [CommandId.Ask]: (text?: unknown) => ask(chat, text),
    [CommandId.AskAboutSelection]: () => askAboutSelection(chat, active),
    [CommandId.Explain]: () => explain(chat),
    [CommandId.FixDiagnostics]: (uri?: unknown, range?: unknown) => fix(chat, uri, range),
    [CommandId.EditSelection]: (instruction?: unknown) => editSelection(chat, instruction),
    [CommandId.NewChat]: () => chat.newChat(),
    [CommandId.Stop]: () => chat.stop(),
    [CommandId.ChooseModel]: () => chooseModel(chat),
    [CommandId.RestartServer]: () => server.restart(),
    [CommandId.ShowLogs]: () => {
      server.showLogs();
    },
  } satisfies Record<CommandId, Handler>;
}

/** A key binding may bring a text; it is for the user to send it. */
async function ask(chat: ChatPort, text: unknown): Promise<void> {
  await chat.focus();
  if (typeof text === "string" && text !== "") {
    await chat.insertPrompt(text);
  }
}

/** What is selected goes along with the next message, also where the user had taken it away. */
async function askAboutSelection(chat: ChatPort, active: ActiveContext): Promise<void> {
  active.restore();
  await chat.focus();
}

async function explain(chat: ChatPort): Promise<void> {
  const editor = attachable(window.activeTextEditor);
  await chat.send(explainMessage(attachmentsOf(editor)));
}

/** A key binding may bring what is to be done; the user still sees it first. */
async function editSelection(chat: ChatPort, known: unknown): Promise<void> {
  const editor = attachable(window.activeTextEditor);
  if (editor === undefined) {
    nothingOpen();
    return;
  }
  const attachments = attachmentsOf(editor);
  const instruction = await window.showInputBox({
    prompt: `What is to change in ${labelOf(editor)}?`,
    placeHolder: "Every change is shown before it is made",
    ...(typeof known === "string" && { value: known }),
  });
  if (instruction?.trim()) {
    await chat.send(editMessage(instruction.trim(), attachments), EDIT_AGENT);
  }
}

/**
 * The problems of a document, those that touch a range alone where one is given: the quick fix gives both, a menu its
 * document, the palette nothing, which means the active file.
 */
async function fix(chat: ChatPort, of: unknown, within: unknown): Promise<void> {
  const uri = of instanceof Uri ? of : attachable(window.activeTextEditor)?.document.uri;
  const range = within instanceof Range ? within : undefined;
  if (uri === undefined) {
    nothingOpen();
    return;
  }
  const found = languages.getDiagnostics(uri).filter((each) => !range || range.intersection(each.range));
  const label = workspace.asRelativePath(uri);
  if (found.length === 0) {
    void window.showInformationMessage(`chatls: no problems are known in ${label}.`);
    return;
  }
  const problems = found.map(toWire);
  await chat.send(fixMessage(label, problems, [around(uri, problems)]), EDIT_AGENT);
}

/** The lines of a document from a little before the first problem to a little behind the last. */
function around(uri: Uri, problems: readonly Diagnostic[]): Attachment {
  const first = Math.min(...problems.map(({ range }) => range.start.line));
  const last = Math.max(...problems.map(({ range }) => range.end.line));
  return {
    type: "file",
    uri: uri.toString(),
    range: wireRange(new Range(Math.max(0, first - AROUND), 0, last + AROUND, 0)),
  };
}

async function chooseModel(chat: ChatPort): Promise<void> {
  const id = await pickModel(await chat.models());
  if (id !== undefined) {
    await chat.chooseModel(id);
  }
}

function nothingOpen(): void {
  void window.showInformationMessage("chatls: open the file that it is about first.");
}
