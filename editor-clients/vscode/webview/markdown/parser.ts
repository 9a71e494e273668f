/**
 * The one markdown parser, set up for answers of a model: no HTML, links only to http(s), images as links. It is asked
 * for the blocks of a growing text (blocks.ts) and for the HTML of one block (render.ts). Nothing of the page is here.
 */
import MarkdownIt from "markdown-it";

export const parser = new MarkdownIt({ html: false, linkify: true, breaks: true, maxNesting: 40 });

export type Token = ReturnType<typeof parser.parse>[number];

/** Whether a link may be followed at all; the extension host asks the user before it does. */
export function isWebLink(href: string): boolean {
  return /^https?:\/\/[^\s/]/i.test(href);
}

/** The top level blocks of a text, with the lines they take; text inside them is not looked at. */
export function topBlocks(source: string): Token[] {
  return blockTokens(source).filter((token) => token.level === 0 && token.nesting >= 0 && token.map !== null);
}

/** All block tokens of a text, those inside lists and tables too. */
export function blockTokens(source: string): Token[] {
  const tokens: Token[] = [];
  parser.block.parse(source, parser, {}, tokens);
  return tokens;
}

// `fuzzyLink` would make links of file names such as main.rs.
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
parser.validateLink = isWebLink;

// A link has no `href` that the browser could follow by itself: where it leads is read from `data-href` at a click.
parser.renderer.rules["link_open"] = (tokens, index) => linkTag(String(tokens[index]?.attrGet("href") ?? ""));
parser.renderer.rules["image"] = (tokens, index) => {
  const token = tokens[index];
  const escape = parser.utils.escapeHtml;
  const name = token?.content === "" ? "image" : (token?.content ?? "");
  return `${linkTag(String(token?.attrGet("src") ?? ""))}${escape(`Image: ${name}`)}</a>`;
};
// Code inside lists and quotations: the page puts a code block in the place of the element.
parser.renderer.rules["fence"] = (tokens, index) => {
  const token = tokens[index];
  const escape = parser.utils.escapeHtml;
  const language = escape(token?.info.trim().split(/\s/)[0] ?? "");
  return `<pre data-language="${language}">${escape(token?.content ?? "")}</pre>`;
};
// Alignment by attribute, as the page's policy allows no style attributes.
for (const rule of ["th_open", "td_open"]) {
  parser.renderer.rules[rule] = (tokens, index) => cellTag(tokens[index]);
}

function linkTag(href: string): string {
  const escaped = parser.utils.escapeHtml(href);
  return `<a role="link" tabindex="0" data-href="${escaped}" title="${escaped}">`;
}

function cellTag(token: Token | undefined): string {
  const align = /text-align:(left|right|center)/.exec(String(token?.attrGet("style") ?? ""))?.[1];
  return `<${token?.tag ?? "td"}${align === undefined ? "" : ` align="${align}"`}>`;
}
