/**
 * The quick fix "Fix with chatls" on every problem that VS Code shows. It sends nothing by itself: the command does,
 * when it is chosen. Registered by extension.ts.
 */
import {
  CodeAction,
  type CodeActionContext,
  CodeActionKind,
  type CodeActionProvider,
  type Disposable,
  languages,
  type Range,
  type TextDocument,
} from "vscode";

import { CommandId } from "./commandIds";

export function registerCodeActions(): Disposable {
  const selector = [{ scheme: "file" }, { scheme: "untitled" }];
  return languages.registerCodeActionsProvider(selector, provider, {
    providedCodeActionKinds: [CodeActionKind.QuickFix],
  });
}

const provider: CodeActionProvider = {
  provideCodeActions(document: TextDocument, _: Range, { diagnostics }: CodeActionContext): CodeAction[] {
    const [first, ...others] = diagnostics;
    if (first === undefined) {
      return [];
    }
    const range = others.reduce((joined, each) => joined.union(each.range), first.range);
    const action = new CodeAction("Fix with chatls", CodeActionKind.QuickFix);
    action.diagnostics = [...diagnostics];
    action.command = {
      command: CommandId.FixDiagnostics,
      title: action.title,
      arguments: [document.uri, range],
    };
    return [action];
  },
};
