/**
 * One block of markdown as nodes of the page, made by the parser and then cleaned: only tags and attributes of the two
 * lists here come through, whatever the parser did. Called by components; nothing else may turn text into markup.
 */
import DOMPurify from "dompurify";

import { isWebLink, parser } from "./parser";

const TAGS =
  "a blockquote br code em h1 h2 h3 h4 h5 h6 hr li ol p pre s strong table tbody td th thead tr ul #text".split(
    " ",
  );
const ATTRIBUTES = ["align", "data-href", "data-language", "role", "start", "tabindex", "title"];

/** The nodes of a block; a text that cannot be parsed comes as it is. */
export function renderMarkdown(source: string): DocumentFragment {
  return DOMPurify.sanitize(parser.render(source), {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ATTRIBUTES,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    RETURN_DOM_FRAGMENT: true,
  });
}

/** Where a click or a key press on rendered markdown leads to, if on a link. */
export function linkOf(target: EventTarget | null): string | undefined {
  const href =
    target instanceof Element ? target.closest<HTMLElement>("a[data-href]")?.dataset["href"] : undefined;
  return href !== undefined && isWebLink(href) ? href : undefined;
}
