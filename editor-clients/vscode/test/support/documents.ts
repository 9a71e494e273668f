/**
 * Documents of the workspace as tests in the extension host need them: opened, typed into, put back. Used by `../host/`.
 */
import { randomUUID } from "node:crypto";

import * as vscode from "vscode";

/** A file of the workspace. */
export function file(path: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) throw new Error("No folder is open.");
  return vscode.Uri.joinPath(folder.uri, path);
}

/** Writes a file on the disk, behind the editor's back. */
export async function write(path: string, text: string): Promise<vscode.Uri> {
  await vscode.workspace.fs.writeFile(file(path), Buffer.from(text));
  return file(path);
}

export async function onDisk(path: string): Promise<string> {
  return Buffer.from(await vscode.workspace.fs.readFile(file(path))).toString();
}

/** Opens a new file in an editor; no other test has used its name, so VS Code knows no older text of it. */
export async function openNew(text: string, extension = "txt"): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await write(`made-${randomUUID()}.${extension}`, text));
}

/** Opens a file as it is on the disk: VS Code may still have the text of the test before. */
export async function openAsOnDisk(path: string): Promise<vscode.TextEditor> {
  const editor = await vscode.window.showTextDocument(file(path));
  await vscode.commands.executeCommand("workbench.action.files.revert");
  return editor;
}

/** Types at the beginning of a document, as a user does. */
export async function type(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.insert(document.uri, new vscode.Position(0, 0), text);
  await vscode.workspace.applyEdit(edit);
}

export async function closeAll(): Promise<void> {
  await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
}
