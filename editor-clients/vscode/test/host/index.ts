/**
 * What VS Code runs in its extension host: every `*.test.ts` beside this file, by Mocha, in one process with the
 * extension. Nothing is tested here. Called by VS Code, on behalf of `../host.test.ts`.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import Mocha from "mocha";

/** Runs the tests; rejects where any failed, which is VS Code's sign for it. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: "bdd", timeout: 60_000, color: false, reporter: "spec" });
  const names = readdirSync(__dirname).filter((name) => name.endsWith(".test.js"));
  for (const name of names.sort()) mocha.addFile(join(__dirname, name));
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} tests failed in the extension host.`);
}
