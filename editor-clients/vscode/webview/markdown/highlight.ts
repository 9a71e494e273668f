/**
 * Code as nodes of the page, coloured by highlight.js with the languages that people ask about most. The highlighter
 * writes nodes directly: no text of a model becomes markup here. Called by CodeBlock.
 */
import hljs from "highlight.js/lib/core";
import type { Emitter } from "highlight.js";
import bash from "highlight.js/lib/languages/bash";
import c from "highlight.js/lib/languages/c";
import cpp from "highlight.js/lib/languages/cpp";
import csharp from "highlight.js/lib/languages/csharp";
import css from "highlight.js/lib/languages/css";
import diff from "highlight.js/lib/languages/diff";
import dockerfile from "highlight.js/lib/languages/dockerfile";
import go from "highlight.js/lib/languages/go";
import ini from "highlight.js/lib/languages/ini";
import java from "highlight.js/lib/languages/java";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import kotlin from "highlight.js/lib/languages/kotlin";
import lua from "highlight.js/lib/languages/lua";
import makefile from "highlight.js/lib/languages/makefile";
import markdown from "highlight.js/lib/languages/markdown";
import php from "highlight.js/lib/languages/php";
import powershell from "highlight.js/lib/languages/powershell";
import python from "highlight.js/lib/languages/python";
import ruby from "highlight.js/lib/languages/ruby";
import rust from "highlight.js/lib/languages/rust";
import shell from "highlight.js/lib/languages/shell";
import sql from "highlight.js/lib/languages/sql";
import swift from "highlight.js/lib/languages/swift";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";

/** Longer code is shown without colours. */
const MOST = 100_000;

/** By the names that highlight.js gives them; it knows their aliases. */
export const LANGUAGES = {
  bash, c, cpp, csharp, css, diff, dockerfile, go, ini, java, javascript, json, kotlin, lua, makefile, markdown, php,
  powershell, python, ruby, rust, shell, sql, swift, typescript, xml, yaml,
}; // prettier-ignore

/** Collects what the highlighter finds as nested spans: the interface that highlight.js gives its own writers. */
class NodeEmitter implements Emitter {
  readonly fragment = document.createDocumentFragment();
  readonly #open: Node[] = [this.fragment];

  startScope(name: string): void {
    const span = document.createElement("span");
    span.className = `hljs-${name.split(".")[0] ?? ""}`;
    this.#top.appendChild(span);
    this.#open.push(span);
  }

  endScope(): void {
    if (this.#open.length > 1) {
      this.#open.pop();
    }
  }

  /** Called by these names too, which its type does not tell. */
  openNode(name: string): void {
    this.startScope(name);
  }

  closeNode(): void {
    this.endScope();
  }

  addText(text: string): void {
    this.#top.appendChild(document.createTextNode(text));
  }

  __addSublanguage(emitter: Emitter): void {
    if (emitter instanceof NodeEmitter) {
      this.#top.appendChild(emitter.fragment);
    }
  }

  finalize(): void {
    this.#open.length = 1;
  }

  toHTML(): string {
    return "";
  }

  get #top(): Node {
    return this.#open.at(-1) ?? this.fragment;
  }
}

for (const [name, language] of Object.entries(LANGUAGES)) {
  hljs.registerLanguage(name, language);
}
hljs.registerAliases(["jsonc", "json5"], { languageName: "json" });
hljs.registerAliases(["vue", "svelte"], { languageName: "xml" });
hljs.configure({ __emitter: NodeEmitter });

/** Whether code of this language gets colours. */
export function isKnown(language: string): boolean {
  return hljs.getLanguage(language) !== undefined;
}

/** The nodes of a piece of code. */
export function highlighted(code: string, language: string): Node {
  if (!isKnown(language) || code.length > MOST) {
    return document.createTextNode(code);
  }
  const { _emitter: emitter, errorRaised } = hljs.highlight(code, { language, ignoreIllegals: true });
  // It swallows faults of its own, and what it wrote until then is not all of the code.
  const isWhole = errorRaised === undefined && emitter instanceof NodeEmitter;
  return isWhole ? emitter.fragment : document.createTextNode(code);
}
