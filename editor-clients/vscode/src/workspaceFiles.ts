/**
 * Files of the workspace by the paths that a model writes: what is named must lie in a folder that is open, and be
 * there. Reads no file. Used by codeBlocks.ts and links.ts.
 */
import { FileType, Uri, workspace } from "vscode";

/** The first that there is in the folders of the workspace; `undefined` for anything outside of them. */
export async function fileInWorkspace(path: string): Promise<Uri | undefined> {
  for (const { uri: folder } of workspace.workspaceFolders ?? []) {
    const uri = Uri.joinPath(folder, path.replaceAll("\\", "/"));
    if (uri.path.startsWith(`${folder.path}/`) && (await isFile(uri))) {
      return uri;
    }
  }
  return undefined;
}

async function isFile(uri: Uri): Promise<boolean> {
  try {
    return ((await workspace.fs.stat(uri)).type & FileType.File) !== 0;
  } catch {
    return false;
  }
}
