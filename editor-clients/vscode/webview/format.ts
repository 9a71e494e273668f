/** Numbers and places as people read them. Pure; called by components. */
import type { Range } from "../src/protocol";

/** 950 → "950", 12345 → "12.3k". */
export function count(value: number): string {
  if (value < 1000) {
    return String(Math.round(value));
  }
  const [scaled, unit] = value < 1_000_000 ? [value / 1000, "k"] : [value / 1_000_000, "M"];
  return `${scaled < 100 ? scaled.toFixed(1).replace(/\.0$/, "") : String(Math.round(scaled))}${unit}`;
}

/** Milliseconds: "340 ms", "4.2 s", "2 min 5 s". */
export function duration(ms: number): string {
  if (ms < 1000) {
    return `${Math.round(ms)} ms`;
  }
  if (ms < 60_000) {
    return `${(ms / 1000).toFixed(1)} s`;
  }
  return `${Math.floor(ms / 60_000)} min ${Math.floor((ms % 60_000) / 1000)} s`;
}

export function speed(tokensPerSecond: number): string {
  return `${tokensPerSecond < 10 ? tokensPerSecond.toFixed(1) : Math.round(tokensPerSecond)} tok/s`;
}

/** "just now", "5 min ago", "3 h ago", then the date. */
export function ago(iso: string): string {
  const minutes = Math.floor((Date.now() - Date.parse(iso)) / 60_000);
  if (minutes < 1) {
    return "just now";
  }
  if (minutes < 60) {
    return `${minutes} min ago`;
  }
  return minutes < 24 * 60 ? `${Math.floor(minutes / 60)} h ago` : new Date(iso).toLocaleDateString();
}

/**
 * A file as the workspace has it, with the lines where there is a range: "src/main.ts:10-20". `folders`: the URIs of the
 * workspace's folders; what lies outside of them has its name alone.
 */
export function place(uri: string, range?: Range, folders: readonly string[] = []): string {
  const name = path(decoded(uri), folders.map(decoded));
  if (range === undefined) {
    return name;
  }
  const from = range.start.line + 1;
  // A selection of whole lines ends where the next line begins.
  const to = Math.max(from, range.end.character === 0 ? range.end.line : range.end.line + 1);
  return from === to ? `${name}:${from}` : `${name}:${from}-${to}`;
}

/** Of several folders the one that it is in is named too. */
function path(uri: string, folders: readonly string[]): string {
  const folder = folders.find((one) => uri.startsWith(`${one}/`));
  const from = folder === undefined || folders.length > 1 ? (folder ?? uri).lastIndexOf("/") : folder.length;
  return uri.slice(from + 1);
}

export function plural(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray per cent sign: as good a name as any.
    return text;
  }
}
