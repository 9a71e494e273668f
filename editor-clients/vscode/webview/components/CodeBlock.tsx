/**
 * A block of code with its language and buttons: copy, insert at the cursor, apply to the active file. Finished parts
 * are highlighted once; while the block is written only the last one is highlighted again.
 */
import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

import { post, posting } from "../host";
import { highlighted } from "../markdown/highlight";
import { IconButton } from "./Buttons";
import { memo } from "./memo";

interface Props {
  readonly language: string;
  readonly parts: readonly string[];
  /** It is still being written. */
  readonly open: boolean;
}

export function CodeBlock({ language, parts, open }: Props): JSX.Element {
  const code = (): string => parts.join("").replace(/\n$/, "");
  return (
    <div class="code-block">
      <div class="code-head">
        <span class="code-language">{language === "" ? "text" : language}</span>
        {!open && <CodeButtons language={language} code={code} />}
      </div>
      <pre tabIndex={0} aria-label={`Code, ${language === "" ? "plain text" : language}`}>
        <code>
          {parts.map((part, index) => (
            <Part key={index} code={part} language={language} />
          ))}
        </code>
      </pre>
    </div>
  );
}

function CodeButtons({
  language,
  code,
}: {
  readonly language: string;
  readonly code: () => string;
}): JSX.Element {
  return (
    <span class="code-buttons" role="group" aria-label="Code actions">
      <CopyButton label="Copy code" text={code} />
      <IconButton
        icon="insert"
        label="Insert at cursor"
        onClick={posting({ type: "insert", text: code() })}
      />
      <IconButton
        icon="apply"
        label="Apply to the active file"
        onClick={() => {
          post({ type: "apply", text: code(), ...(language !== "" && { language }) });
        }}
      />
    </span>
  );
}

/** Copies a text, and shows for a moment that it did. */
export function CopyButton({
  label,
  text,
}: {
  readonly label: string;
  readonly text: () => string;
}): JSX.Element {
  const [isDone, setDone] = useState(false);
  const copy = (): void => {
    post({ type: "copy", text: text() });
    setDone(true);
    setTimeout(setDone, 1500, false);
  };
  return <IconButton icon={isDone ? "check" : "copy"} label={isDone ? "Copied" : label} onClick={copy} />;
}

const Part = memo<{ code: string; language: string }>(({ code, language }) => {
  const place = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    // Parts are blocks of their own on the page: the line break between them is not needed.
    place.current?.replaceChildren(highlighted(code.replace(/\n$/, ""), language));
  }, [code, language]);
  return <span class="code-part" ref={place} />;
});
