/** What the user allowed or refused for longer than once; each can be taken back. */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";

import type { GrantInfo } from "../../src/protocol";
import { post, posting } from "../host";
import { ago } from "../format";
import { IconButton } from "./Buttons";
import { Sheet } from "./Sheet";

interface Props {
  readonly grants: readonly GrantInfo[] | undefined;
  readonly onClose: () => void;
}

export function GrantList({ grants, onClose }: Props): JSX.Element {
  useEffect(() => {
    post({ type: "listGrants" });
  }, []);
  return (
    <Sheet title="Permissions" onClose={onClose}>
      <ul class="rows">
        {grants?.map((grant) => (
          <li key={grant.grantId} class="row">
            <span class="row-main">
              <span class="row-title">{grant.label}</span>
              <span class="row-detail">
                {`${grant.tool} · ${grant.scope === "always" ? "always" : "this chat"} · ${ago(grant.createdAt)}`}
              </span>
            </span>
            <IconButton
              icon="trash"
              label={`Take back: ${grant.label}`}
              onClick={posting({ type: "revokeGrant", grantId: grant.grantId })}
            />
          </li>
        ))}
      </ul>
      {grants?.length === 0 && (
        <p class="empty">Nothing is allowed or refused in advance: you are asked each time.</p>
      )}
    </Sheet>
  );
}
