// Makes the package to install, `chatls.vsix`: both bundles for production, the server as a wheel beside them, and what
// `files` in package.json names. PYTHON says which Python builds the wheel; it needs pip.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { createVSIX } from "@vscode/vsce";

const HERE = join(import.meta.dirname, "..");
const ROOT = join(HERE, "../..");
const DIST = join(HERE, "dist");
const PACKAGE = join(HERE, "chatls.vsix");

/** The Python of the clone's own environment holds what builds wheels; any other one fetches that. */
function buildWheel() {
  const own = join(ROOT, ".venv", process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  const isolation = existsSync(own) ? ["--no-build-isolation"] : [];
  const python = process.env["PYTHON"] ?? (existsSync(own) ? own : "python3");
  const pip = ["-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", ...isolation];
  execFileSync(python, [...pip, "--wheel-dir", DIST, ROOT], { stdio: "inherit" });
}

mkdirSync(DIST, { recursive: true });
for (const name of readdirSync(DIST)) if (name.endsWith(".whl")) rmSync(join(DIST, name));
execFileSync(process.execPath, ["esbuild.mjs", "--production"], { cwd: HERE, stdio: "inherit" });
buildWheel();
await createVSIX({
  cwd: HERE,
  packagePath: PACKAGE,
  dependencies: false,
  allowMissingRepository: true,
  rewriteRelativeLinks: false,
});
console.log(`${PACKAGE}: ${Math.ceil(statSync(PACKAGE).size / 1024)} KiB`);
