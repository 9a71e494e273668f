/**
 * Links and places that an answer names. The text is a model's: only http and https leave VS Code, after the user
 * agreed, and only files are opened in it. Called by the panel's handlers.
 */
import { env, Uri, window } from "vscode";

import type { Range } from "./protocol";
import { editorRange } from "./ranges";
import { fileInWorkspace } from "./workspaceFiles";

/** Characters of an address in a question; what is cut lies in the middle, the host is always seen. */
const MAX_SHOWN = 300;
const OPEN = "Open";

/**
 * Opens a web address. VS Code asks before, but for the sites that the user told it to trust, and but for this machine
 * itself: for that it is asked here, since what listens there may act on a mere request. `false`: it was not opened.
 */
export async function openLink(href: string): Promise<boolean> {
  const address = webAddress(href);
  if (address === undefined) {
    void window.showWarningMessage("chatls: only links that begin with http:// or https:// are opened.");
    return false;
  }
  if (isThisMachine(address)) {
    const question = "Open this link to your own machine?";
    const detail = shortened(address, MAX_SHOWN);
    if ((await window.showWarningMessage(question, { modal: true, detail }, OPEN)) !== OPEN) {
      return false;
    }
  }
  return env.openExternal(Uri.parse(address, true));
}

/** Opens a file at a place. `where` is a URI, or a path in the workspace. */
export async function openPlace(where: string, range?: Range): Promise<void> {
  const isUri = /^(file|untitled):/.test(where);
  const uri = isUri ? Uri.parse(where, true) : await fileInWorkspace(where);
  if (uri === undefined) {
    void window.showWarningMessage(`chatls: ${shortened(where, MAX_SHOWN)} is not a file of the workspace.`);
    return;
  }
  const selection = range && editorRange(range);
  await window.showTextDocument(uri, { preview: true, ...(selection && { selection }) });
}

/** A web address as a browser reads it; `undefined` for anything else, and where it carries a name or a password. */
export function webAddress(href: string): string | undefined {
  if (!URL.canParse(href)) {
    return undefined;
  }
  const url = new URL(href);
  const plain = (url.protocol === "http:" || url.protocol === "https:") && url.username + url.password === "";
  return plain ? url.href : undefined;
}

/** Whether an address as `webAddress` gives it leads to the machine that VS Code's window is on. */
export function isThisMachine(address: string): boolean {
  return /^(localhost|.*\.localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1?\])\.?$/.test(new URL(address).hostname);
}

function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 50)} … ${text.slice(-40)}`;
}
