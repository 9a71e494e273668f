/**
 * The page's beginning: takes the host's messages into the store and draws the state, at most once a frame however many
 * messages come. Loaded by the view's HTML; nothing else has effects at load.
 */
import { render } from "preact";

import "./styles.css";
import { App } from "./components/App";
import { onHostMessage, post } from "./host";
import { wish } from "./input";
import { NOTHING, type Message, type State } from "./state/model";
import { reduce } from "./state/store";

let state: State = NOTHING;
let frame: number | undefined;

function dispatch(message: Message): void {
  state = reduce(state, message, performance.now());
  frame ??= requestAnimationFrame(draw);
}

function draw(): void {
  frame = undefined;
  render(<App state={state} dispatch={dispatch} />, document.body);
}

onHostMessage((message) => {
  if (message.type === "focus") {
    wish({ type: "focus" });
  } else if (message.type === "insertPrompt") {
    wish({ type: "insert", text: message.text });
  } else if (message.type === "giveBack") {
    wish({ type: "append", text: message.text });
  } else {
    dispatch(message);
  }
});
draw();
post({ type: "ready" });
