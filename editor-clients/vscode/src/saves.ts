/**
 * `chat/saveDocuments`: has VS Code save open documents, so that a command sees what was edited. Which documents may
 * be saved is the server's to decide. Called by serverRequests.ts.
 */
import { Uri, workspace } from "vscode";

import type { SaveDocumentsParams, SaveDocumentsResult } from "./protocol";

/** Saves each; those that are not open, have no file yet or cannot be written are `failed`. */
export async function saveDocuments({ uris }: SaveDocumentsParams): Promise<SaveDocumentsResult> {
  const done = await Promise.all(uris.map(save));
  return { saved: uris.filter((_, index) => done[index]), failed: uris.filter((_, index) => !done[index]) };
}

async function save(uri: string): Promise<boolean> {
  const wanted = Uri.parse(uri).toString();
  const document = workspace.textDocuments.find((open) => open.uri.toString() === wanted);
  // Saving a document without a file would ask for its name, in the midst of a turn.
  if (document === undefined || document.isUntitled) {
    return false;
  }
  try {
    return await document.save();
  } catch {
    return false;
  }
}
