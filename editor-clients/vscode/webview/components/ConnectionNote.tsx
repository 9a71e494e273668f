/** What there is to say about the server, with buttons that help; nothing while all is well. */
import type { JSX } from "preact";

import { posting } from "../host";
import type { Connection } from "../state/model";
import { Button } from "./Buttons";
import { Icon } from "./Icon";
import { Sentence } from "./Sentence";

const WORDS: Record<Connection["state"], string | undefined> = {
  starting: "Starting…",
  ready: undefined,
  stopped: "The server is not running.",
  failed: "The server could not be started.",
};

export function ConnectionNote({ connection }: { readonly connection: Connection }): JSX.Element | null {
  const { state, actions = [] } = connection;
  const message = connection.message ?? WORDS[state];
  if (message === undefined) {
    return null;
  }
  return (
    <div class={`connection connection-${state}`} role={state === "failed" ? "alert" : "status"}>
      {state === "starting" && <span class="spinner" aria-hidden="true" />}
      {(state === "failed" || state === "stopped") && <Icon name="error" />}
      <div class="connection-text">
        <p>
          <Sentence text={message} />
        </p>
        {actions.length > 0 && (
          <div class="card-buttons">
            {actions.map(({ id, label }, index) => (
              <Button
                key={id}
                label={label}
                isMain={index === 0 && state === "failed"}
                onClick={posting({ type: "action", id })}
              />
            ))}
          </div>
        )}
      </div>
    </div>
  );
}
