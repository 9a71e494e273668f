/**
 * Finds Pythons: the one that is selected in the Python extension, and one that can carry the server (3.11 or newer, with
 * what makes virtual environments). Asks each candidate itself. Called by server.ts and install.ts.
 */
import { type Uri, extensions, workspace } from "vscode";

import { type Problem, noPython, noVenv } from "./problems";
import { onPath, run } from "./processes";

const NAMES = ["python3.14", "python3.13", "python3.12", "python3.11", "python3", "python"];
const OLDEST = [3, 11] as const;
const PROBE =
  "import importlib.util as u, sys; print('%d.%d.%d' % sys.version_info[:3], bool(u.find_spec('ensurepip')))";

export interface Python {
  readonly path: string;
  readonly version: string;
}

/** What is used of the Python extension's interface. */
interface PythonApi {
  readonly environments: {
    getActiveEnvironmentPath(resource?: Uri): { readonly path: string };
    resolveEnvironment(environment: {
      readonly path: string;
    }): Promise<{ readonly executable: { readonly uri?: Uri } } | undefined>;
  };
}

/** The interpreter that is selected in the Python extension, where there is that extension. */
export async function selectedPython(): Promise<string | undefined> {
  const extension = extensions.getExtension<PythonApi | undefined>("ms-python.python");
  const environments = (await extension?.activate())?.environments;
  if (environments === undefined) {
    return undefined;
  }
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const environment = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(folder));
  return environment?.executable.uri?.fsPath;
}

/** The first Python that will do, else what is wrong. `chosen`: only this one counts. */
export async function findPython(chosen?: string): Promise<Python | Problem> {
  const tooOld = new Set<string>();
  let problem: Problem | undefined;
  for (const path of chosen === undefined ? await candidates() : [chosen]) {
    const found = await probe(path);
    if (found === undefined) {
      continue;
    }
    if (!isNewEnough(found.version)) {
      tooOld.add(`Python ${found.version}`);
    } else if (found.hasVenv) {
      return { path, version: found.version };
    } else {
      problem ??= noVenv(path, found.version);
    }
  }
  return problem ?? noPython([...tooOld]);
}

export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/** An interpreter that a folder brings along is run only where the folder is trusted. */
async function candidates(): Promise<string[]> {
  const selected = workspace.isTrusted ? await selectedPython() : undefined;
  const named = await Promise.all(NAMES.map((name) => onPath(name)));
  return [...new Set([selected, ...named].filter((path) => path !== undefined))];
}

async function probe(path: string): Promise<{ version: string; hasVenv: boolean } | undefined> {
  const { code, lines } = await run(path, ["-I", "-c", PROBE]);
  const [version, hasVenv] = lines.at(-1)?.split(" ") ?? [];
  return code === 0 && version !== undefined ? { version, hasVenv: hasVenv === "True" } : undefined;
}
