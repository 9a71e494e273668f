/** Turns and questions as a server would send them: what the scenes are made of. */
import type { TurnSnapshot } from "../../src/messages";
import type { ChatEvent, RequestApprovalParams } from "../../src/protocol";

export const MODEL = "ollama/qwen3-coder:30b";
export const FILE = "file:///home/ada/shop/src/cart.py";

const DIFF = `--- a/src/cart.py
+++ b/src/cart.py
@@ -12,6 +12,9 @@ class Cart:
     def total(self) -> Money:
-        return sum(item.price for item in self.items)
+        total = Money(0)
+        for item in self.items:
+            total += item.price * item.count
+        return total
 
     def clear(self) -> None:
@@ -40,4 +43,4 @@ class Cart:
     def __len__(self) -> int:
-        return len(self.items)
+        return sum(item.count for item in self.items)
`;

const ANSWER = `The bug is in \`Cart.total\`: it **ignores how many** of an item are in the cart. Two things follow from that:

1. \`total\` is too low as soon as an item is there twice.
2. \`__len__\` counts kinds of items, not items:

   \`\`\`python
   len(cart)  # 1, although there are three
   \`\`\`

### The repair

\`\`\`python
def total(self) -> Money:
    """The price of everything in the cart."""
    total = Money(0)
    for item in self.items:  # an item may be there more than once
        total += item.price * item.count
    return total
\`\`\`

| case | before | after |
|:-----|-------:|------:|
| one item | 10 | 10 |
| three of one kind | 10 | 30 |

> Prices are \`Money\`, so nothing is rounded on the way. See [the documentation](https://docs.python.org/3/library/decimal.html).
`;

function events(...parts: readonly object[]): ChatEvent[] {
  return parts.map((part, seq) => ({ seq, ...part }) as ChatEvent);
}

export const repaired: TurnSnapshot = {
  turnKey: "t1",
  head: {
    turnId: "t1",
    message: {
      content: "The total of the cart is wrong when an item is in it twice. Find out why, and repair it.",
      attachments: [
        { type: "file", uri: FILE },
        {
          type: "selection",
          uri: FILE,
          range: { start: { line: 11, character: 0 }, end: { line: 13, character: 0 } },
          text: "",
        },
      ],
    },
    agent: "chat",
    model: MODEL,
    state: "done",
  },
  events: events(
    { type: "thinking", data: "The user says that the total is wrong. Let me read the file first." },
    {
      type: "tool_call",
      id: "c1",
      tool: "read_file",
      args: { path: "src/cart.py" },
      kind: "read",
      title: "Read src/cart.py",
    },
    {
      type: "tool_result",
      id: "c1",
      tool: "read_file",
      durationMs: 4,
      result: { text: "class Cart:\n    …" },
    },
    {
      type: "tool_call",
      id: "c2",
      tool: "search",
      args: { pattern: "Cart\\(" },
      kind: "search",
      title: "Search for Cart\\( in tests/unit/checkout",
    },
    {
      type: "tool_result",
      id: "c2",
      tool: "search",
      durationMs: 310,
      error: { code: "not_found", message: "There is no folder tests/unit/checkout." },
    },
    { type: "token", data: ANSWER },
    {
      type: "tool_call",
      id: "c3",
      tool: "edit_file",
      args: { path: "src/cart.py", edits: 2 },
      kind: "edit",
      title: "Edit src/cart.py",
    },
    {
      type: "tool_result",
      id: "c3",
      tool: "edit_file",
      durationMs: 2400,
      result: { text: "2 places changed", diff: DIFF, uris: [FILE] },
    },
    {
      type: "tool_call",
      id: "c4",
      tool: "delegate",
      args: { agent: "explore", task: "Are there other sums?" },
      kind: "think",
      title: "Ask explore: are there other sums?",
    },
    { type: "agent", agent: "explore", parent: "chat", task: "c4" },
    {
      type: "tool_call",
      id: "c5",
      tool: "search",
      args: { pattern: "sum\\(" },
      kind: "search",
      title: "Search for sum\\(",
      task: "c4",
    },
    {
      type: "tool_result",
      id: "c5",
      tool: "search",
      durationMs: 12,
      result: { text: "src/cart.py:14" },
      task: "c4",
    },
    { type: "token", data: "Only `cart.py` sums prices.", task: "c4" },
    {
      type: "tool_result",
      id: "c4",
      tool: "delegate",
      durationMs: 5100,
      result: { text: "Only `cart.py` sums prices." },
    },
    { type: "token", data: "Both places are repaired, and no other code sums prices." },
    {
      type: "done",
      final: "",
      stopReason: "end_turn",
      usage: { promptTokens: 8100, completionTokens: 412, contextTokens: 8512, contextLimit: 32768 },
      timings: { firstTokenMs: 640, totalMs: 12_800, tokensPerSecond: 41.3 },
    },
  ),
};

export const running: TurnSnapshot = {
  turnKey: "t2",
  head: {
    turnId: "t2",
    message: { content: "Run the tests." },
    agent: "chat",
    model: MODEL,
    state: "running",
  },
  events: events(
    { type: "phase", phase: "tool" },
    { type: "token", data: "I run the tests of the cart now." },
    {
      type: "tool_call",
      id: "d1",
      tool: "run_command",
      args: { command: "pytest -q tests/test_cart.py" },
      kind: "execute",
      title: "Run pytest -q tests/test_cart.py",
    },
    { type: "tool_progress", id: "d1", status: "12 lines", data: "........\n" },
  ),
};

export const failed: TurnSnapshot = {
  turnKey: "t3",
  head: {
    turnId: "t3",
    message: { content: "And now?" },
    agent: "chat",
    model: MODEL,
    state: "failed",
    error: {
      code: "provider_unreachable",
      message: "Ollama is not running at 127.0.0.1:11434.",
      hint: "Start it with `ollama serve`.",
      retryable: true,
    },
  },
  events: [],
};

export const cut: TurnSnapshot = {
  turnKey: "t4",
  head: { turnId: "t4", message: { content: "Write a haiku." }, agent: "chat", model: MODEL, state: "cut" },
  events: events({ type: "token", data: "Tokens fall like rain,\nthe window was closed too" }),
};

export const APPROVAL: RequestApprovalParams = {
  approvalId: "a1",
  toolCallId: "d1",
  tool: "edit_file",
  kind: "edit",
  title: "Edit src/cart.py",
  detail: "",
  diff: DIFF,
  hunks: DIFF.split(/(?=^@@)/m)
    .slice(1)
    .map((diff, index) => ({ id: `h${index}`, uri: FILE, diff })),
  options: [
    { id: "allow", label: "Allow once", kind: "allow_once" },
    { id: "s", label: "Allow edits of src/cart.py in this session", kind: "allow_session" },
    { id: "always", label: "Always allow edits in src/", kind: "allow_always" },
    { id: "reject", label: "Reject", kind: "reject_once" },
    { id: "never", label: "Always reject: Edit src/cart.py", kind: "reject_always" },
  ],
};

export const COMMAND: RequestApprovalParams = {
  approvalId: "a2",
  tool: "run_command",
  kind: "execute",
  title: "Run pytest -q tests/test_cart.py",
  detail: "pytest -q tests/test_cart.py\nin /home/ada/shop, with network access",
  options: [
    { id: "allow", label: "Allow once", kind: "allow_once" },
    { id: "reject", label: "Reject", kind: "reject_once" },
  ],
};
