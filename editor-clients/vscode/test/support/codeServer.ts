/**
 * A real VS Code that a browser draws: code-server in folders of its own, with a private home and no way out. What is
 * done in it is not known here. The environment says which programs to use (`CODE_SERVER`, `CHATLS`); the tests' set-up
 * gives them. Used by `workbench.ts` and the tests of the extension host.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { until } from "./waiting";

/** What a test wants to find there. */
export interface Place {
  /** Files of the workspace, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Scripts that play the model, by name: `story` answers as `scripted/story`. The first is the default. */
  readonly scripts?: Readonly<Record<string, string>>;
  /** The user's settings, beside those that keep VS Code quiet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The folder is not trusted: Restricted Mode. */
  readonly restricted?: boolean;
  /** What the environment of VS Code is to have, beside this process's. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The package to install; none: the extension is loaded otherwise, or not at all. */
  readonly vsix?: string;
}

/** A code-server that answers. */
export interface CodeServer {
  readonly url: string;
  /** The folder that is open in it. */
  readonly workspace: string;
  /** The user's home. */
  readonly home: string;
  /** Changes the user's settings beside those that there are. */
  configure(changes: Readonly<Record<string, unknown>>): void;
  stop(): Promise<void>;
}

const QUIET = {
  "chat.commandCenter.enabled": false,
  "chat.disableAIFeatures": true,
  "editor.cursorBlinking": "solid",
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "files.simpleDialog.enable": true,
  "git.enabled": false,
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "window.confirmBeforeClose": "never",
  "workbench.enableExperiments": false,
  "workbench.reduceMotion": "on",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

const RESTRICTED = {
  "security.workspace.trust.banner": "never",
  "security.workspace.trust.enabled": true,
  "security.workspace.trust.startupPrompt": "never",
};

/** The value of an environment variable that the tests' set-up gives. */
export function given(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set: run the tests by pytest.`);
  return value;
}

/** Starts one; what it wrote is in `code-server.log` beside the workspace. */
export async function startCodeServer(place: Place): Promise<CodeServer> {
  const root = mkdtempSync(join(tmpdir(), "vscode-"));
  const workspace = join(root, "workspace");
  const home = join(root, "home");
  lay(root, place);
  const env = { ...environment(home), ...place.environment };
  const folders = ["--user-data-dir", join(root, "user"), "--extensions-dir", join(root, "extensions")];
  const base = [
    ...folders,
    "--config",
    join(root, "none.yaml"),
    "--disable-telemetry",
    "--disable-update-check",
  ];
  if (place.vsix !== undefined) {
    execFileSync(given("CODE_SERVER"), [...base, "--install-extension", place.vsix], { env, stdio: "pipe" });
  }
  const port = await freePort();
  const address = ["--auth", "none", "--bind-addr", `127.0.0.1:${port}`];
  const trust = place.restricted === true ? [] : ["--disable-workspace-trust"];
  const quiet = [...trust, "--disable-getting-started-override"];
  const child = spawn(given("CODE_SERVER"), [...base, ...address, ...quiet, workspace], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const log = createWriteStream(join(root, "code-server.log"));
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const url = `http://127.0.0.1:${port}/`;
  await until("code-server answers", async () => (await fetch(`${url}healthz`)).ok);
  const stop = async (): Promise<void> => {
    await ended(child);
    if (process.env["KEEP"] === undefined) rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  };
  let settings = settingsOf(place);
  const configure: CodeServer["configure"] = (changes) => {
    settings = { ...settings, ...changes };
    laySettings(root, settings);
  };
  return { url, workspace, home, configure, stop };
}

function settingsOf({ settings = {}, restricted = false }: Place): Readonly<Record<string, unknown>> {
  return { ...settings, ...(restricted && RESTRICTED) };
}

function lay(root: string, place: Place): void {
  const { files = {}, scripts = {} } = place;
  const model = Object.keys(scripts).map((name) => `model = "scripted/${name}"`)[0] ?? "";
  const config = [model, "[scripted]", `folder = ${JSON.stringify(join(root, "scripts"))}`, ""].join("\n");
  put(join(root, "none.yaml"), "auth: none\ncert: false\n");
  laySettings(root, settingsOf(place));
  put(join(root, "home/.config/chatls/config.toml"), config);
  mkdirSync(join(root, "workspace"));
  for (const [name, text] of Object.entries(files)) put(join(root, "workspace", name), text);
  for (const [name, text] of Object.entries(scripts)) put(join(root, "scripts", `${name}.toml`), text);
}

function laySettings(root: string, settings: Readonly<Record<string, unknown>>): void {
  // What is of scope `machine` is read from a file of its own: the browser is another machine.
  const machine = { "chatls.serverPath": given("CHATLS"), ...settings };
  put(join(root, "user/User/settings.json"), JSON.stringify({ ...QUIET, ...settings }));
  put(join(root, "user/Machine/settings.json"), JSON.stringify(machine));
}

/** Writes a file with the folders that it takes. */
export function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** This process's environment with another home, and without what would be said to a VS Code or a Node in it. */
function environment(home: string): NodeJS.ProcessEnv {
  const foreign = /^(VSCODE|ELECTRON|CODE_SERVER|NODE_OPTIONS|CHATLS|VITEST|OLLAMA)/;
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  const own = {
    HOME: home,
    XDG_CONFIG_HOME: join(home, ".config"),
    XDG_DATA_HOME: join(home, ".local/share"),
  };
  // Without a gallery nothing is asked of the network.
  return { ...Object.fromEntries(kept), ...own, EXTENSIONS_GALLERY: '{"serviceUrl":""}' };
}

/** A port that nobody listens on now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("There is no free port.");
  return address.port;
}

/** Ends the process with all that it started: the extension host and the language server are its grandchildren. */
async function ended(child: ChildProcess): Promise<void> {
  const over = new Promise((resolve) => child.once("exit", resolve));
  if (child.pid === undefined || child.exitCode !== null) return;
  process.kill(-child.pid, "SIGTERM");
  const impatient = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, "SIGKILL"), 5000);
  await over;
  clearTimeout(impatient);
}
