/**
 * The list from which a model is chosen, with what is wrong at providers that cannot be reached. It chooses nothing by
 * itself. Called by commands.ts.
 */
import { type QuickPickItem, window } from "vscode";

import type { ListModelsResult } from "./protocol";

interface ModelItem extends QuickPickItem {
  readonly id?: string;
}

/** The id of a model; `undefined` where none was chosen. */
export async function pickModel(models: ListModelsResult): Promise<string | undefined> {
  const placeHolder = "The model that answers from the next message on";
  const picked = await window.showQuickPick(modelItems(models), { placeHolder, matchOnDescription: true });
  return picked?.id;
}

export function modelItems({ models, providers, default: usual }: ListModelsResult): ModelItem[] {
  const known = models.map(({ id, contextLength, capabilities }) => ({
    id,
    label: id,
    description: [id === usual ? "default" : "", ...capabilities].filter(Boolean).join(", "),
    ...(contextLength === undefined
      ? {}
      : { detail: `${contextLength.toLocaleString("en")} tokens of context` }),
  }));
  const silent = providers
    .filter(({ reachable }) => !reachable)
    .map(({ id, reason, hint }) => ({
      label: `$(warning) ${id} cannot be reached`,
      detail: [reason, hint].filter(Boolean).join(" "),
    }));
  return [...known, ...silent];
}
