/**
 * Changes in VS Code's own diff editor: the file as it is beside the file as it would be, or was. The side that is not
 * on the disk is a read-only document with a scheme of its own, made from a unified diff. Called by the panel's
 * handlers; what a diff says is worked out in unifiedDiff.ts.
 */
import {
  commands,
  Disposable,
  EventEmitter,
  TabInputTextDiff,
  type TextDocumentContentProvider,
  Uri,
  window,
  workspace,
} from "vscode";

import { type DiffHunk, type FileDiff, excerpt, parseDiff, placed, replaced, reversed } from "./unifiedDiff";

export const DIFF_SCHEME = "chatls-diff";

export interface ShownDiff {
  /** Names the change: shown again under the same key it takes the place of the one before. */
  readonly key: string;
  readonly title: string;
  /** A unified diff of one file. */
  readonly diff: string;
  /** The file that it is of. */
  readonly uri?: string | undefined;
  /** The change has been made: the file is its result. */
  readonly done: boolean;
}

const NOTHING: FileDiff = { hunks: [] };

type Sides = readonly [before: Uri, after: Uri];

export class Diffs implements TextDocumentContentProvider, Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new EventEmitter<Uri>();
  private readonly filed = Disposable.from(
    this.changed,
    workspace.registerTextDocumentContentProvider(DIFF_SCHEME, this),
    workspace.onDidCloseTextDocument(({ uri }) => {
      if (uri.scheme === DIFF_SCHEME) {
        this.texts.delete(uri.toString());
      }
    }),
  );

  readonly onDidChange = this.changed.event;

  provideTextDocumentContent(uri: Uri): string {
    return this.texts.get(uri.toString()) ?? "";
  }

  async show(shown: ShownDiff): Promise<void> {
    const [before, after] = await this.sides(shown);
    const title = `${shown.title} (${shown.done ? "done" : "proposed"})`;
    await commands.executeCommand("vscode.diff", before, after, title, { preview: true });
  }

  /** Closes the diff editors of a change that is not proposed any more. */
  async close(key: string): Promise<void> {
    const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
    await window.tabGroups.close(
      tabs.filter(({ input }) => input instanceof TabInputTextDiff && shows(input, key)),
    );
  }

  dispose(): void {
    this.filed.dispose();
  }

  private async sides(shown: ShownDiff): Promise<Sides> {
    const { key, diff, uri, done } = shown;
    const hunks = parseDiff(diff)[0]?.hunks ?? [];
    const text = uri === undefined ? undefined : await textOf(uri);
    const turned = text === undefined ? undefined : patched(text, done ? reversed(hunks) : hunks);
    if (uri === undefined || turned === undefined) {
      return this.excerpts(shown);
    }
    const file = Uri.parse(uri);
    return done
      ? [this.virtual(file.path, `${key}/old`, turned), file]
      : [file, this.virtual(file.path, `${key}/new`, turned)];
  }

  /** A new file has no other side; of one that has changed since, the diff itself is all there is to show. */
  private excerpts({ key, diff }: ShownDiff): Sides {
    const [file = NOTHING] = parseDiff(diff);
    const path = `/${file.newPath ?? file.oldPath ?? "change"}`;
    const isNew = file.oldPath === undefined;
    const before = isNew ? "" : excerpt(file.hunks, "old");
    const after = isNew ? file.hunks.flatMap((hunk) => hunk.new).join("") : excerpt(file.hunks, "new");
    return [this.virtual(path, `${key}/old`, before), this.virtual(path, `${key}/new`, after)];
  }

  private virtual(path: string, query: string, text: string): Uri {
    const uri = Uri.from({ scheme: DIFF_SCHEME, path, query });
    const before = this.texts.get(uri.toString());
    this.texts.set(uri.toString(), text);
    if (before !== undefined && before !== text) {
      this.changed.fire(uri);
    }
    return uri;
  }
}

function patched(text: string, hunks: readonly DiffHunk[]): string | undefined {
  const places = placed(text, hunks);
  return places && replaced(text, places);
}

/** The text of a file as VS Code has it; `undefined` where there is none, or none that is text. */
async function textOf(uri: string): Promise<string | undefined> {
  try {
    return (await workspace.openTextDocument(Uri.parse(uri))).getText();
  } catch {
    return undefined;
  }
}

function shows({ original, modified }: TabInputTextDiff, key: string): boolean {
  return [original, modified].some(
    ({ scheme, query }) => scheme === DIFF_SCHEME && query.startsWith(`${key}/`),
  );
}
