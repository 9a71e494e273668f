/** What the host of the harness says: one list of messages for each thing worth looking at. */
import type { ConversationSnapshot, HostMessage, TurnSnapshot } from "../../src/messages";
import { APPROVAL, COMMAND, cut, failed, FILE, MODEL, repaired, running } from "./turns";

const LISTS: readonly HostMessage[] = [
  { type: "connection", state: "ready" },
  {
    type: "models",
    models: {
      models: [
        {
          id: MODEL,
          provider: "ollama",
          name: "qwen3-coder:30b",
          contextLength: 32768,
          capabilities: ["tools"],
        },
        {
          id: "ollama/llama3.1:latest",
          provider: "ollama",
          name: "llama3.1:latest",
          contextLength: 131072,
          capabilities: ["tools"],
        },
        {
          id: "ollama/qwen3:8b",
          provider: "ollama",
          name: "qwen3:8b",
          contextLength: 40960,
          capabilities: ["tools", "thinking"],
        },
      ],
      providers: [
        { id: "ollama", reachable: true },
        { id: "openai", reachable: false, hint: "Set OPENAI_API_KEY to use it." },
      ],
      default: MODEL,
    },
  },
  {
    type: "agents",
    agents: [
      { id: "chat", description: "Answers, and changes what you ask for", tools: [] },
      { id: "explore", description: "Reads and explains, changes nothing", tools: [] },
      { id: "edit", description: "Makes one change well", tools: [] },
    ],
  },
  {
    type: "context",
    chip: {
      label: "cart.py:12-14",
      uri: FILE,
      range: { start: { line: 11, character: 0 }, end: { line: 13, character: 0 } },
    },
  },
];

function began(...turns: readonly TurnSnapshot[]): HostMessage {
  const state: ConversationSnapshot = { sessionId: "s1", title: "Total of the cart is wrong", turns };
  return { type: "init", state };
}

export const SCENES: Readonly<Record<string, readonly HostMessage[]>> = {
  empty: [{ type: "init", state: { turns: [] } }, ...LISTS],
  answer: [began(repaired), ...LISTS],
  running: [
    began(repaired, running),
    ...LISTS,
    { type: "queued", text: "Then commit it, with a good message." },
  ],
  approval: [began(running), ...LISTS, { type: "approval", request: APPROVAL }],
  approvals: [began(running), ...LISTS, { type: "approval", request: COMMAND }],
  ends: [began(failed, cut), ...LISTS],
  failed: [
    { type: "init", state: { turns: [] } },
    {
      type: "connection",
      state: "failed",
      message:
        "chatls was not found. VS Code looks on the PATH of your login shell, not on that of a terminal.",
      actions: [
        { id: "install", label: "Install chatls…" },
        { id: "settings", label: "Open settings" },
        { id: "logs", label: "Show logs" },
      ],
    },
  ],
};
