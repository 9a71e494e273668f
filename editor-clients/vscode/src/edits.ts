/**
 * `workspace/applyEdit`, strictly: an edit is for open documents in exactly the version that the server saw, or it is
 * not made. The language client alone lets through edits without a version and those of documents that are not open.
 * The middleware of the client, set up in client.ts; it makes no edit itself.
 */
import { CancellationTokenSource, Uri, workspace } from "vscode";
import { type Middleware, TextDocumentEdit, type WorkspaceEdit } from "vscode-languageclient/node";

type HandleApplyEdit = NonNullable<NonNullable<Middleware["workspace"]>["handleApplyEdit"]>;

/** Answers `applied: false`, with the reason, for an edit of something else than what is open now. */
export const strictEdits: HandleApplyEdit = (params, next) => {
  const failureReason = stale(params.edit);
  return failureReason === undefined ? next(params, never) : { applied: false, failureReason };
};

const never = new CancellationTokenSource().token;

function stale(edit: WorkspaceEdit): string | undefined {
  if (!workspace.isTrusted) {
    return "This workspace is not trusted.";
  }
  if (Object.keys(edit.changes ?? {}).length > 0) {
    return "An edit without versions is not taken.";
  }
  for (const change of edit.documentChanges ?? []) {
    if (!TextDocumentEdit.is(change)) {
      continue;
    }
    const uri = Uri.parse(change.textDocument.uri).toString();
    const document = workspace.textDocuments.find((open) => open.uri.toString() === uri);
    if (document === undefined) {
      return `${uri} is not open.`;
    }
    if (document.version !== change.textDocument.version) {
      return `${uri} has changed since.`;
    }
  }
  return undefined;
}
