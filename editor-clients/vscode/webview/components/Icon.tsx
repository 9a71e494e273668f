/** The icons of the page, drawn on a grid of 16: lines in the colour of the text. Buttons carry the words. */
import type { JSX } from "preact";

const PATHS = {
  add: "M8 3v10M3 8h10",
  apply: "M3 4h6M3 8h4M3 12h4M9 11l2.5 2.5L15 9",
  arrowDown: "M8 3v10M4 9l4 4 4-4",
  arrowUp: "M8 13V3M4 7l4-4 4 4",
  back: "M13 8H3M7 4L3 8l4 4",
  check: "M3 8.5l3.5 3.5L13 4.5",
  chevron: "M4 6l4 4 4-4",
  chevronRight: "M6 4l4 4-4 4",
  close: "M4 4l8 8M12 4l-8 8",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  diff: "M8 2v6M5 5h6M5 13h6",
  edit: "M3 13l.7-3L11 2.7l2.3 2.3L6 12.3z",
  error: "M8 4.5v4.5M8 11.2v.6M8 1.8a6.2 6.2 0 100 12.4A6.2 6.2 0 008 1.8z",
  file: "M4 1.8h5l3 3v9.4H4zM9 1.8v3h3",
  fork: "M4.5 5.5v5M4.5 7.5c0 1.5 7 .5 7-2M4.5 2.2a1.6 1.6 0 100 3.2 1.6 1.6 0 000-3.2zM4.5 10.6a1.6 1.6 0 100 3.2 1.6 1.6 0 000-3.2zM11.5 2.2a1.6 1.6 0 100 3.2 1.6 1.6 0 000-3.2z",
  history: "M8 4.5V8l2.5 1.5M2.2 8a5.8 5.8 0 101.7-4.1L2.2 5.5M2.2 2.3v3.2h3.2",
  info: "M8 7.2v4.3M8 4.2v.6M8 1.8a6.2 6.2 0 100 12.4A6.2 6.2 0 008 1.8z",
  insert: "M3 3v10M6.5 8H14M10.5 4.5L7 8l3.5 3.5",
  lock: "M4 7.5h8v6H4zM5.5 7.5V5a2.5 2.5 0 015 0v2.5",
  prompt: "M3 3h10v10H3zM5.5 6l2 2-2 2M9 10h2",
  question: "M6 6a2 2 0 113 1.7c-.7.4-1 .8-1 1.6M8 11.2v.6M8 1.8a6.2 6.2 0 100 12.4A6.2 6.2 0 008 1.8z",
  retry: "M13.5 8a5.5 5.5 0 11-1.6-3.9l1.6 1.6M13.5 2.5v3.2h-3.2",
  send: "M2.5 13.5l11.5-5.5L2.5 2.5 4 8zM4 8h5",
  stop: "M4 4h8v8H4z",
  trash: "M3 4.5h10M6 4.5V3h4v1.5M4.5 4.5l.6 9h5.8l.6-9",
  undo: "M5.5 3L2.5 6l3 3M2.5 6h6.5a4 4 0 010 8H7",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
