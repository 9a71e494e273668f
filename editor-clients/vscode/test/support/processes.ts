/**
 * The processes that a test's VS Code has started, found by its home: Linux alone, where these tests run.
 */
import { readdirSync, readFileSync } from "node:fs";

/** Their ids: those with this home in their environment, and a command line that fits. */
export function processesOf(home: string, command: RegExp): number[] {
  const ids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return ids
    .filter((id) => facts(id, "environ").includes(`HOME=${home}\0`) && command.test(facts(id, "cmdline")))
    .map(Number);
}

/** A file about a process; nothing where it has gone. */
function facts(id: string, file: string): string {
  try {
    return readFileSync(`/proc/${id}/${file}`, "latin1");
  } catch {
    return "";
  }
}
