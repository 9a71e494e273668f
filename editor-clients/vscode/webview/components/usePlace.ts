/** How files are called on the page: by their paths in the workspace, whose folders App.tsx provides. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";

import { place } from "../format";
import type { Range } from "../../src/protocol";

/** URIs of the workspace's folders. */
export const Folders = createContext<readonly string[]>([]);

export function usePlace(): (uri: string, range?: Range) => string {
  const folders = useContext(Folders);
  return (uri, range) => place(uri, range, folders);
}
