/**
 * Reads the settings of the extension: where the server is, and the layer of configuration that the server gets from this
 * client. Which settings there are stands in package.json alone; a default is the server's and is never sent, so that
 * the user's own configuration file keeps its say. Called when a server starts and when settings change.
 */
import { homedir } from "node:os";

import { type ConfigurationChangeEvent, type Disposable, workspace } from "vscode";

import type { Settings } from "./protocol";

const SECTION = "chatls";
/** Settings that are the extension's own; all others go to the server. */
const OWN = new Set(["serverPath"]);

/** `contributes.configuration` of package.json, as far as it is read here. */
export interface Manifest {
  readonly contributes: {
    readonly configuration: { readonly properties: Readonly<Record<string, unknown>> };
  };
}

/** The server named by the user, `~` spelt out; undefined where none is. */
export function serverPath(): string | undefined {
  const path = workspace.getConfiguration(SECTION).get("serverPath", "").trim();
  if (path === "") {
    return undefined;
  }
  return /^~(?=[\\/]|$)/.test(path) ? homedir() + path.slice(1) : path;
}

/** What the user has set for the server, nested as in the schema of its configuration. */
export function serverSettings(manifest: Manifest): Settings {
  const configuration = workspace.getConfiguration(SECTION);
  const keys = Object.keys(manifest.contributes.configuration.properties).map((name) =>
    name.slice(SECTION.length + 1),
  );
  const set = keys.filter((key) => !OWN.has(key) && isSet(configuration.inspect(key)));
  const values = set.map((key) => [key, configuration.get(key)] as const);
  return nested(values.filter(([, value]) => value !== null)); // null is how "unset" is spelt in the settings
}

/** Values by dotted key as nested objects: `["ollama.numCtx", 1]` is `{ollama: {numCtx: 1}}`. */
export function nested(values: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const all: Record<string, unknown> = {};
  for (const [key, value] of values) {
    const [outer = key, inner] = key.split(".", 2);
    if (inner === undefined) {
      all[outer] = value;
    } else {
      all[outer] = { ...(all[outer] as object | undefined), [inner]: value };
    }
  }
  return all;
}

/** Tells when the server's settings changed, and when another server is to be started. */
export function watchSettings(onServer: () => void, onPath: () => void): Disposable {
  return workspace.onDidChangeConfiguration((change: ConfigurationChangeEvent) => {
    if (change.affectsConfiguration(`${SECTION}.serverPath`)) {
      onPath();
    } else if (change.affectsConfiguration(SECTION)) {
      onServer();
    }
  });
}

interface Inspected {
  readonly globalValue?: unknown;
  readonly workspaceValue?: unknown;
  readonly workspaceFolderValue?: unknown;
}

function isSet(found: Inspected | undefined): boolean {
  return (
    found?.globalValue !== undefined ||
    found?.workspaceValue !== undefined ||
    found?.workspaceFolderValue !== undefined
  );
}
