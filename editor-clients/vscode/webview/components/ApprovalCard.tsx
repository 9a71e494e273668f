/**
 * A question of the server: what may be done, its changes part by part, and the answers it offers. The page only passes
 * an answer on; the extension host checks that the question is open and the answer among those offered.
 */
import type { JSX } from "preact";
import { useState } from "preact/hooks";

import type { ApprovalOption, Hunk, RequestApprovalParams } from "../../src/protocol";
import { post, posting } from "../host";
import { plural } from "../format";
import { DiffCount, DiffView } from "./DiffView";
import { Icon } from "./Icon";
import { Button, LinkButton } from "./Buttons";
import { usePlace } from "./usePlace";

type Ids = ReadonlySet<string>;
const NONE: Ids = new Set();

export function ApprovalCard({ request }: { readonly request: RequestApprovalParams }): JSX.Element {
  const [excluded, setExcluded] = useState(NONE);
  const hunks = request.hunks ?? [];
  const titleId = `approval-${request.approvalId}`;
  return (
    <section class="approval" role="group" aria-labelledby={titleId}>
      <h2 id={titleId} class="approval-title">
        <Icon name="question" />
        <span>{request.title}</span>
        {request.diff !== undefined && <DiffCount diff={request.diff} />}
      </h2>
      <div class="approval-body">
        {request.detail !== "" && <p class={`approval-detail approval-${request.kind}`}>{request.detail}</p>}
        {hunks.length > 1 ? (
          <Hunks hunks={hunks} excluded={excluded} onChange={setExcluded} />
        ) : (
          request.diff !== undefined && <DiffView diff={request.diff} label={`Changes: ${request.title}`} />
        )}
      </div>
      <Answers request={request} excluded={excluded} />
    </section>
  );
}

interface HunksProps {
  readonly hunks: readonly Hunk[];
  readonly excluded: Ids;
  readonly onChange: (excluded: Ids) => void;
}

function Hunks({ hunks, excluded, onChange }: HunksProps): JSX.Element {
  const place = usePlace();
  const toggle = (id: string): void => {
    const next = new Set(excluded);
    if (!next.delete(id)) {
      next.add(id);
    }
    onChange(next);
  };
  return (
    <ol class="hunks">
      {hunks.map((hunk, index) => {
        const name = `Part ${index + 1} of ${hunks.length}, ${place(hunk.uri)}`;
        return (
          <li key={hunk.id}>
            <label class="hunk-label">
              <input
                type="checkbox"
                checked={!excluded.has(hunk.id)}
                onChange={() => {
                  toggle(hunk.id);
                }}
              />
              {name}
            </label>
            <DiffView diff={hunk.diff} label={`Changes: ${name}`} />
          </li>
        );
      })}
    </ol>
  );
}

interface AnswersProps {
  readonly request: RequestApprovalParams;
  readonly excluded: Ids;
}

function Answers({ request, excluded }: AnswersProps): JSX.Element {
  const [isAnswered, setAnswered] = useState(false);
  const { approvalId, hunks = [], options } = request;
  const accepted = hunks.map((hunk) => hunk.id).filter((id) => !excluded.has(id));
  const isPartial = excluded.size > 0;
  const draw = (option: ApprovalOption, index: number): JSX.Element => {
    const takesParts = isPartial && option.kind === "allow_once";
    return (
      <Button
        key={option.id}
        isMain={index === 0 && isOnce(option)}
        label={
          takesParts ? `${option.label}: ${accepted.length} of ${plural(hunks.length, "part")}` : option.label
        }
        disabled={isAnswered || (isPartial && !allowsParts(option, accepted.length))}
        onClick={() => {
          setAnswered(true);
          post({ type: "approve", approvalId, optionId: option.id, ...(takesParts && { hunks: accepted }) });
        }}
      />
    );
  };
  const others = options.filter((option) => !isOnce(option));
  return (
    <div class="answers">
      <div class="card-buttons">
        {options.filter(isOnce).map(draw)}
        {request.diff !== undefined && (
          <LinkButton label="Open in diff editor" onClick={posting({ type: "openDiff", approvalId })} />
        )}
      </div>
      {others.length > 0 && (
        <details class="more-answers">
          <summary>More answers</summary>
          <div class="card-buttons">{others.map(draw)}</div>
        </details>
      )}
    </div>
  );
}

function isOnce(option: ApprovalOption): boolean {
  return option.kind === "allow_once" || option.kind === "reject_once";
}

/** Parts are chosen for this once only; without any part there is nothing to allow. */
function allowsParts(option: ApprovalOption, parts: number): boolean {
  return option.kind.startsWith("reject") || (option.kind === "allow_once" && parts > 0);
}
