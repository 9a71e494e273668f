/** Earlier conversations: search, open, rename, delete; whether one is really to be deleted is asked by the host. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

import type { SessionInfo } from "../../src/protocol";
import { post, posting } from "../host";
import { ago, plural } from "../format";
import type { PageMessage, State } from "../state/model";
import { IconButton, LinkButton } from "./Buttons";
import { Sheet } from "./Sheet";

interface Props {
  readonly state: State;
  readonly dispatch: (message: PageMessage) => void;
  readonly onClose: () => void;
}

/** The server is asked when nothing was typed for so long, in ms. */
const PAUSE = 150;

export function SessionList({ state, dispatch, onClose }: Props): JSX.Element {
  const [query, setQuery] = useState("");
  const { sessions, nextCursor } = state;
  useEffect(() => {
    const timer = setTimeout(post, PAUSE, { type: "listSessions", ...(query !== "" && { query }) });
    return () => {
      clearTimeout(timer);
    };
  }, [query]);
  const more = (): void => {
    dispatch({ type: "page/moreSessions" });
    post({
      type: "listSessions",
      ...(query !== "" && { query }),
      ...(nextCursor !== undefined && { cursor: nextCursor }),
    });
  };
  return (
    <Sheet title="Chats" onClose={onClose}>
      <input
        class="field"
        type="search"
        placeholder="Search chats"
        aria-label="Search chats"
        value={query}
        onInput={(event) => {
          setQuery(event.currentTarget.value);
        }}
      />
      <ul class="rows">
        {sessions?.map((session) => (
          <SessionRow
            key={session.sessionId}
            session={session}
            isOpen={session.sessionId === state.sessionId}
            onClose={onClose}
          />
        ))}
      </ul>
      {sessions?.length === 0 && <p class="empty">{query === "" ? "No chats yet." : "No chat matches."}</p>}
      {nextCursor !== undefined && <LinkButton label="Show more" onClick={more} />}
    </Sheet>
  );
}

interface RowProps {
  readonly session: SessionInfo;
  /** It is the one on the page. */
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

function SessionRow({ session, isOpen, onClose }: RowProps): JSX.Element {
  const [isRenaming, setRenaming] = useState(false);
  if (isRenaming) {
    return (
      <li class="row">
        <Rename
          session={session}
          onDone={() => {
            setRenaming(false);
          }}
        />
      </li>
    );
  }
  return (
    <li class={isOpen ? "row row-open" : "row"}>
      <Shown
        session={session}
        onRename={() => {
          setRenaming(true);
        }}
        onClose={onClose}
      />
    </li>
  );
}

interface ShownProps {
  readonly session: SessionInfo;
  readonly onRename: () => void;
  readonly onClose: () => void;
}

function Shown({ session, onRename, onClose }: ShownProps): JSX.Element {
  const title = nameOf(session);
  const details = [
    ago(session.updatedAt),
    plural(session.turns, "message"),
    ...(session.busy ? ["running"] : []),
  ];
  return (
    <>
      <button
        type="button"
        class="row-main"
        onClick={() => {
          post({ type: "openSession", sessionId: session.sessionId });
          onClose();
        }}
      >
        <span class="row-title">{title}</span>
        <span class="row-detail">{details.join(" · ")}</span>
      </button>
      <span class="row-buttons">
        <IconButton icon="edit" label={`Rename ${title}`} onClick={onRename} />
        <IconButton
          icon="trash"
          label={`Delete ${title}`}
          onClick={posting({ type: "deleteSession", sessionId: session.sessionId })}
        />
      </span>
    </>
  );
}

interface RenameProps {
  readonly session: SessionInfo;
  readonly onDone: () => void;
}

function Rename({ session, onDone }: RenameProps): JSX.Element {
  const [title, setTitle] = useState(nameOf(session));
  const rename = (): void => {
    if (title.trim() !== "") {
      post({ type: "renameSession", sessionId: session.sessionId, title: title.trim() });
    }
    onDone();
  };
  return (
    <>
      <input
        class="field"
        type="text"
        aria-label="New name"
        maxLength={200}
        value={title}
        ref={focus}
        onInput={(event) => {
          setTitle(event.currentTarget.value);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            rename();
          } else if (event.key === "Escape") {
            event.stopPropagation();
            onDone();
          }
        }}
      />
      <IconButton icon="check" label="Rename" onClick={rename} />
    </>
  );
}

function nameOf(session: SessionInfo): string {
  return session.title === "" ? "Untitled chat" : session.title;
}

/** Only when it comes on the page: a stable function is called once. */
function focus(element: HTMLElement | null): void {
  element?.focus();
}
