// The tests that Node runs: those of pure parts (`unit`, and `webview` with a DOM), and those that drive a real
// VS Code in a real Chromium (`host`, `ui`), which take what `test/support/` needs from the environment.
import { defineConfig } from "vitest/config";

// Guards against what hangs, for a machine that has much else to do: none of them is a measure.
const real = { testTimeout: 120_000, hookTimeout: 120_000, maxWorkers: 2 };
const wholeSuite = 600_000;

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  test: {
    projects: [
      { extends: true, test: { name: "unit", include: ["test/unit/src/**/*.test.ts"] } },
      {
        extends: true,
        test: { name: "webview", include: ["test/unit/webview/**/*.test.{ts,tsx}"], environment: "jsdom" },
      },
      {
        extends: true,
        test: { name: "host", include: ["test/host.test.ts"], ...real, testTimeout: wholeSuite },
      },
      { extends: true, test: { name: "bench", include: ["test/bench/*.test.ts"], ...real } },
      { extends: true, test: { name: "ui", include: ["test/ui/**/*.test.ts"], ...real } },
    ],
  },
});
