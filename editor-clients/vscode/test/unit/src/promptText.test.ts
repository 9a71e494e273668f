import { expect, it } from "vitest";

import { promptText } from "../../../src/promptText";

it("shows the size, every message and the rest of the request", () => {
  const text = promptText({
    model: "ollama/a",
    tokens: 120,
    estimated: true,
    contextLimit: 4096,
    toSummarise: 3,
    request: {
      messages: [
        { role: "system", content: "Be brief." },
        { role: "assistant", content: "", tool_calls: [{ name: "read_file" }] },
      ],
      options: { num_ctx: 4096 },
    },
  });
  expect(text).toContain("To ollama/a: about 120 of 4096 tokens.");
  expect(text).toContain("3 earlier turns would be summarised");
  expect(text).toContain("── system ──\nBe brief.");
  expect(text).toContain("read_file");
  expect(text).toContain('"num_ctx": 4096');
});
