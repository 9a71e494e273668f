/** The parts of an answer in their order; those of a subtask lie inside the call that delegated it. */
import type { JSX } from "preact";

import type { Item, ToolItem } from "../state/model";
import { Icon } from "./Icon";
import { memo } from "./memo";
import { Sentence } from "./Sentence";
import { TextView } from "./TextView";
import { ThinkingView } from "./ThinkingView";
import { ToolCard } from "./ToolCard";

interface Props {
  readonly turnKey: string;
  readonly items: readonly Item[];
  readonly live: boolean;
}

/** Subtasks of subtasks are drawn so deep; ids of calls may come from a model, and could go in a circle. */
const DEEPEST = 5;

export function Items({ turnKey, items, live }: Props): JSX.Element {
  return <Task turnKey={turnKey} byTask={byTask(items)} task={undefined} live={live} depth={0} />;
}

type ByTask = ReadonlyMap<string | undefined, readonly Item[]>;

function byTask(items: readonly Item[]): ByTask {
  const groups = new Map<string | undefined, Item[]>();
  for (const item of items) {
    const group = groups.get(item.task);
    if (group === undefined) {
      groups.set(item.task, [item]);
    } else {
      group.push(item);
    }
  }
  return groups;
}

interface TaskProps {
  readonly turnKey: string;
  readonly byTask: ByTask;
  readonly task: string | undefined;
  readonly live: boolean;
  readonly depth: number;
}

function Task({ turnKey, byTask, task, live, depth }: TaskProps): JSX.Element {
  const items = byTask.get(task) ?? [];
  const draw = (item: Item, index: number): JSX.Element => {
    if (item.kind !== "tool") {
      return <ItemView key={index} item={item} live={live && index === items.length - 1} />;
    }
    const { id } = item.call;
    const steps = depth < DEEPEST ? (byTask.get(id)?.length ?? 0) : 0;
    return (
      <ToolCard key={index} turnKey={turnKey} item={item} live={live} steps={steps}>
        {steps > 0 && <Task turnKey={turnKey} byTask={byTask} task={id} live={live} depth={depth + 1} />}
      </ToolCard>
    );
  };
  return <>{items.map(draw)}</>;
}

const ItemView = memo<{ item: Exclude<Item, ToolItem>; live: boolean }>(({ item, live }) => {
  switch (item.kind) {
    case "text":
      return <TextView blocks={item.blocks} />;
    case "thinking":
      return <ThinkingView item={item} live={live} />;
    case "note":
      return (
        <p class={`note note-${item.tone}`}>
          <Icon name={item.tone} />
          <Sentence text={item.text} />
        </p>
      );
  }
});
