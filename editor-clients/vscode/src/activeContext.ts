/**
 * The file that the user is in, and what is selected there: shown as a chip over the input, and attached to the next
 * message unless the user takes it away. The server reads the document as it is open, unsaved text included. The panel
 * shows the chip, conversations and commands take the attachments.
 */
import { Disposable, EventEmitter, type TextEditor, window, workspace } from "vscode";

import type { ContextChip } from "./messages";
import type { UserMessage } from "./protocol";
import { shownLines, wireRange } from "./ranges";

export type Attachment = NonNullable<UserMessage["attachments"]>[number];
type OfEditor = Extract<Attachment, { type: "file" | "selection" }>;

/** Documents that the server is told of. Output, diffs and the like are none. */
const SCHEMES = new Set(["file", "untitled"]);

export class ActiveContext implements Disposable {
  private readonly changed = new EventEmitter<ContextChip | undefined>();
  private editor = attachable(window.activeTextEditor);
  private removed = false;
  private shown = "";
  private readonly filed = Disposable.from(
    this.changed,
    window.onDidChangeActiveTextEditor(() => {
      this.follow();
    }),
    window.onDidChangeVisibleTextEditors(() => {
      this.follow();
    }),
    window.onDidChangeTextEditorSelection(() => {
      this.tell();
    }),
  );

  readonly onDidChange = this.changed.event;

  get chip(): ContextChip | undefined {
    return this.removed ? undefined : chipOf(this.editor);
  }

  /** What the chip stands for, unasked; nothing where there is none. */
  attachments(): Attachment[] {
    const found = this.removed ? [] : attachmentsOf(this.editor);
    return found.map((attachment) => ({ ...attachment, implicit: true }));
  }

  /** Takes the chip away until another file becomes active. */
  remove(): void {
    this.removed = true;
    this.tell();
  }

  /** Shows the chip again. */
  restore(): void {
    this.removed = false;
    this.tell();
  }

  dispose(): void {
    this.filed.dispose();
  }

  /** An output or a diff that gets the focus does not change what the user works on, as long as that can be seen. */
  private follow(): void {
    const seen = window.visibleTextEditors.find((editor) => editor.document === this.editor?.document);
    const editor = attachable(window.activeTextEditor) ?? seen;
    this.removed &&= editor?.document === this.editor?.document;
    this.editor = editor;
    this.tell();
  }

  private tell(): void {
    const chip = this.chip;
    const shown = JSON.stringify(chip ?? null);
    if (shown !== this.shown) {
      this.shown = shown;
      this.changed.fire(chip);
    }
  }
}

/** The selection of an editor, or else its document. */
export function attachmentsOf(editor: TextEditor | undefined): OfEditor[] {
  if (editor === undefined) {
    return [];
  }
  const { document, selection } = editor;
  const uri = document.uri.toString();
  if (selection.isEmpty) {
    return [{ type: "file", uri }];
  }
  return [{ type: "selection", uri, range: wireRange(selection), text: document.getText(selection) }];
}

/** How an editor's file or selection is called: "src/a.py:10-12". */
export function labelOf({ document, selection }: TextEditor): string {
  const name = workspace.asRelativePath(document.uri);
  return selection.isEmpty ? name : `${name}:${shownLines(wireRange(selection))}`;
}

/** The editor, if the server knows its document. */
export function attachable(editor: TextEditor | undefined): TextEditor | undefined {
  return editor !== undefined && SCHEMES.has(editor.document.uri.scheme) ? editor : undefined;
}

function chipOf(editor: TextEditor | undefined): ContextChip | undefined {
  if (editor === undefined) {
    return undefined;
  }
  const { document, selection } = editor;
  const range = selection.isEmpty ? {} : { range: wireRange(selection) };
  return { label: labelOf(editor), uri: document.uri.toString(), ...range };
}
