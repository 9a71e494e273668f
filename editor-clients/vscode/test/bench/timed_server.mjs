// Stands between the extension and its server, and notes when each word of a measured answer came out of the server:
// `node timed_server.mjs LOG SERVER ARGUMENTS…`. A line of the log is the number of a word and a time in ms of the epoch.
import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";

const [log, server, ...rest] = process.argv.slice(2);
const child = spawn(server, rest, { stdio: ["pipe", "pipe", "inherit"] });
process.stdin.pipe(child.stdin);
child.stdout.on("data", (/** @type {Buffer} */ chunk) => {
  const now = performance.timeOrigin + performance.now();
  process.stdout.write(chunk);
  const numbers = Array.from(chunk.toString("latin1").matchAll(/\bw(\d+)\b/g), (match) => match[1]);
  if (numbers.length > 0) appendFileSync(log, numbers.map((number) => `${number} ${now}\n`).join(""));
});
child.on("exit", (code) => process.exit(code ?? 1));
process.on("SIGTERM", () => child.kill("SIGTERM"));
