/** The whole page: what is where, and which sheet lies over the conversation. State of the conversation is the store's. */
import type { JSX } from "preact";
import { useCallback, useState } from "preact/hooks";

import { wish } from "../input";
import type { PageMessage, State, TurnState } from "../state/model";
import { Announcer } from "./Announcer";
import { ApprovalCard } from "./ApprovalCard";
import { Composer } from "./Composer";
import { ConnectionNote } from "./ConnectionNote";
import { Conversation } from "./Conversation";
import { GrantList } from "./GrantList";
import { Header, type SheetName } from "./Header";
import { SessionList } from "./SessionList";
import { Sheet } from "./Sheet";
import { Folders } from "./usePlace";

interface Props {
  readonly state: State;
  readonly dispatch: (message: PageMessage) => void;
}

export function App({ state, dispatch }: Props): JSX.Element {
  const [editing, setEditing] = useState<TurnState>();
  const [sheet, setSheet] = useState<SheetName>();
  const edit = useCallback((turn: TurnState) => {
    setEditing(turn);
    wish({ type: "focus" });
  }, []);
  const isCovered = sheet !== undefined || state.document !== undefined;
  return (
    <Folders.Provider value={state.folders}>
      <div class="app">
        <div class="page" inert={isCovered}>
          <Header title={state.title} onOpen={setSheet} />
          <ConnectionNote connection={state.connection} />
          <Conversation key={state.generation} turns={state.turns} before={state.before} onEdit={edit} />
          <Approvals state={state} />
          <Composer
            state={state}
            editing={state.turns.find((turn) => turn.key === editing?.key)}
            onEdited={() => {
              setEditing(undefined);
            }}
          />
        </div>
        <Sheets
          state={state}
          sheet={sheet}
          dispatch={dispatch}
          onClose={() => {
            setSheet(undefined);
          }}
        />
        <Announcer state={state} />
      </div>
    </Folders.Provider>
  );
}

interface SheetsProps extends Props {
  readonly sheet: SheetName | undefined;
  readonly onClose: () => void;
}

function Sheets({ state, sheet, dispatch, onClose }: SheetsProps): JSX.Element | null {
  const closeList = (): void => {
    onClose();
    dispatch({ type: "page/closeLists" });
  };
  if (state.document !== undefined) {
    return <DocumentSheet {...state.document} dispatch={dispatch} />;
  }
  switch (sheet) {
    case "sessions":
      return <SessionList state={state} dispatch={dispatch} onClose={closeList} />;
    case "grants":
      return <GrantList grants={state.grants} onClose={closeList} />;
    case undefined:
      return null;
  }
}

function DocumentSheet({
  title,
  text,
  dispatch,
}: {
  readonly title: string;
  readonly text: string;
  readonly dispatch: Props["dispatch"];
}): JSX.Element {
  const close = (): void => {
    dispatch({ type: "page/closeDocument" });
  };
  return (
    <Sheet title={title} onClose={close}>
      <pre class="document-text" tabIndex={0} aria-label={title}>
        {text}
      </pre>
    </Sheet>
  );
}

function Approvals({ state }: { readonly state: State }): JSX.Element | null {
  if (state.approvals.length === 0) {
    return null;
  }
  return (
    <div class="approvals" role="region" aria-label="Questions for you">
      {state.approvals.map((request) => (
        <ApprovalCard key={request.approvalId} request={request} />
      ))}
    </div>
  );
}
