/** What the host of the harness says: one list of messages for each thing worth looking at. */
import type { ConversationSnapshot, HostMessage, TurnSnapshot, ViewMessage } from "../../src/messages";
import { APPROVAL, COMMAND, cut, failed, FILE, MODEL, repaired, running } from "./turns";

const LISTS: readonly HostMessage[] = [
  { type: "connection", state: "ready" },
  { type: "folders", uris: ["file:///home/ada/shop"] },
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

const RANGE = { start: { line: 0, character: 0 }, end: { line: 0, character: 3 } };

/** What the host says to a message of the page, whatever the scene. */
export const ANSWERS: Readonly<Partial<Record<ViewMessage["type"], HostMessage>>> = {
  listSessions: {
    type: "sessions",
    nextCursor: "more",
    sessions: [
      ["s1", "Total of the cart is wrong", 2],
      ["s2", "Why does the build take eleven minutes on the small machines, and what can be done?", 14],
      ["s3", "Rename Money to Amount", 5],
    ].map(([sessionId, title, turns], index) => ({
      sessionId: String(sessionId),
      title: String(title),
      createdAt: "2026-01-05T10:00:00Z",
      updatedAt: new Date(Date.now() - index * 4_000_000).toISOString(),
      workspace: [],
      model: MODEL,
      turns: Number(turns),
      busy: false,
    })),
  },
  listGrants: {
    type: "grants",
    grants: [
      {
        grantId: "g1",
        tool: "edit_file",
        scope: "session",
        label: "Edit files in src/",
        createdAt: new Date().toISOString(),
      },
      {
        grantId: "g2",
        tool: "run_command",
        scope: "always",
        label: "Run pytest -q, with anything behind it",
        createdAt: "2026-01-05T10:00:00Z",
      },
    ],
  },
  showPrompt: {
    type: "document",
    title: "Exact prompt",
    text: "ollama/qwen3-coder:30b, about 1,240 of 32,768 tokens\n\nsystem:\nYou are …\n\nuser:\nRun the tests.",
  },
  complete: {
    type: "completion",
    id: 0,
    items: [
      {
        label: "src/cart.py",
        detail: "1.2 kB",
        kind: 17,
        sortText: "0",
        filterText: "@src/cart.py",
        textEdit: { range: RANGE, newText: "@src/cart.py " },
        data: { type: "path" },
      },
      {
        label: "src/catalogue/",
        kind: 19,
        sortText: "1",
        filterText: "@src/catalogue/",
        textEdit: { range: RANGE, newText: "@src/catalogue/" },
        data: { type: "path" },
      },
      {
        label: "explore",
        detail: "Reads and explains, changes nothing",
        kind: 7,
        sortText: "2",
        filterText: "@explore",
        textEdit: { range: RANGE, newText: "@explore " },
        data: { type: "agent" },
      },
    ],
  },
};
