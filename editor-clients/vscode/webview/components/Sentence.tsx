/** A sentence of the server or the extension, in which what stands between backticks is code. Nothing else is markup. */
import type { JSX } from "preact";

export function Sentence({ text }: { readonly text: string }): JSX.Element {
  // With a group in the pattern every other part is what the group matched.
  const parts = text.split(/`([^`\n]+)`/);
  return <>{parts.map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}</>;
}
