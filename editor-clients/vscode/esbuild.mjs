// Bundles the two programs of the extension into `dist/`: the one in VS Code's extension host (Node) and the one in
// the webview (browser). `--watch` goes on, `--tests` adds the suite that runs in the extension host, and
// `--production` leaves out source maps, for the package.
import { rmSync } from "node:fs";
import { build, context } from "esbuild";

const production = process.argv.includes("--production");

/** @type {import("esbuild").BuildOptions} */
const common = {
  bundle: true,
  minify: production,
  sourcemap: production ? false : "linked",
  legalComments: production ? "eof" : "inline",
  logLevel: "warning",
  outdir: "dist",
};

/** @type {import("esbuild").BuildOptions} */
const host = { ...common, platform: "node", target: "node20", format: "cjs", external: ["vscode"] };

// The library that speaks with the server is most of the host's code, and the extension is not active before all of its
// file is read: the library has a file of its own, which is loaded with serverStart.ts.
/** @type {import("esbuild").Plugin} */
const libraryApart = {
  name: "library-apart",
  setup(extension) {
    const file = { path: "./languageclient.js", external: true };
    extension.onResolve({ filter: /^vscode-languageclient\/node$/ }, () => file);
  },
};

/** @type {import("esbuild").BuildOptions[]} */
const programs = [
  { ...host, entryPoints: { extension: "src/extension.ts" }, plugins: [libraryApart] },
  { ...host, entryPoints: { languageclient: "vscode-languageclient/node" } },
  {
    ...common,
    entryPoints: { webview: "webview/main.tsx" },
    format: "iife",
    target: "chrome132",
    jsx: "automatic",
    jsxImportSource: "preact",
  },
];

if (process.argv.includes("--tests")) {
  rmSync("dist/host", { recursive: true, force: true });
  programs.push({
    ...host,
    entryPoints: ["test/host/*.ts"],
    outdir: "dist/host",
    external: ["vscode", "mocha"],
  });
}

if (process.argv.includes("--watch")) {
  await Promise.all(programs.map(async (program) => (await context(program)).watch()));
} else {
  await Promise.all(programs.map((program) => build(program)));
}
