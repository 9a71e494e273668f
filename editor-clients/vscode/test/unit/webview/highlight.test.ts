/** Colours never cost a character: what is shown is what was written. */
import { describe, expect, it } from "vitest";

import { highlighted, LANGUAGES } from "../../../webview/markdown/highlight";

const SAMPLES = [
  'def greet(name: str = "you") -> None:\n    """Say hello."""\n    print(f"hello {name}")  # here\n',
  'export const a = <T,>(x: T): T => `n ${x} & "y"`;\nconst page = <p class="x">{a(1)}</p>;\n',
  "<script>let x = 1 < 2;</script><style>p { color: #fff }</style>\n",
  "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old\n+new\n",
  'key = "value" ; comment\n[section]\nRUN echo "$HOME" && ls | wc -l\n',
  "",
];

function shown(node: Node): string {
  const place = document.createElement("pre");
  place.append(node);
  return place.textContent;
}

describe("highlighted", () => {
  it.each(Object.keys(LANGUAGES))("keeps every character of %s", (language) => {
    for (const sample of SAMPLES) {
      expect(shown(highlighted(sample, language))).toBe(sample);
    }
  });

  it("colours what it knows", () => {
    const place = document.createElement("pre");
    place.append(highlighted("def f(): return 'x'  # y", "python"));
    const classes = [...place.querySelectorAll("span")].map((span) => span.className);
    expect(classes).toEqual(
      expect.arrayContaining(["hljs-keyword", "hljs-title", "hljs-string", "hljs-comment"]),
    );
  });

  it("shows code of unknown languages as it is", () => {
    expect(shown(highlighted("<b>x</b>", "nonsense"))).toBe("<b>x</b>");
  });
});
