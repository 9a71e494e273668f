/** What a model writes becomes words, links and code, and nothing that acts. */
import { describe, expect, it } from "vitest";

import { linkOf, renderMarkdown } from "../../../webview/markdown/render";

function html(source: string): string {
  const place = document.createElement("div");
  place.append(renderMarkdown(source));
  return place.innerHTML;
}

describe("renderMarkdown", () => {
  it("shows HTML as text", () => {
    expect(html("a <b onclick=x()>b</b> <script>y()</script>")).not.toMatch(/<b|<script|<[^>]*onclick/);
  });

  it("makes links that only a click handler can follow", () => {
    const place = document.createElement("div");
    place.append(renderMarkdown("[docs](https://example.org/a?b=1)"));
    const link = place.querySelector("a");
    expect(link?.hasAttribute("href")).toBe(false);
    expect(link?.getAttribute("role")).toBe("link");
    expect(linkOf(link)).toBe("https://example.org/a?b=1");
  });

  it("makes a link of an image, which is never loaded", () => {
    expect(html("![a cat](https://example.org/cat.png)")).toMatch(/<a [^>]*>Image: a cat<\/a>/);
    expect(html("![a cat](https://example.org/cat.png)")).not.toContain("<img");
  });

  it.each([
    "javascript:alert(1)",
    "data:text/html,x",
    "command:workbench.quit",
    "file:///etc/passwd",
    "//evil.example",
  ])("makes no link of %s", (href) => {
    expect(html(`[x](${href})`)).not.toContain("<a");
  });

  it("keeps the alignment of a table without a style", () => {
    expect(html("| a |\n|--:|\n| 1 |")).toMatch(/<td align="right">1<\/td>/);
  });

  it("keeps line breaks", () => {
    expect(html("one\ntwo")).toContain("<br>");
  });
});
