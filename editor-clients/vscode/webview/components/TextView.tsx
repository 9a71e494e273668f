/**
 * The blocks of an answer's text. A group of finished blocks is compared by identity and skipped; a block that did not
 * change keeps its nodes, so that selecting and reading are not disturbed by what is written below.
 */
import { render, type JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

import { withBlock, type Block, type Blocks } from "../markdown/blocks";
import { renderMarkdown } from "../markdown/render";
import { CodeBlock } from "./CodeBlock";
import { memo } from "./memo";

export const TextView = memo<{ blocks: Blocks }>(({ blocks }) => {
  // The unfinished block stands where it will stay when it is finished.
  const groups = blocks.last === undefined ? blocks.groups : withBlock(blocks.groups, blocks.last);
  return (
    <div class="text">
      {groups.map((group, index) => (
        <Group key={index} group={group} />
      ))}
    </div>
  );
});

const Group = memo<{ group: readonly Block[] }>(({ group }) => (
  <div class="text-group">{group.map((block, index) => drawn(block, index))}</div>
));

function drawn(block: Block, index: number): JSX.Element {
  if (block.kind === "markdown") {
    return <Markdown key={index} source={block.source} isCut={block.isCut === true} />;
  }
  return <Code key={index} language={block.language} parts={block.parts} open={block.open} />;
}

const Code = memo(CodeBlock);

/** One block of markdown; code inside lists and quotations gets its buttons too. */
const Markdown = memo<{ source: string; isCut: boolean }>(({ source, isCut }) => {
  const place = useRef<HTMLDivElement>(null);
  // Code that did not change keeps its nodes while the text around it is drawn again.
  const codes = useRef(new Map<string, HTMLElement[]>());
  useLayoutEffect(() => {
    const nodes = renderMarkdown(source);
    const kept = codes.current;
    codes.current = new Map();
    for (const pre of nodes.querySelectorAll<HTMLElement>("pre[data-language]")) {
      const language = pre.dataset["language"] ?? "";
      const key = `${language}\n${pre.textContent}`;
      const block = kept.get(key)?.shift() ?? codeNode(language, pre.textContent);
      codes.current.set(key, [...(codes.current.get(key) ?? []), block]);
      pre.replaceWith(block);
    }
    place.current?.replaceChildren(nodes);
  }, [source]);
  return <div class={isCut ? "markdown cut" : "markdown"} ref={place} />;
});

function codeNode(language: string, code: string): HTMLElement {
  const block = document.createElement("div");
  render(<CodeBlock language={language} parts={[code]} open={false} />, block);
  return block;
}
