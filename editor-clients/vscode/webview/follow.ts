/**
 * Keeps the end of a growing list in sight for as long as the reader stays there: scrolling up ends it, reaching the
 * end again, or asking for it, resumes it. Called by Conversation.
 */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { RefObject } from "preact";

/** So near the end counts as being there, in pixels. */
const NEAR = 40;

interface Follow {
  readonly list: RefObject<HTMLDivElement | null>;
  readonly isFollowing: boolean;
  readonly onScroll: () => void;
  readonly toEnd: () => void;
}

/**
 * `content` is what is drawn: whenever it is another, the end is brought into sight. `last` names the last turn: a new
 * one is what the reader has just asked for, wherever the list was scrolled to.
 */
export function useFollow(content: unknown, last: string | undefined): Follow {
  const listRef = useRef<HTMLDivElement>(null);
  const lastTopRef = useRef(0);
  const [isFollowing, setFollowing] = useState(true);
  const toEnd = (): void => {
    setFollowing(true);
    pin(listRef.current);
  };
  const onScroll = (): void => {
    const element = listRef.current;
    if (element === null) {
      return;
    }
    const isUpward = element.scrollTop < lastTopRef.current;
    lastTopRef.current = element.scrollTop;
    if (isAtEnd(element)) {
      setFollowing(true);
    } else if (isUpward) {
      setFollowing(false);
    }
  };
  useLayoutEffect(() => {
    if (isFollowing) {
      pin(listRef.current);
    }
  }, [content, isFollowing]);
  useLayoutEffect(() => {
    setFollowing(true);
    pin(listRef.current);
  }, [last]);
  useLayoutEffect(() => pinnedOnResize(listRef.current, isFollowing), [isFollowing]);
  return { list: listRef, isFollowing, onScroll, toEnd };
}

/** The list gets smaller when something below it grows. */
function pinnedOnResize(element: HTMLElement | null, isFollowing: boolean): (() => void) | undefined {
  if (element === null || !isFollowing) {
    return undefined;
  }
  const observer = new ResizeObserver(() => {
    pin(element);
  });
  observer.observe(element);
  return () => {
    observer.disconnect();
  };
}

function pin(element: HTMLElement | null): void {
  if (element !== null) {
    element.scrollTop = element.scrollHeight;
  }
}

function isAtEnd(element: HTMLElement): boolean {
  return element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
}
