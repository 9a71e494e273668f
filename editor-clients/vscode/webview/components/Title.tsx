/**
 * A title on one line. Where it is too narrow for a path the middle is left out, since its end says most; of a command it
 * is the beginning. The whole of it is there for the pointer and for screen readers.
 */
import type { JSX } from "preact";

/** The file, and some of what it lies in. */
const TAIL = /[^/\s]{0,12}\/[^/\s]{1,40}$/;

interface Props {
  readonly text: string;
  /** It ends with a path. */
  readonly namesPath: boolean;
}

export function Title({ text, namesPath }: Props): JSX.Element {
  const tail = (namesPath ? TAIL.exec(text)?.[0] : undefined) ?? "";
  return (
    <span class="tool-title" title={text}>
      <span class="title-start">{text.slice(0, text.length - tail.length)}</span>
      {tail !== "" && <span class="title-end">{tail}</span>}
    </span>
  );
}
