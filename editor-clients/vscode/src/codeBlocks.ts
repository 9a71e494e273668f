/**
 * The buttons of a code block in an answer: its text goes to the cursor, or into the file that it is meant for. Every
 * change is the user's own click and lies in the editor's undo; nothing is saved. Called by the panel's handlers.
 */
import type { Uri } from "vscode";
import {
  languages,
  type QuickPickItem,
  Range,
  type TextEditor,
  window,
  workspace,
  WorkspaceEdit,
} from "vscode";

import { attachable } from "./activeContext";
import { type FileDiff, parseDiff, placed } from "./unifiedDiff";
import { fileInWorkspace } from "./workspaceFiles";

/** Hands a block of code to the agent that edits, to be worked into a file. */
export type Merge = (code: string, uri: Uri) => Promise<void> | void;

interface Way extends QuickPickItem {
  go(): Promise<unknown>;
}

/** Puts text where the cursor is, in place of a selection; without an editor into a new document. */
export async function insertCode(text: string): Promise<void> {
  const editor = attachable(window.activeTextEditor);
  await (editor === undefined ? newDocument(text) : replaceSelection(editor, text));
}

/** A diff changes the file that it names; other code goes where the user wants it. */
export async function applyCode(text: string, language: string | undefined, merge: Merge): Promise<void> {
  const [file] = language === "diff" || language === "patch" ? parseDiff(text) : [];
  if (file !== undefined) {
    await applyDiff(file);
    return;
  }
  const editor = attachable(window.activeTextEditor);
  if (editor === undefined) {
    await newDocument(text, language);
    return;
  }
  const placeHolder = "Where does this code go?";
  const way = await window.showQuickPick(ways(editor, text, language, merge), { placeHolder });
  await way?.go();
}

/** Where code can go, the likeliest first. */
export function ways(editor: TextEditor, text: string, language: string | undefined, merge: Merge): Way[] {
  const { document, selection } = editor;
  const name = workspace.asRelativePath(document.uri);
  const whole = document.validateRange(new Range(0, 0, document.lineCount, 0));
  const there = selection.isEmpty ? "Insert at the cursor" : "Replace the selection";
  return [
    { label: there, description: name, go: () => replaceSelection(editor, text) },
    {
      label: `Have it worked into ${name}`,
      description: "by the agent that edits; you see the change first",
      go: async () => {
        await merge(text, document.uri);
      },
    },
    { label: `Replace all of ${name}`, go: () => replace(document.uri, [[whole, text]]) },
    { label: "Open as a new document", go: () => newDocument(text, language) },
  ];
}

/** The path is a model's: the file is named to the user, and it lies in the workspace. */
async function applyDiff(file: FileDiff): Promise<void> {
  const path = file.newPath ?? file.oldPath ?? "";
  const uri = await fileInWorkspace(path);
  if (uri === undefined) {
    void window.showWarningMessage(
      `chatls: the diff is of ${path || "no file"}, which is not in the workspace.`,
    );
    return;
  }
  const document = await workspace.openTextDocument(uri);
  const places = placed(document.getText(), file.hunks);
  if (places === undefined) {
    void window.showWarningMessage(`chatls: the diff does not fit ${path} as it is now.`);
    return;
  }
  const detail = `${file.hunks.length} ${file.hunks.length === 1 ? "place" : "places"} in ${uri.fsPath}`;
  if (
    (await window.showInformationMessage("Apply this diff?", { modal: true, detail }, "Apply")) === "Apply"
  ) {
    await replace(
      uri,
      places.map(({ start, count, text }) => [new Range(start, 0, start + count, 0), text]),
    );
    await window.showTextDocument(document);
  }
}

async function replaceSelection(editor: TextEditor, text: string): Promise<void> {
  await replace(editor.document.uri, [[editor.selection, text]]);
  await window.showTextDocument(editor.document, editor.viewColumn);
}

async function replace(uri: Uri, changes: readonly (readonly [Range, string])[]): Promise<void> {
  const edit = new WorkspaceEdit();
  for (const [range, text] of changes) {
    edit.replace(uri, range, text);
  }
  if (!(await workspace.applyEdit(edit))) {
    void window.showWarningMessage(`chatls: ${workspace.asRelativePath(uri)} could not be changed.`);
  }
}

async function newDocument(content: string, language?: string): Promise<void> {
  const known = language !== undefined && (await languages.getLanguages()).includes(language);
  const document = await workspace.openTextDocument({ content, ...(known && { language }) });
  await window.showTextDocument(document);
}
