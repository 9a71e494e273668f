/**
 * Growing markdown as a list of blocks: finished ones never change again, and only the last is parsed anew when more
 * text comes, so that the work for an answer is linear in its length. Pure; called by the store, drawn by TextView.
 */
import { feed, finished, opened, shown, type Fence } from "./fences";
import { mend } from "./mend";
import { cutOf, offsetOf } from "./overlong";
import { topBlocks } from "./parser";

export type Block =
  /** `isCut`: the next block goes on where this one was cut. */
  | { readonly kind: "markdown"; readonly source: string; readonly isCut?: boolean }
  /** `parts` are highlighted each for itself. */
  | {
      readonly kind: "code";
      readonly language: string;
      readonly parts: readonly string[];
      readonly open: boolean;
    };

export interface Blocks {
  /** Finished blocks in groups: the component of a group is asked only while its group grows. */
  readonly groups: readonly (readonly Block[])[];
  /** The block that is being written, as it is to be shown. */
  readonly last: Block | undefined;
  /** Its source, or the fence it is inside of. */
  readonly rest: string;
  readonly fence: Fence | undefined;
}

/** A group is full with so many blocks or characters: when it is, the browser styles all of it once more. */
export const GROUP_BLOCKS = 32;
export const GROUP_CHARACTERS = 4_000;

export const NO_BLOCKS: Blocks = { groups: [], last: undefined, rest: "", fence: undefined };

/** The blocks with more text; the end of the text is not reached yet. */
export function grown(blocks: Blocks, text: string): Blocks {
  const found: Block[] = [];
  let rest = blocks.rest + text.replaceAll("\r", "");
  let fence = blocks.fence;
  for (let isFound = true; isFound;) {
    const step = fence === undefined ? throughText(rest, found) : throughFence(fence, rest, found);
    ({ rest, fence } = step);
    isFound = step.again;
  }
  return { groups: filed(blocks.groups, found), last: lastOf(rest, fence), rest, fence };
}

/** The same blocks, the last one finished too. */
export function closed(blocks: Blocks): Blocks {
  const found: Block[] = [];
  if (blocks.fence !== undefined) {
    found.push({ kind: "code", language: blocks.fence.language, parts: finished(blocks.fence), open: false });
  } else if (blocks.rest.trim() !== "") {
    found.push({ kind: "markdown", source: blocks.rest });
  }
  return { ...NO_BLOCKS, groups: filed(blocks.groups, found) };
}

interface Step {
  readonly rest: string;
  readonly fence: Fence | undefined;
  /** A fence began or ended: there is more to be found in `rest`. */
  readonly again: boolean;
}

function throughFence(fence: Fence, text: string, found: Block[]): Step {
  const fed = feed(fence, text);
  if (fed.after === undefined) {
    return { rest: "", fence: fed.fence, again: false };
  }
  found.push({ kind: "code", language: fence.language, parts: finished(fed.fence), open: false });
  return { rest: fed.after, fence: undefined, again: true };
}

/** Moves the finished blocks of a text into `found`, up to the first fence. */
function throughText(source: string, found: Block[]): Step {
  const tops = topBlocks(source);
  const fenceAt = tops.findIndex((token) => token.type === "fence");
  const lastStart = tops[fenceAt >= 0 ? fenceAt : tops.length - 1]?.map?.[0] ?? 0;
  const before = tops.slice(0, fenceAt >= 0 ? fenceAt : -1).map((token) => token.map?.[0] ?? 0);
  const lines = source.split("\n");
  before.forEach((start, index) => {
    found.push({
      kind: "markdown",
      source: lines.slice(index === 0 ? 0 : start, before[index + 1] ?? lastStart).join("\n"),
    });
  });
  const rest = before.length === 0 && fenceAt < 0 ? source : source.slice(offsetOf(source, lastStart));
  return fenceAt >= 0 ? intoFence(rest) : cutOff(rest, found);
}

/** The opening line has to be whole before anything is known. */
function intoFence(source: string): Step {
  const end = source.indexOf("\n");
  const fence = end < 0 ? undefined : opened(source.slice(0, end));
  if (fence === undefined) {
    return { rest: source, fence: undefined, again: false };
  }
  return { rest: source.slice(end + 1), fence, again: true };
}

function cutOff(source: string, found: Block[]): Step {
  const cut = cutOf(source);
  if (cut === undefined) {
    return { rest: source, fence: undefined, again: false };
  }
  found.push({ kind: "markdown", source: source.slice(0, cut.at), isCut: true });
  return { rest: cut.carry + source.slice(cut.at), fence: undefined, again: false };
}

function lastOf(rest: string, fence: Fence | undefined): Block | undefined {
  if (fence !== undefined) {
    return { kind: "code", language: fence.language, parts: shown(fence), open: true };
  }
  const source = mend(rest);
  return source.trim() === "" ? undefined : { kind: "markdown", source };
}

/** The groups with what was found behind their blocks. */
function filed(groups: Blocks["groups"], found: readonly Block[]): Blocks["groups"] {
  return found.reduce(withBlock, groups);
}

/** The same groups with one block more, in the last or in a new one. */
export function withBlock(groups: Blocks["groups"], block: Block): Blocks["groups"] {
  const open = groups.at(-1);
  return open === undefined || isFull(open)
    ? [...groups, [block]]
    : [...groups.slice(0, -1), [...open, block]];
}

function isFull(group: readonly Block[]): boolean {
  return (
    group.length >= GROUP_BLOCKS || group.reduce((sum, block) => sum + sizeOf(block), 0) >= GROUP_CHARACTERS
  );
}

function sizeOf(block: Block): number {
  return block.kind === "markdown"
    ? block.source.length
    : block.parts.reduce((sum, part) => sum + part.length, 0);
}
