/**
 * Scripts that play the model, as chatls' scripted provider reads them (TOML). Tests say what the model does; how that is
 * written is said here.
 */

/** One thing that a model does. */
export type Step =
  | { readonly text: string }
  | { readonly thinking: string }
  /** The text of the last message that the model was given. */
  | { readonly echo: true }
  | { readonly tool: string; readonly args: Readonly<Record<string, unknown>> }
  | { readonly wait: number }
  | { readonly cut: true }
  | { readonly error: string; readonly reason?: string };

/** What answers the model calls of a conversation, one after another; `rate` is in words a second. */
export function script(answers: readonly (readonly Step[])[], rate?: number): string {
  const head = rate === undefined ? [] : [`rate = ${rate}`];
  const tables = answers.map((steps) => `[[answer]]\nsteps = ${toml(steps)}`);
  return [...head, ...tables, ""].join("\n\n");
}

/** A value on one line. JSON's strings, numbers and words are TOML's too. */
function toml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toml).join(", ")}]`;
  if (typeof value !== "object" || value === null)
    return JSON.stringify(value).replaceAll("\u007f", "\\u007f");
  const pairs = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)} = ${toml(inner)}`);
  return `{ ${pairs.join(", ")} }`;
}
