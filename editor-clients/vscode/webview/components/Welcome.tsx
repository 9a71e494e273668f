/** What a new conversation shows: what can be asked, each a button that puts it into the input box. */
import type { JSX } from "preact";

import { suggest } from "../input";

const IDEAS = [
  ["Explain the active file", "Explain what this file does and how its parts work together."],
  ["Find a bug", "Look for bugs in this file. Say where each is, and why it is one."],
  ["Write tests", "Write tests for this file, in the way this project tests."],
] as const;

export function Welcome(): JSX.Element {
  return (
    <div class="welcome">
      <h2>Ask about your code</h2>
      <p>
        Answers come from the model you choose; what changes files or runs commands asks you first.{" "}
        <kbd>@</kbd> mentions a file, <kbd>/</kbd> lists commands.
      </p>
      <div class="ideas">
        {IDEAS.map(([label, text]) => (
          <button
            key={label}
            type="button"
            class="idea"
            onClick={() => {
              suggest(text);
            }}
          >
            {label}
          </button>
        ))}
      </div>
    </div>
  );
}
