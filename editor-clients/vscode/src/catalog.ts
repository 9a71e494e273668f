/**
 * The models and agents that can be chosen, asked for when a server is ready and when the user looks again; and what is to
 * be said where no model can be reached. Called by extension.ts and the handlers of the pickers.
 */
import { workspace } from "vscode";

import type { Chats } from "./chats";
import type { Connection } from "./connection";
import type { HostMessage } from "./messages";
import { type Problem, noFolder, noModel } from "./problems";
import type { ListAgentsResult, ListModelsResult } from "./protocol";

const OFFLINE = "offline/";

export class Catalog {
  private models: ListModelsResult | undefined;
  private agents: ListAgentsResult["agents"] = [];

  constructor(
    private readonly connection: Connection,
    private readonly chats: Chats,
    private readonly post: (message: HostMessage) => void,
  ) {}

  /** Ask the server which there are, now. */
  async refresh(): Promise<ListModelsResult> {
    const [models, { agents }] = await Promise.all([
      this.connection.request("chat/listModels", {}),
      this.connection.request("chat/listAgents", {}),
    ]);
    this.models = models;
    this.agents = agents;
    this.postAll();
    return models;
  }

  postAll(): void {
    const { model, agent } = this.chats.chosen();
    if (this.models !== undefined) {
      this.post({ type: "models", models: this.models, ...(model !== undefined && { chosen: model }) });
    }
    this.post({ type: "agents", agents: this.agents, ...(agent !== undefined && { chosen: agent }) });
  }

  choose(choice: { model?: string; agent?: string }): void {
    this.chats.choose(choice);
    this.postAll();
  }

  /** What stands in the way although the server runs; undefined: nothing. */
  problem(): Problem | undefined {
    const chosen = this.chats.chosen().model ?? this.models?.default;
    if (this.models !== undefined && chosen?.startsWith(OFFLINE) === true) {
      return noModel(whyNoModel(this.models));
    }
    return workspace.workspaceFolders === undefined ? noFolder() : undefined;
  }
}

/** What the model servers say about themselves, as far as it helps. */
function whyNoModel({ models, providers }: ListModelsResult): string {
  if (models.some(({ id }) => !id.startsWith(OFFLINE))) {
    return "Choose another model to have one answer.";
  }
  const silent = providers.find(({ reachable, hint }) => !reachable && hint !== undefined);
  return silent?.hint ?? "";
}
