/**
 * The workspace and the models that the tests in the extension host find. Data alone; `../host.test.ts` lays it out.
 */
import type { Place } from "../support/codeServer";
import { type Step, script } from "../support/scripts";

/** Makes lines of a file loud. */
function edit(path: string, ...lines: string[]): Step {
  const edits = lines.map((line) => ({ old_text: `${line}\n`, new_text: `${line.toUpperCase()}\n` }));
  return { tool: "edit_file", args: { path, edits } };
}

function show(path: string): Step {
  return { tool: "run_command", args: { command: `cat ${path}` } };
}

function words(count: number): string {
  return Array.from({ length: count }, (_, index) => `word${index}`).join(" ");
}

const DONE: Step = { text: "Done." };

/** Models that change a file and then look at it by a command. */
const editing = {
  editOpen: script([[edit("open.txt", "two")], [show("open.txt")], [DONE]]),
  editClosed: script([[edit("closed.txt", "two")], [show("closed.txt")], [DONE]]),
  editParts: script([[edit("long.txt", "line 2", "line 29")], [DONE]]),
  diagnose: script([[{ tool: "get_diagnostics", args: { path: "src/hello.py" } }], [DONE]]),
};

export const hostPlace: Place = {
  files: {
    "notes.txt": "one\ntwo\nthree\n",
    "src/hello.py": 'def hello():\n    return "hello"\n',
  },
  scripts: {
    ...editing,
    endless: `rate = 100\n[[answer]]\nsteps = [{ text = "${words(2000)}" }]\n`,
    story: 'rate = 40\n[[answer]]\nsteps = [{ text = "Once upon a time there was a parser." }]\n',
  },
};
