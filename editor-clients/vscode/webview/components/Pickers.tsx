/** Which agent answers, and with which model; providers that cannot be reached are shown with what to do about it. */
import type { JSX } from "preact";

import type { ListModelsResult, Model } from "../../src/protocol";
import { post } from "../host";
import { count } from "../format";
import type { State } from "../state/model";
import { Picker, type Choice } from "./Picker";

/** The agent that answers when none was chosen. */
const DEFAULT_AGENT = "chat";

export function Pickers({ state }: { readonly state: State }): JSX.Element {
  const { agents, models } = state;
  const agent = state.agent ?? DEFAULT_AGENT;
  const model = state.model ?? models?.default;
  return (
    <div class="pickers">
      <Picker
        label="Agent"
        value={agent}
        chosen={agent}
        choices={agents.map(({ id, description }) => ({ id, label: id, detail: description }))}
        onChoose={(id) => {
          post({ type: "chooseAgent", id });
        }}
      />
      <Picker
        label="Model"
        value={model === undefined ? "No model" : shortName(model)}
        chosen={model}
        choices={models === undefined ? [] : choicesOf(models)}
        onChoose={(id) => {
          post({ type: "chooseModel", id });
        }}
      />
    </div>
  );
}

function choicesOf({ models, providers }: ListModelsResult): Choice[] {
  const gone = providers.filter((provider) => !provider.reachable);
  return [
    ...models.map((model) => ({ id: model.id, label: model.id, detail: detailOf(model) })),
    ...gone.map(({ id, reason, hint }) => ({
      id,
      label: id,
      detail: hint ?? reason ?? "not reachable",
      isDisabled: true,
    })),
  ];
}

function detailOf({ contextLength, capabilities }: Model): string {
  const window = contextLength === undefined ? [] : [`${count(contextLength)} context`];
  return [...window, ...capabilities].join(" · ");
}

function shortName(model: string): string {
  return model.slice(model.indexOf("/") + 1);
}
