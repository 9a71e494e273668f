/**
 * Finds the server: the one that the settings name, else `chatls` on the PATH, else the Python extension's interpreter if
 * it has the package, else the private installation of this extension. Starts nothing and installs nothing. Called by
 * connection.ts before each start.
 */
import { workspace } from "vscode";

import { serverPath } from "./config";
import { type ServerCommand, moduleCommand, privateServer, wheelIn } from "./privateServer";
import { ProblemError, noSuchServer } from "./problems";
import { isProgram, onPath, run } from "./processes";
import { selectedPython } from "./python";

/** Folders of the extension that have to do with its private server. */
export interface ServerFolders {
  /** Where private installations are. */
  readonly servers: string;
  /** Where the wheel is that the extension brings. */
  readonly wheels: string;
}

/** The servers that can be tried, the first choice first. The places behind it are looked at only where it fails. */
export async function* findServers({ servers, wheels }: ServerFolders): AsyncGenerator<ServerCommand> {
  const named = serverPath();
  if (named !== undefined) {
    yield await ofSetting(named);
    return;
  }
  const places = [ofPath, ofPythonExtension, async () => privateServer(servers, await wheelIn(wheels))];
  for (const place of places) {
    const found = await place();
    if (found !== undefined) {
      yield found;
    }
  }
}

/** The setting may name the command `chatls`, or a Python that has the package. */
async function ofSetting(named: string): Promise<ServerCommand> {
  const file = /[\\/]/.test(named) ? named : ((await onPath(named)) ?? named);
  if (!(await isProgram(file))) {
    throw new ProblemError(noSuchServer(named));
  }
  return /python[\d.]*(\.exe)?$/i.test(file) ? moduleCommand(file) : { command: file, args: [] };
}

async function ofPath(): Promise<ServerCommand | undefined> {
  const command = await onPath("chatls");
  return command === undefined ? undefined : { command, args: [] };
}

/** An interpreter that a folder brings along is run only where the folder is trusted. */
async function ofPythonExtension(): Promise<ServerCommand | undefined> {
  const python = workspace.isTrusted ? await selectedPython() : undefined;
  if (python === undefined) {
    return undefined;
  }
  const probe = "import importlib.util as u, sys; sys.exit(not u.find_spec('chatls'))";
  const { code } = await run(python, ["-P", "-c", probe]);
  return code === 0 ? moduleCommand(python) : undefined;
}
