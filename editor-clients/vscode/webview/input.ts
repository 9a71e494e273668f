/**
 * How other parts reach the input box: text to put into it, and the focus. The box listens while it is on the page.
 */

export type Wish =
  | { readonly type: "focus" }
  /** Put text where the cursor is. */
  | { readonly type: "insert"; readonly text: string }
  /** Put text below what is there. */
  | { readonly type: "append"; readonly text: string };

type Listener = (wish: Wish) => void;

let listener: Listener | undefined;
/** What was wished for before the box was there. */
const waiting: Wish[] = [];

export function wish(what: Wish): void {
  if (listener === undefined) {
    waiting.push(what);
  } else {
    listener(what);
  }
}

export function suggest(text: string): void {
  wish({ type: "insert", text });
}

/** A text with another one below it. */
export function joined(text: string, more: string): string {
  return text.trim() === "" ? more : `${text}\n\n${more}`;
}

/** One box at a time; the function it returns ends it. */
export function onWish(receive: Listener): () => void {
  listener = receive;
  waiting.splice(0).forEach(receive);
  return () => {
    listener = undefined;
  };
}
